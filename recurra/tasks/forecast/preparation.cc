// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/preparation.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/difference.h"
#include "recurra/data/fill.h"
#include "recurra/data/split.h"
#include "recurra/io/json_reader.h"
#include "recurra/tasks/forecast/axis_json.h"
#include "recurra/tasks/forecast/preparation_choice.h"

namespace recurra {
namespace {

std::vector<std::string> input_columns(const ForecastOptions& options) {
  std::vector<std::string> names = options.targets;
  names.insert(names.end(), options.features.begin(), options.features.end());
  return names;
}

std::vector<double> target_levels(const Series& series, const std::string& name, const ForecastOptions& options) {
  std::vector<double> levels = series.column(name);
  if (!options.log && !options.log1p) return levels;
  const double least = options.log1p ? -1 : 0;
  for (std::size_t t = 0; t < levels.size(); ++t) {
    require(!(levels[t] <= least), series.source, ": column '", name, "': ", options.log1p ? "log1p" : "log",
            " needs values above ", least, ", found ", levels[t], " at value ", t + 1,
            !options.log1p && levels[t] > -1 ? "; --log1p takes log(1 + x) instead" : "");
    levels[t] = options.log1p ? std::log1p(levels[t]) : std::log(levels[t]);
  }
  return levels;
}

/// The column as the net sees it before scaling: targets differenced, features as they are.
std::vector<double> net_column(const Series& series, const ForecastOptions& options, Index lag, std::size_t column) {
  if (column >= options.targets.size()) return series.column(options.features[column - options.targets.size()]);
  const auto levels = target_levels(series, options.targets[column], options);
  return lag > 0 ? difference(levels, lag) : levels;
}

Index lag_of(const ForecastOptions& options) {
  return options.difference == DifferenceKind::first      ? 1
         : options.difference == DifferenceKind::seasonal ? options.season
                                                          : 0;
}

/// What some windows hold once the last value before their origin is subtracted: what the scale must fit then.
std::vector<double> window_deviations(std::span<const double> x, const ForecastOptions& options) {
  constexpr Index kWindows = 200, kFromEach = 50;
  const auto T = static_cast<Index>(x.size());
  const Index first = std::min(options.lookback, T - 1), last = std::max(T - options.horizon, first);
  const Index stride = std::max<Index>(1, (last - first) / kWindows);
  const Index step = std::max<Index>(1, (options.lookback + options.horizon) / kFromEach);
  std::vector<double> out = {0};
  for (Index origin = first; origin <= last; origin += stride) {
    const double base = last_value(x.first(static_cast<std::size_t>(origin)));
    if (std::isnan(base)) continue;
    for (Index t = std::max<Index>(0, origin - options.lookback); t < std::min(T, origin + options.horizon); t += step)
      out.push_back(x[static_cast<std::size_t>(t)] - base);
  }
  return out;
}

void check_target(const Series& series, const std::string& name, std::span<const double> training) {
  const std::vector<double>& all = series.column(name);
  require(std::any_of(all.begin(), all.end(), [](double v) { return !std::isnan(v); }), series.source, ": column '",
          name, "' has no value at all");
  double low = INFINITY, high = -INFINITY;
  for (const double v : training) {
    if (std::isnan(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  require(low <= high, series.source, ": column '", name, "' has no value in the training rows");
  require(all.size() > 1, series.source, ": there is one row of data, expected a series to learn from");
  require(low < high, series.source, ": column '", name, "' is constant (", low,
          ") in the training rows: there is nothing to learn");
}

/// Every part of the split must hold a window, or there is nothing to train on, to stop by, or to score.
void check_length(const Series& series, const ForecastOptions& options, Index lag, const Split& split) {
  const Index before = lag + options.lookback;
  require(split.train_end >= before + options.horizon, series.source, ": too few rows: ", series.length(),
          " rows give ", split.train_end, " for training, expected at least ", before + options.horizon, " (",
          lag > 0 ? "difference + " : "", "lookback + horizon)");
  const auto part = [&](const char* name, Index begin, Index end) {
    require(begin == end || end - begin >= options.horizon, series.source, ": too few rows: the ", name, " part has ",
            end - begin, ", expected at least the horizon, ", options.horizon);
  };
  part("validation", split.train_end, split.validation_end);
  part("test", split.validation_end, split.length);
}

std::vector<std::string> names_of_inputs(const Preparation& p, const ForecastOptions& options) {
  std::vector<std::string> names = input_columns(options);
  const std::size_t columns = names.size();
  for (std::size_t c = 0; c < columns; ++c)
    if (p.flagged[c]) names.push_back(names[c] + "_missing");
  for (const std::string& name : calendar_names(p.cycles)) names.push_back(name);
  return names;
}

}  // namespace

Series series_for(const ForecastOptions& options, const Table& table, const Preparation* fitted) {
  return make_series(table, {.time_column = options.time_column,
                             .columns = input_columns(options),
                             .time_format = options.time_format,
                             .targets = options.targets.size(),
                             .like = fitted && fitted->axis ? &*fitted->axis : nullptr,
                             .tell_unread = fitted == nullptr});
}

Preparation fit_preparation(const Series& series, ForecastOptions& options, std::vector<std::string>& notes) {
  check_options(options);
  const Split split = chronological_split(series.length(), options.split);
  const auto training = static_cast<std::size_t>(split.train_end);
  for (const std::string& name : options.targets)
    check_target(series, name, std::span(series.column(name)).first(training));
  for (const std::string& name : options.targets) static_cast<void>(target_levels(series, name, options));
  resolve_options(series, options, notes);
  check_length(series, options, lag_of(options), split);
  return fit_resolved(series, options, split.train_end);
}

Preparation fit_resolved(const Series& series, const ForecastOptions& options, Index rows) {
  Preparation p;
  p.lag = lag_of(options);
  const std::size_t columns = options.targets.size() + options.features.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const auto x = net_column(series, options, p.lag, c);
    const bool target = c<options.targets.size(), differenced = p.lag> 0 && target;
    const auto used = std::span(x).subspan(differenced ? static_cast<std::size_t>(p.lag) : 0);
    const auto fitted = std::span(x).first(static_cast<std::size_t>(rows));
    require(std::any_of(fitted.begin(), fitted.end(), [](double v) { return !std::isnan(v); }), series.source,
            ": column '", input_columns(options)[c], "' has no value in the training rows",
            differenced ? " once it is differenced" : "");
    p.scalers.push_back(fit_scaler(options.scale, fitted));
    if (target && options.difference == DifferenceKind::last)
      p.scalers.back().factor = fit_scaler(options.scale, window_deviations(fitted, options)).factor;
    p.flagged.push_back(std::any_of(used.begin(), used.end(), [](double v) { return std::isnan(v); }));
  }
  // A seasonal difference has already taken out what a calendar could say.
  if (series.axis && options.difference != DifferenceKind::seasonal) p.cycles = calendar_cycles(*series.axis);
  p.inputs = names_of_inputs(p, options);
  p.axis = series.axis;
  return p;
}

Prepared apply_preparation(const Preparation& p, const ForecastOptions& options, const Series& series) {
  require(p.cycles.empty() || series.axis.has_value(), series.source,
          ": the model reads the calendar, but there is no time column");
  const Index T = series.length(), F = p.input_size(), O = static_cast<Index>(options.targets.size());
  Prepared out{{Tensor<float>({T, F}), Tensor<float>({T, O}), options.lookback, options.horizon, p.lag}, {}};
  out.windows.known = p.known_ahead();
  out.windows.subtract_last = options.difference == DifferenceKind::last;
  for (const std::string& name : options.targets) out.levels.push_back(target_levels(series, name, options));
  const auto set = [&](Index column, const std::vector<double>& x) {
    for (Index t = 0; t < T; ++t)
      out.windows.inputs[t * F + column] = static_cast<float>(x[static_cast<std::size_t>(t)]);
  };
  auto next = static_cast<Index>(p.scalers.size());
  for (std::size_t c = 0; c < p.scalers.size(); ++c) {
    std::vector<double> x = net_column(series, options, p.lag, c);
    for (double& v : x) v = p.scalers[c].apply(v);
    if (static_cast<Index>(c) < O)
      for (Index t = 0; t < T; ++t)
        out.windows.targets[t * O + static_cast<Index>(c)] = static_cast<float>(x[static_cast<std::size_t>(t)]);
    const FilledColumn filled = fill_forward(x);
    set(static_cast<Index>(c), filled.values);
    if (p.flagged[c]) set(next++, filled.was_missing);
  }
  for (Index t = 0; t < T && !p.cycles.empty(); ++t) {
    const auto features = calendar_features(p.cycles, *series.axis, t);
    for (std::size_t i = 0; i < features.size(); ++i)
      out.windows.inputs[t * F + next + static_cast<Index>(i)] = static_cast<float>(features[i]);
  }
  return out;
}

std::vector<double> undo_preparation(const Preparation& p, const ForecastOptions& options, const Prepared& prepared,
                                     std::size_t target, Index origin, std::span<const double> scaled) {
  const auto history = std::span(prepared.levels[target]).first(static_cast<std::size_t>(origin));
  const bool relative = options.difference == DifferenceKind::last;
  const double base = relative ? last_value(history) : 0;
  std::vector<double> y;
  for (const double v : scaled)
    y.push_back(relative ? base + v * p.scalers[target].factor : p.scalers[target].invert(v));
  if (p.lag > 0) y = undo_difference(history, y, p.lag);
  if (options.log || options.log1p)
    for (double& v : y) v = options.log ? std::exp(v) : std::expm1(v);
  return y;
}

nlohmann::json to_json(const Preparation& p) {
  nlohmann::json scalers = nlohmann::json::array();
  for (std::size_t i = 0; i < p.scalers.size(); ++i)
    scalers.push_back(
        {{"shift", p.scalers[i].shift}, {"factor", p.scalers[i].factor}, {"flagged", bool{p.flagged[i]}}});
  std::vector<int> cycles;
  for (const Cycle cycle : p.cycles) cycles.push_back(static_cast<int>(cycle));
  nlohmann::json json = {{"lag", p.lag}, {"columns", scalers}, {"cycles", cycles}};
  if (p.axis) json["axis"] = to_json(*p.axis);
  return json;
}

Preparation preparation_from(const JsonReader& reader, const ForecastOptions& options) {
  Preparation p;
  p.lag = reader.integer("lag", 0, 1'000'000);
  for (const JsonReader& column : reader.children("columns")) {
    p.scalers.push_back({column.number("shift"), column.number("factor")});
    p.flagged.push_back(column.boolean("flagged"));
  }
  const std::size_t columns = options.targets.size() + options.features.size();
  require<FormatError>(p.scalers.size() == columns, "model: expected ", columns, " prepared columns, found ",
                       p.scalers.size());
  for (const double cycle : reader.numbers("cycles")) {
    require<FormatError>(cycle == 0 || cycle == 1 || cycle == 2, "model: unknown calendar cycle ", cycle);
    p.cycles.push_back(static_cast<Cycle>(static_cast<int>(cycle)));
  }
  if (reader.has("axis")) p.axis = time_axis_from(reader.child("axis"));  // older files do not say
  p.inputs = names_of_inputs(p, options);
  return p;
}

}  // namespace recurra
