// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "bench/bench.h"
#include "cli/command.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

struct BenchFlags {
  std::vector<std::string> names = bench_names();
  std::vector<std::string> cells = bench_cells();
  std::string isa;
  bool profile = false;
  BenchOptions options;
};

std::vector<std::string> table_row(const BenchResult& r) {
  const auto number = [](std::optional<double> x, const char* unit) {
    return x ? fmt::format("{:.4g}{}", *x, unit) : std::string("-");
  };
  std::string more;
  for (const auto& [key, value] : r.more) more += fmt::format("{}{} {:.4g}", more.empty() ? "" : ", ", key, value);
  const auto fraction = r.peak_fraction();
  return {fmt::format("{} {}", r.bench, r.cell),
          r.isa,
          r.precision,
          std::to_string(r.threads),
          r.hidden == 0 ? "-" : fmt::format("T{} B{} H{}", r.steps, r.batch, r.hidden),
          number(r.timing.ms.median, ""),
          number(r.timing.ms.q1, ""),
          number(r.timing.ms.q3, ""),
          number(r.gflops(), ""),
          fraction ? fmt::format("{:.0f} %", 100 * *fraction) : "-",
          more};
}

Status bench_verb(const BenchFlags& flags, const GlobalOptions& global) {
  if (!flags.isa.empty()) select_isa(flags.isa);
  CommandContext context(global);
  std::vector<std::vector<std::string>> rows = {
      {"bench", "isa", "precision", "threads", "size", "ms", "q1", "q3", "GFLOP/s", "of peak", ""}};
  for (const std::string& name : flags.profile ? std::vector<std::string>{"profile"} : flags.names) {
    for (const std::string& cell : flags.cells) {
      if (name == "peak" && cell != flags.cells.front()) continue;
      BenchOptions options = flags.options;
      options.cell = cell;
      if (options.precision == "f32") options.precision = global.precision;
      options.memory = flags.names.size() == 1 && flags.cells.size() == 1;
      for (const BenchResult& result : run_bench(context, name, options)) {
        if (global.json) std::cout << to_json(result) << std::endl;
        rows.push_back(table_row(result));
      }
    }
  }
  if (!global.json) std::cout << text_table(rows);
  return kDone;
}

}  // namespace

void add_bench(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* verb = app.add_subcommand("bench", "Measure the engine on this machine");
  auto flags = std::make_shared<BenchFlags>();
  verb->add_option("bench", flags->names, "What to measure (default: everything)")->check(CLI::IsMember(bench_names()));
  verb->add_option("--cell", flags->cells, "Cells to measure (default: all three)")
      ->check(CLI::IsMember(bench_cells()));
  verb->add_option("--precision", flags->options.precision)
      ->check(CLI::IsMember(bench_precisions()))
      ->capture_default_str();
  verb->add_flag("--profile", flags->profile, "Time each part of a training step of the listing");
  verb->add_option("--isa", flags->isa, "Instruction set, one that recurra info lists (default: the best)")
      ->check(CLI::IsMember(available_isas()).description(""));
  verb->add_option("--samples", flags->options.samples, "Samples, of which the median is taken")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  const auto size = CLI::Range(Index{1}, Index{1} << 20);
  verb->add_option("--batch,--streams", flags->options.batch, "Batch size or streams (default: each measurement's own)")
      ->check(size);
  verb->add_option("--hidden", flags->options.hidden, "Units of a layer (default: each measurement's own)")
      ->check(size);
  verb->add_option("--steps", flags->options.steps, "Steps of a sequence (default: each measurement's own)")
      ->check(size);
  verb->callback([flags, &global, &action] { action = [flags, &global] { return bench_verb(*flags, global); }; });
}

}  // namespace recurra
