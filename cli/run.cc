// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <csignal>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/parse_errors.h"
#include "recurra/base/version.h"

namespace recurra {
namespace {

constexpr int kMaxThreads = 1024;

/// CLI11 writes a flag's negative form as --no-x{false}: the value that it gives is of no use to a reader.
struct HelpFormatter : CLI::Formatter {
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    const std::string value = "{false}";
    for (std::size_t at; (at = name.find(value)) != std::string::npos;) name.erase(at, value.size());
    return name;
  }
};

int run(int argc, const char* const* argv, const std::filesystem::path& folder) {
  CLI::App app("Recurrent nets for sequences: train, score, predict, inspect.", "recurra");
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // a repeated option overrides
  app.set_version_flag("--version", kVersion);
  GlobalOptions global;
  global.folder = folder;
  app.add_option("--seed", global.seed, "Seed of every random choice; the same seed gives the same bits")
      ->capture_default_str();
  app.add_option("--threads", global.threads, "Threads (default: all processors)")->check(CLI::Range(1, kMaxThreads));
  app.add_option("--precision", global.precision, "Precision of the matrix products in training; all else is float32")
      ->check(CLI::IsMember({"f32", "bf16"}))
      ->capture_default_str();
  app.add_flag("--json", global.json, "Machine-readable results on standard output");
  app.add_flag("--quiet", global.quiet, "No progress, no notes");
  Action action;
  add_tasks(app, global, action);
  add_inspect(app, global, action);
  add_export(app, global, action);
  add_convert(app, global, action);
  add_lesson(app, global, action);
  add_bench(app, global, action);
  add_info(app, global, action);
  add_completions(app, global, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    app.exit(help);
    return kDone;
  } catch (const CLI::ParseError& error) {
    tell_parse_error(app, error);
    return kWrongUsage;
  }
  check_files(app);
  return action();
}

/// A write to a closed pipe, or to a file of the maximum size, then fails instead of ending the process: a run
/// may still have a model or a checkpoint to save.
void ignore_signals_of_writes() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

int run_command(int argc, const char* const* argv, const std::filesystem::path& folder) {
  try {
    ignore_signals_of_writes();
    const int status = run(argc, argv, folder);
    std::cout.flush();
    require<IoError>(std::cout.good(), "standard output: cannot be written");
    return status;
  } catch (const UsageError& error) {
    std::cerr << "recurra: " << error.what() << '\n';
    return kWrongUsage;
  } catch (const std::bad_alloc&) {
    std::cerr << "recurra: not enough memory\n";
  } catch (const std::exception& error) {
    std::cerr << "recurra: " << error.what() << '\n';
  }
  return kFailed;
}

}  // namespace recurra
