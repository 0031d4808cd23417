// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/data/digits.h"
#include "recurra/tasks/common/result_text.h"

namespace recurra {
namespace {

/// The newest values of a column of a series, up to 256 of them: enough to see how many digits they have.
std::vector<double> newest_values(const SeriesSet& set, Index series, Index column) {
  const Index length = set.series[static_cast<std::size_t>(series)].length;
  std::vector<double> out;
  for (Index t = std::max<Index>(0, length - 256); t < length; ++t) out.push_back(set.value(series, column, t));
  return out;
}

/// The mean absolute error at some steps of the horizon, the first and the last among them.
TextTable errors_by_step(const TargetScore& target) {
  constexpr std::size_t kShown = 6;
  const std::size_t horizon = target.methods[0].mae_by_step.size(), shown = std::min(kShown, horizon);
  TextTable rows = {{"MAE at step"}};
  for (const MethodScore& m : target.methods) rows.push_back({m.name});
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t h = shown == 1 ? 0 : i * (horizon - 1) / (shown - 1);
    rows[0].push_back(std::to_string(h + 1));
    for (std::size_t m = 0; m < target.methods.size(); ++m)
      rows[m + 1].push_back(short_number(target.methods[m].mae_by_step[h]));
  }
  return rows;
}

/// What the intervals hold, and how wide they are. Empty where the model has none.
std::string interval_table(const Backtest& backtest, const TargetScore& target) {
  if (!target.methods[0].quantiles) return "";
  TextTable rows = {{"intervals"}};
  for (const double level : backtest.levels)
    for (const std::string& column : {concat(level, " % hold %"), std::string("width"), concat("MSIS ", level)})
      rows[0].push_back(column);
  for (const char* column : {"CRPS", "WQL"}) rows[0].push_back(column);
  for (const MethodScore& m : target.methods) {
    if (!m.quantiles) continue;
    auto& row = rows.emplace_back(std::vector<std::string>{m.name});
    for (std::size_t i = 0; i < backtest.levels.size(); ++i) {
      row.push_back(fmt::format("{:.1f}", 100 * m.quantiles->coverage[i]));
      row.push_back(short_number(m.quantiles->width[i]));
      row.push_back(short_number(m.quantiles->msis[i]));
    }
    row.push_back(short_number(m.quantiles->crps));
    row.push_back(short_number(m.quantiles->mean_weighted_quantile_loss));
  }
  return text_table(rows);
}

/// Every distance of a short window, else a dozen of them.
std::string flow_table(const Diagnosis& d) {
  TextTable rows = {{"steps before", "|dy/dx|", "recurrent net alone"}};
  const std::size_t L = d.whole.norm.size();
  for (std::size_t j = 0; j < L; j += std::max<std::size_t>(1, L / 12))
    rows.push_back({std::to_string(j), short_number(d.whole.norm[j]), short_number(d.recurrent.norm[j])});
  return text_table(rows);
}

std::string gate_table(const Diagnosis& d) {
  TextTable rows = {{"layer and gate", "shut %", "wide open %"}};
  for (const LayerTrace& layer : d.layers)
    for (const GateTrace& gate : layer.gates)
      rows.push_back({layer.name + " " + gate.name, fmt::format("{:.1f}", 100 * gate.shut),
                      fmt::format("{:.1f}", 100 * gate.open)});
  return text_table(rows);
}

/// A target of a forecast and its intervals, as they are written: y, y-lo-95, y-lo-80, y-hi-80, y-hi-95.
struct WrittenColumn {
  std::string name;
  const std::vector<double>* values;
};

std::vector<WrittenColumn> written_columns(const std::string& name, const Forecast& forecast, std::size_t target) {
  const std::vector<IntervalSteps>& intervals = forecast.intervals[target];
  std::vector<WrittenColumn> out = {{name, &forecast.values[target]}};
  for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval)
    out.push_back({fmt::format("{}-lo-{}", name, interval->level), &interval->lower});
  for (const IntervalSteps& interval : intervals)
    out.push_back({fmt::format("{}-hi-{}", name, interval.level), &interval.upper});
  return out;
}

nlohmann::json quantile_scores(const Backtest& backtest, const Scores& scores) {
  nlohmann::json intervals = nlohmann::json::array();
  for (std::size_t i = 0; i < backtest.levels.size(); ++i)
    intervals.push_back({{"level", backtest.levels[i]},
                         {"coverage", scores.coverage[i]},
                         {"width", scores.width[i]},
                         {"msis", scores.msis[i]}});
  return {{"interval_scores", intervals},
          {"quantiles", backtest.quantiles},
          {"pinball", scores.pinball},
          {"crps", scores.crps},
          {"weighted_quantile_loss", scores.mean_weighted_quantile_loss}};
}

}  // namespace

nlohmann::json to_json(const Backtest& backtest) {
  nlohmann::json targets = nlohmann::json::array();
  for (const TargetScore& target : backtest.targets) {
    nlohmann::json methods = nlohmann::json::array();
    for (const MethodScore& m : target.methods) {
      nlohmann::json& method = methods.emplace_back(nlohmann::json{{"method", m.name},
                                                                   {"points", m.errors.count},
                                                                   {"mae", m.errors.mae},
                                                                   {"rmse", m.errors.rmse},
                                                                   {"smape", m.errors.smape},
                                                                   {"mase", m.errors.mase},
                                                                   {"mae_by_step", m.mae_by_step}});
      if (m.quantiles) method.update(quantile_scores(backtest, *m.quantiles));
    }
    targets.push_back({{"target", target.target}, {"mase_season", target.season}, {"methods", methods}});
  }
  return {{"windows", backtest.windows}, {"horizon", backtest.horizon},  {"first_row", backtest.first_row + 1},
          {"targets", targets},          {"verdict", verdict(backtest)}, {"notes", backtest.notes}};
}

std::string to_text(const Backtest& backtest) {
  std::string out = concat("backtest: ", backtest.windows, " windows of ", backtest.horizon,
                           " steps, rolling origin from step ", backtest.first_row + 1, " on\n");
  for (const TargetScore& target : backtest.targets) {
    TextTable rows = {{target.target, "MAE", "RMSE", "sMAPE %", concat("MASE (season ", target.season, ")")}};
    for (const MethodScore& m : target.methods)
      rows.push_back({m.name, short_number(m.errors.mae), short_number(m.errors.rmse), short_number(m.errors.smape),
                      short_number(m.errors.mase)});
    out += text_table(rows) + text_table(errors_by_step(target)) + interval_table(backtest, target);
  }
  return out + lines_of(verdict(backtest));
}

std::string predictions_csv(const Backtest& backtest, const Series& series) {
  std::string out = "origin,step,time,target,actual";
  std::vector<ForecastDigits> digits;
  for (const TargetScore& target : backtest.targets) digits.emplace_back(series.column(target.target));
  for (const MethodScore& m : backtest.targets[0].methods) out += "," + m.name;
  out += '\n';
  for (const BacktestRow& row : backtest.rows) {
    const Index t = row.origin + row.step - 1;
    out += fmt::format("{},{},{},{},{}", row.origin + 1, row.step,
                       series.axis ? csv_cell(series.axis->stamp(t)) : std::to_string(t + 1),
                       csv_cell(backtest.targets[row.target].target),
                       std::isnan(row.actual) ? "" : fmt::format("{}", row.actual));
    for (const double forecast : row.forecasts) out += "," + digits[row.target].text(forecast);
    out += '\n';
  }
  return out;
}

nlohmann::json to_json(const std::vector<std::string>& targets, const Forecast& forecast) {
  nlohmann::json values, intervals;
  for (std::size_t i = 0; i < forecast.values.size(); ++i) {
    const std::string& name = targets[i];
    values[name] = forecast.values[i];
    for (const IntervalSteps& interval : forecast.intervals[i])
      intervals[name].push_back({{"level", interval.level}, {"lower", interval.lower}, {"upper", interval.upper}});
  }
  nlohmann::json json = {{"time", forecast.stamps}, {"forecast", values}, {"notes", forecast.notes}};
  if (!intervals.is_null()) json["intervals"] = intervals;
  return json;
}

std::string to_csv(const std::vector<std::string>& targets, const Series& series, const Forecast& forecast) {
  std::string out = forecast.stamps.empty() ? "step" : csv_cell(series.time_column);
  std::vector<ForecastDigits> digits;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string& name = targets[i];
    for (const WrittenColumn& column : written_columns(name, forecast, i)) out += "," + csv_cell(column.name);
    digits.emplace_back(series.column(name));
  }
  out += '\n';
  for (std::size_t h = 0; h < forecast.values[0].size(); ++h) {
    out += forecast.stamps.empty() ? std::to_string(h + 1) : csv_cell(forecast.stamps[h]);
    for (std::size_t i = 0; i < digits.size(); ++i)
      for (const WrittenColumn& column : written_columns("", forecast, i))
        out += "," + digits[i].text((*column.values)[h]);
    out += '\n';
  }
  return out;
}

nlohmann::json to_json(const std::vector<std::string>& targets, const SetForecast& forecast) {
  nlohmann::json series = nlohmann::json::array();
  for (std::size_t s = 0; s < forecast.series.size(); ++s) {
    nlohmann::json one = to_json(targets, forecast.series[s]);
    one["id"] = forecast.ids[s];
    one.erase("notes");
    series.push_back(std::move(one));
  }
  return {{"series", series}, {"notes", forecast.notes}};
}

std::string to_csv(const std::vector<std::string>& targets, const SeriesSet& set, const SetForecast& forecast) {
  std::string out = csv_cell(set.id_column.empty() ? "unique_id" : set.id_column);
  out += ',' + (set.calendar.axis ? csv_cell(set.time_column.empty() ? "time" : set.time_column) : "step");
  std::vector<Index> columns;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string& name = targets[i];
    for (const WrittenColumn& column : written_columns(name, forecast.series.at(0), i))
      out += "," + csv_cell(column.name);
    columns.push_back(set.column_index(name));
  }
  out += '\n';
  for (std::size_t s = 0; s < forecast.series.size(); ++s) {
    const Forecast& one = forecast.series[s];
    const auto series = static_cast<Index>(s);
    std::vector<ForecastDigits> digits;
    for (const Index column : columns) digits.emplace_back(newest_values(set, series, column));
    const std::string id = csv_cell(forecast.ids[s]);
    for (std::size_t h = 0; h < one.values[0].size(); ++h) {
      out += concat(id, ',', one.stamps.empty() ? std::to_string(h + 1) : csv_cell(one.stamps[h]));
      for (std::size_t i = 0; i < digits.size(); ++i)
        for (const WrittenColumn& column : written_columns("", one, i))
          out += "," + digits[i].text((*column.values)[h]);
      out += '\n';
    }
  }
  return out;
}

nlohmann::json to_json(const ForecastModel& model, const ForecastSamples& samples) {
  nlohmann::json series = nlohmann::json::array();
  for (const SeriesSamples& one : samples.series) {
    nlohmann::json targets;
    for (std::size_t i = 0; i < one.targets.size(); ++i) {
      nlohmann::json& paths = targets[model.options.targets[i]] = nlohmann::json::array();
      for (Index k = 0; k < one.targets[i].count; ++k) {
        const std::span<const double> path = one.targets[i].path(k);
        paths.push_back(std::vector<double>(path.begin(), path.end()));
      }
    }
    nlohmann::json entry = {{"time", one.stamps}, {"samples", targets}};
    if (model.set) entry["id"] = one.id;
    series.push_back(std::move(entry));
  }
  if (model.set) return {{"series", series}, {"notes", samples.notes}};
  nlohmann::json json = series.at(0);
  json["notes"] = samples.notes;
  return json;
}

std::string to_csv(const ForecastModel& model, const SeriesSet& set, const ForecastSamples& samples) {
  std::string out = model.set ? csv_cell(set.id_column.empty() ? "unique_id" : set.id_column) + ',' : "";
  out += (set.calendar.axis ? csv_cell(set.time_column.empty() ? "time" : set.time_column) : "step") + ",sample";
  for (const std::string& name : model.options.targets) out += ',' + csv_cell(name);
  out += '\n';
  for (std::size_t s = 0; s < samples.series.size(); ++s) {
    const SeriesSamples& one = samples.series[s];
    std::vector<ForecastDigits> digits;
    for (const std::string& name : model.options.targets)
      digits.emplace_back(newest_values(set, static_cast<Index>(s), set.column_index(name)));
    const std::string id = model.set ? csv_cell(one.id) + ',' : "";
    for (Index k = 0; k < one.targets[0].count; ++k) {
      for (Index h = 0; h < one.targets[0].horizon; ++h) {
        const auto step = static_cast<std::size_t>(h);
        out += concat(id, one.stamps.empty() ? std::to_string(h + 1) : csv_cell(one.stamps[step]), ',', k + 1);
        for (std::size_t i = 0; i < digits.size(); ++i) out += ',' + digits[i].text(one.targets[i].path(k)[step]);
        out += '\n';
      }
    }
  }
  return out;
}

nlohmann::json to_json(const Comparison& comparison) {
  nlohmann::json cells = nlohmann::json::array();
  for (const CellScore& c : comparison.cells)
    cells.push_back({{"cell", name_of(cell_names(), c.cell)},
                     {"hidden", c.hidden},
                     {"parameters", c.parameters},
                     {"mae", c.mae},
                     {"mae_mean", c.mae_mean},
                     {"mae_deviation", c.mae_deviation}});
  nlohmann::json baselines = to_json(comparison.baselines)["targets"][0]["methods"];
  baselines.erase(baselines.begin());  // the net of the last run
  return {{"windows", comparison.baselines.windows}, {"cells", cells}, {"baselines", baselines}};
}

std::string to_text(const Comparison& comparison, Index seeds) {
  const TargetScore& target = comparison.baselines.targets[0];
  std::string out = fmt::format("{}: MAE on {} test windows, mean and deviation of {} seeds\n", target.target,
                                comparison.baselines.windows, seeds);
  TextTable rows = {{"method", "MAE", "+-", "hidden", "parameters"}};
  for (const CellScore& c : comparison.cells)
    rows.push_back({name_of(cell_names(), c.cell), short_number(c.mae_mean), short_number(c.mae_deviation),
                    std::to_string(c.hidden), std::to_string(c.parameters)});
  for (std::size_t i = 1; i < target.methods.size(); ++i)
    rows.push_back({target.methods[i].name, short_number(target.methods[i].errors.mae), "", "", ""});
  return out + text_table(rows);
}

nlohmann::json inspection(const ForecastModel& model) {
  nlohmann::json json = inspection_json("forecast", *model.net, model.summary);
  json.update({{"refitted", model.tested.has_value()},
               {"options", to_json(model.options)},
               {"inputs", model.preparation.inputs}});
  return json;
}

std::string describe(const ForecastModel& model, const std::string& path) {
  const ForecastOptions& o = model.options;
  std::string inputs;
  for (const auto& name : model.preparation.inputs) inputs += " " + name;
  std::string out = inspection_title(path, "forecast");
  out += fmt::format("{}; {} steps of {} inputs ({} ) to {} steps of {} targets\n", stack_text(o), o.lookback,
                     model.preparation.input_size(), inputs, o.horizon, o.targets.size());
  out += fmt::format("difference {}, season {}, scale {}{}; trained on {} rows\n",
                     name_of(difference_names(), o.difference), o.season, name_of(scale_names(), o.scale),
                     o.log     ? ", logarithm"
                     : o.log1p ? ", logarithm of 1 + x"
                               : "",
                     model.rows);
  out += inspection_end(*model.net, model.summary, "windows");
  if (model.tested) out += "the net that forecasts has learned from all rows since; the tested one is kept beside it\n";
  return out;
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

std::string to_text(const ForecastModel& model, const Diagnosis& d) {
  std::string out = flow_table(d) + '\n' + gate_table(d) + '\n';
  for (const std::string& line : advice(model, d)) out += "- " + line + '\n';
  return out;
}

}  // namespace recurra
