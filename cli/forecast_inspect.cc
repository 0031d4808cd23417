// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/forecast.h"
#include "cli/inspect.h"
#include "recurra/tasks/forecast/inspect.h"

namespace recurra {
namespace {

std::string describe(const std::string& path, const ForecastModel& model) {
  const ForecastOptions& o = model.options;
  std::string inputs;
  for (const auto& name : model.preparation.inputs) inputs += " " + name;
  std::string out = fmt::format("{}: forecast, {} bytes\n", path, std::filesystem::file_size(path));
  out += fmt::format("{}; {} steps of {} inputs ({} ) to {} steps of {} targets\n", stack_text(o), o.lookback,
                     model.preparation.input_size(), inputs, o.horizon, o.targets.size());
  out += fmt::format("difference {}, season {}, scale {}{}\n", name_of(difference_names(), o.difference), o.season,
                     name_of(scale_names(), o.scale), o.log ? ", logarithm" : "");
  out += parameter_table(*model.net);
  const TrainingSummary& s = model.summary;
  out += fmt::format("trained on {} windows of {} ({} rows) in {:.1f} s, {}, best {}\n", s.training_items, s.source,
                     model.rows, s.seconds, epoch_count(s), s.best_epoch);
  if (model.tested) out += "the net that forecasts has learned from all rows since; the tested one is kept beside it\n";
  return out;
}

/// Every distance of a short window, else a dozen of them.
std::string flow_table(const Diagnosis& d) {
  std::vector<std::vector<std::string>> rows = {{"steps before", "|dy/dx|", "recurrent net alone"}};
  const std::size_t L = d.whole.norm.size();
  for (std::size_t j = 0; j < L; j += std::max<std::size_t>(1, L / 12))
    rows.push_back({std::to_string(j), short_number(d.whole.norm[j]), short_number(d.recurrent.norm[j])});
  return text_table(rows);
}

std::string gate_table(const Diagnosis& d) {
  std::vector<std::vector<std::string>> rows = {{"layer and gate", "shut %", "wide open %"}};
  for (const LayerTrace& layer : d.layers)
    for (const GateTrace& gate : layer.gates)
      rows.push_back({layer.name + " " + gate.name, fmt::format("{:.1f}", 100 * gate.shut),
                      fmt::format("{:.1f}", 100 * gate.open)});
  return text_table(rows);
}

nlohmann::json to_json(const ForecastModel& model) {
  return {{"task", "forecast"},
          {"refitted", model.tested.has_value()},
          {"options", recurra::to_json(model.options)},
          {"inputs", model.preparation.inputs},
          {"parameters", parameter_json(*model.net)},
          {"parameter_count", model.net->parameter_count()},
          {"best_epoch", model.summary.best_epoch},
          {"seconds", model.summary.seconds}};
}

nlohmann::json to_json(const ForecastModel& model, const Diagnosis& d) {
  nlohmann::json layers = nlohmann::json::array();
  for (const LayerTrace& layer : d.layers) {
    nlohmann::json gates;
    for (const GateTrace& g : layer.gates) gates[g.name] = {{"shut", g.shut}, {"open", g.open}, {"mean", g.mean}};
    layers.push_back({{"name", layer.name}, {"half_life", layer.half_life}, {"gates", gates}});
  }
  return {{"windows", d.windows},
          {"gradient_norm", d.whole.norm},
          {"gradient_norm_recurrent", d.recurrent.norm},
          {"effective_lookback", d.whole.effective_lookback},
          {"effective_lookback_recurrent", d.recurrent.effective_lookback},
          {"layers", layers},
          {"advice", advice(model, d)}};
}

}  // namespace

Status inspect_forecast(const InspectFlags& flags, const GlobalOptions& global) {
  require<UsageError>(flags.report.empty(), "--report: a forecaster's report is written by forecast backtest");
  const ForecastModel model = load_forecaster(flags.model);
  nlohmann::json json = to_json(model);
  std::string text = describe(flags.model, model);
  if (!flags.data.path.empty()) {
    const Series series = series_for(model.options, flags.data.read(), &model.preparation);
    print_notes(global, series.warnings);
    CommandContext context(global);
    const Diagnosis diagnosis = diagnose(context, model, series);
    json["diagnosis"] = to_json(model, diagnosis);
    text += '\n' + flow_table(diagnosis) + '\n' + gate_table(diagnosis) + '\n';
    for (const std::string& line : advice(model, diagnosis)) text += "- " + line + '\n';
  }
  print_result(global, json, text);
  return kDone;
}

}  // namespace recurra
