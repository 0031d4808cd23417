// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "cli/forecast.h"
#include "cli/progress.h"
#include "recurra/tasks/forecast/compare.h"

namespace recurra {
namespace {

struct CompareFlags {
  DataOptions data;
  ForecastFlags forecast;
  int seeds = 3;
};

nlohmann::json to_json(const Comparison& comparison) {
  nlohmann::json cells = nlohmann::json::array();
  for (const CellScore& c : comparison.cells)
    cells.push_back({{"cell", name_of(cell_names(), c.cell)},
                     {"hidden", c.hidden},
                     {"parameters", c.parameters},
                     {"mae", c.mae},
                     {"mae_mean", c.mae_mean},
                     {"mae_deviation", c.mae_deviation}});
  nlohmann::json baselines = recurra::to_json(comparison.baselines)["targets"][0]["methods"];
  baselines.erase(baselines.begin());  // the net of the last run
  return {{"windows", comparison.baselines.windows}, {"cells", cells}, {"baselines", baselines}};
}

std::string to_text(const Comparison& comparison, int seeds) {
  const TargetScore& target = comparison.baselines.targets[0];
  std::string out = fmt::format("{}: MAE on {} test windows, mean and deviation of {} seeds\n", target.target,
                                comparison.baselines.windows, seeds);
  std::vector<std::vector<std::string>> rows = {{"method", "MAE", "+-", "hidden", "parameters"}};
  for (const CellScore& c : comparison.cells)
    rows.push_back({name_of(cell_names(), c.cell), short_number(c.mae_mean), short_number(c.mae_deviation),
                    std::to_string(c.hidden), std::to_string(c.parameters)});
  for (std::size_t i = 1; i < target.methods.size(); ++i)
    rows.push_back({target.methods[i].name, short_number(target.methods[i].errors.mae), "", "", ""});
  return out + text_table(rows);
}

Status compare_verb(const CompareFlags& flags, const GlobalOptions& global) {
  ForecastOptions options = flags.forecast.options(global);
  const Table table = flags.data.read();
  name_columns(options, table);
  const Series series = series_for(options, table);
  print_notes(global, series.warnings);
  CommandContext context(global);
  Progress progress(true);  // an epoch is too fine a step here, but Ctrl-C still counts
  const Comparison result =
      compare_cells(context, series, options, flags.seeds, &progress, [&](Cell cell, std::uint64_t seed) {
        if (!global.quiet) std::cerr << "training " << name_of(cell_names(), cell) << ", seed " << seed << '\n';
      });
  if (result.cells.empty()) return tell_stopped();
  print_notes(global, result.notes);
  print_result(global, to_json(result), to_text(result, flags.seeds));
  return kDone;
}

}  // namespace

void add_forecast_compare(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb =
      task.add_subcommand("compare", "RNN, GRU and LSTM at equal parameters, several seeds, beside baselines");
  auto flags = std::make_shared<CompareFlags>();
  flags->data.add_to(*verb);
  flags->forecast.add_to(*verb, false);
  verb->add_option("--seeds", flags->seeds, "Runs of each cell, from --seed on")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->callback([flags, &global, &action] { action = [flags, &global] { return compare_verb(*flags, global); }; });
}

}  // namespace recurra
