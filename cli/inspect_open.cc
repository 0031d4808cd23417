// SPDX-License-Identifier: Apache-2.0
// recurra inspect MODEL DATA --open: the lesson's diagram 8 with the model and the data in it. The page asks for both
// below a folder whose name is drawn anew each time, so that other users of this machine cannot read them.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#include "cli/inspect.h"
#include "cli/site.h"
#include "recurra/io/atomic_file.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {
namespace {

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{64} << 20, kMaxDataBytes = std::uint64_t{20} << 20;

/// Sixteen hexadecimal digits from the operating system.
std::string fresh_key() {
  std::random_device device;
  const std::uint64_t bits = std::uint64_t{device()} << 32 | device();
  std::string key;
  for (int shift = 60; shift >= 0; shift -= 4) key += "0123456789abcdef"[bits >> shift & 15];
  return key;
}

/// Asks the desktop for a browser, if there is a desktop. Does not wait for it.
void start_browser(const std::string& address) {
  if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) return;
  std::signal(SIGCHLD, SIG_IGN);
  if (fork() != 0) return;
  const int nowhere = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3; ++stream) dup2(nowhere, stream);
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
  std::string program = "xdg-open", argument = address;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  execvp(program.c_str(), arguments);
  _exit(1);
}

}  // namespace

void OpenFlags::add_to(CLI::App& verb) {
  auto* opened = verb.add_flag("--open", open, "Show a forecaster and its data in the lesson, in a browser");
  opened->group("Output");
  verb.add_option("--dir", dir, "Folder of a built lesson, if not the default")->needs(opened)->group("Output");
  verb.add_option("--port", port, "Port to listen on; 0: any free port")
      ->check(CLI::Range(0, kMaxPort))
      ->capture_default_str()
      ->needs(opened)
      ->group("Output");
}

Status open_in_lesson(const VerbContext& context, const GlobalOptions& global, const InspectArguments& arguments,
                      const OpenFlags& flags) {
  if (arguments.data.path.empty()) throw UsageError("inspect: --open needs data beside the model");
  if (!arguments.data.delimiter.empty() || arguments.data.decimal_comma || arguments.data.no_header)
    throw UsageError("inspect: --open shows a CSV as the page reads it, which takes no options of the file");
  Site site = lesson_site(flags.dir, global.folder);
  const std::string model = read_file(arguments.model, kMaxModelBytes);
  const SourceText data = read_source(context, arguments.data.path);
  if (data.text.size() > kMaxDataBytes)
    throw UnsupportedError(data.name + ": the page reads up to 20 MB; without --open there is no such bound");
  const ForecastModel parsed = parse_forecaster(model, arguments.model);
  series_for(parsed.options, parse_csv(data.text, data.name), &parsed.preparation);
  const std::string key = fresh_key();
  site[kOpenFolder + key + "/model.safetensors"] = {model, "application/octet-stream"};
  site[kOpenFolder + key + "/data.csv"] = {data.text, "text/csv; charset=utf-8"};
  serve_site(site, "127.0.0.1", flags.port, "", [&key](const std::string& root) {
    const std::string address = root + "#d8?open=" + key + "&v=1";
    std::cout << "the model is open at " << address << " (Ctrl-C ends it)" << std::endl;
    start_browser(address);
  });
  return kDone;
}

}  // namespace recurra
