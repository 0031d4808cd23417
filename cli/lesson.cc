// SPDX-License-Identifier: Apache-2.0
// recurra lesson: serves the built lesson on loopback, or writes it out for any web server.
#include <iostream>
#include <regex>

#include "cli/command.h"
#include "cli/host.h"
#include "cli/site.h"

namespace recurra {
namespace {

constexpr int kPort = 8765;

struct LessonOptions {
  std::string dir, export_dir;
  std::string host = "127.0.0.1";
  std::string framed_by;
  int port = kPort;
};

/// One origin, or any: text that cannot add another part to the header.
std::string check_origin(const std::string& text) {
  static const std::regex origin(R"(\*|https?://[A-Za-z0-9.\-\[\]:]+)");
  return std::regex_match(text, origin)
             ? ""
             : "expected an origin such as https://example.org, or *, found \"" + text + "\"";
}

Status lesson(const GlobalOptions& global, const LessonOptions& options) {
  const Site site = lesson_site(options.dir, global.folder);
  if (!options.export_dir.empty()) {
    write_site(site, options.export_dir);
    if (!global.quiet) std::cout << site.size() << " files written to " << options.export_dir << '\n';
    return kDone;
  }
  serve_site(site, options.host, options.port, options.framed_by, [&](const std::string& address) {
    if (!is_loopback(options.host))
      print_notes(global,
                  {"listening on " + options.host + ": whoever can reach it over the network can read the lesson"});
    std::cout << "the lesson is at " << address << " (Ctrl-C ends it)" << std::endl;
  });
  return kDone;
}

}  // namespace

void add_lesson(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* verb = app.add_subcommand("lesson", "Serve the interactive lesson on this machine, or export it");
  auto options = std::make_shared<LessonOptions>();
  verb->add_option("--dir", options->dir, "Folder of a built lesson, if not the default");
  auto* exported =
      verb->add_option("--export", options->export_dir, "Write the static site to this folder, for any web server");
  verb->add_option("--port", options->port, "Port to listen on; 0: any free port")
      ->check(CLI::Range(0, kMaxPort))
      ->capture_default_str()
      ->excludes(exported);
  verb->add_option("--host", options->host, "Address to listen on; the default is reachable only from this machine")
      ->capture_default_str()
      ->excludes(exported);
  verb->add_option(
          "--framed-by", options->framed_by,
          "Origin whose pages may show the lesson in a frame, such as https://example.org, or *; default: none. "
          "?embed=d3 shows one diagram")
      ->check(check_origin)
      ->excludes(exported);
  verb->callback([&global, &action, options] { action = [&global, options] { return lesson(global, *options); }; });
}

}  // namespace recurra
