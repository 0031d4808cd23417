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

constexpr double kMaxCodes = 1e6;  // of a category of a model file

std::vector<double> target_levels(const Series& series, const std::string& name, const ForecastOptions& options) {
  std::vector<double> levels = series.column(name);
  if (options.head && predicts_counts(head_of(options)))
    for (std::size_t t = 0; t < levels.size(); ++t)
      require(std::isnan(levels[t]) || (levels[t] >= 0 && levels[t] == std::floor(levels[t])), series.source,
              ": column '", name, "': the head ", name_of(forecast_head_names(), options.head),
              " needs whole numbers from 0 on, found ", levels[t], " at value ", t + 1);
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

/// The column as the net sees it before scaling: targets differenced, others as they are.
std::vector<double> net_column(const Series& series, const ForecastOptions& options, Index lag, std::size_t column) {
  if (column >= options.targets.size()) return series.column(input_columns(options)[column]);
  const auto levels = target_levels(series, options.targets[column], options);
  return lag > 0 ? difference(levels, lag) : levels;
}

Index lag_of(const ForecastOptions& options) {
  return options.difference == DifferenceKind::first      ? 1
         : options.difference == DifferenceKind::seasonal ? options.season
                                                          : 0;
}

/// Values of some windows minus the last value before their origin, which the scale is fitted to.
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

/// For heads that keep 0 where it is: no shift, and the mean size as the factor.
Scaler size_scaler(std::span<const double> x) {
  double sum = 0, count = 0;
  for (const double v : x) {
    if (std::isnan(v)) continue;
    sum += std::abs(v);
    ++count;
  }
  return {0, sum > 0 ? sum / count : 1};
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
  const std::vector<std::string> columns = input_columns(options);
  const std::size_t before = columns.size() - static_cast<std::size_t>(p.plan);
  std::vector<std::string> names(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(before));
  for (std::size_t c = 0; c < before; ++c)
    if (p.flagged[c]) names.push_back(columns[c] + "_missing");
  for (const std::string& name : calendar_names(p.cycles)) names.push_back(name);
  names.insert(names.end(), columns.begin() + static_cast<std::ptrdiff_t>(before), columns.end());
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
  resolve_head(options, notes);
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
  return fit_resolved({&series, 1}, {&rows, 1}, options, {});
}

namespace {

constexpr double kFewValues = 8, kMinOfFew = 0.1;

/// The scaler of a column of the net. `first`: its rows that are fitted to.
Scaler scaler_of(std::span<const double> first, const ForecastOptions& options, bool target) {
  const bool from_zero = scaling_of(options) == ops::WindowScaling::mean_size;
  if (target && (from_zero || (options.head && keeps_zero(head_of(options))))) return size_scaler(first);
  Scaler scaler = fit_scaler(options.scale, first);
  if (target && options.difference == DifferenceKind::last)
    scaler.factor = fit_scaler(options.scale, window_deviations(first, options)).factor;
  return scaler;
}

bool is_present(double v) {
  return !std::isnan(v);
}

}  // namespace

Preparation fit_resolved(std::span<const Series> samples, std::span<const Index> rows, const ForecastOptions& options,
                         const std::vector<Index>& codes) {
  Preparation p;
  p.lag = lag_of(options);
  p.codes = codes;
  p.plan = static_cast<Index>(options.known.size());
  const std::vector<std::string> columns = input_columns(options);
  const std::size_t dynamic = options.targets.size() + options.features.size();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool target = c<options.targets.size(), differenced = p.lag> 0 && target;
    std::vector<double> fitted;
    bool gaps = false;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto x = net_column(samples[i], options, p.lag, c);
      const auto skipped = std::min(x.size(), static_cast<std::size_t>(differenced ? p.lag : 0));
      const auto used = std::span(x).subspan(skipped);
      const auto first = std::span(x).first(static_cast<std::size_t>(rows[i]));
      gaps |= !std::all_of(used.begin(), used.end(), is_present);
      fitted.insert(fitted.end(), first.begin(), first.end());
    }
    p.flagged.push_back(gaps && c < dynamic && !p.is_category(c));
    if (p.is_category(c)) {
      p.scalers.emplace_back();
      continue;
    }
    require(std::any_of(fitted.begin(), fitted.end(), is_present), samples[0].source, ": column '", columns[c],
            "' has no value in the training rows", differenced ? " once it is differenced" : "");
    p.scalers.push_back(scaler_of(fitted, options, target));
  }
  const Series& first = samples[0];
  // A seasonal difference has already removed what a calendar explains.
  if (first.axis && options.difference != DifferenceKind::seasonal) p.cycles = calendar_cycles(*first.axis);
  if (!p.cycles.empty()) p.zone = first.zone;
  p.inputs = names_of_inputs(p, options);
  p.axis = first.axis;
  return p;
}

Preparation with_flags(Preparation p, const ForecastOptions& options) {
  for (std::size_t c = 0; c < options.targets.size() + options.features.size(); ++c) p.flagged[c] = !p.is_category(c);
  p.inputs = names_of_inputs(p, options);
  return p;
}

std::vector<Scaler> own_scalers(const Preparation& p, const ForecastOptions& options, const Series& series,
                                Index rows) {
  const std::size_t columns = options.targets.size() + options.features.size();
  std::vector<Scaler> out(p.scalers.begin(), p.scalers.begin() + static_cast<std::ptrdiff_t>(columns));
  for (std::size_t c = 0; c < columns; ++c) {
    const auto x = net_column(series, options, p.lag, c);
    const auto fitted = std::span(x).first(static_cast<std::size_t>(rows));
    double count = 0, size = 0, low = INFINITY, high = -INFINITY;
    for (const double v : fitted) {
      if (!is_present(v)) continue;
      ++count;
      size += std::abs(v);
      low = std::min(low, v);
      high = std::max(high, v);
    }
    if (count == 0 || p.is_category(c) || options.scale == ScaleKind::none) continue;
    out[c] = scaler_of(fitted, options, c < options.targets.size());
    if (!(low < high))
      out[c].factor = size > 0 ? size / count : p.scalers[c].factor;
    else if (count < kFewValues)
      out[c].factor = std::max(out[c].factor, kMinOfFew * size / count);
  }
  return out;
}

namespace {

/// Rows before the first one: copies of it, flagged as missing. Shapes: [T, F] -> [padding + T, F].
Tensor<float> padded(const Tensor<float>& x, Index padding) {
  const Index T = x.dim(0), F = x.dim(1);
  auto out = Tensor<float>::uninitialized({padding + T, F});
  for (Index t = 0; t < padding; ++t) std::copy_n(x.data(), F, out.data() + t * F);
  std::copy_n(x.data(), T * F, out.data() + padding * F);
  return out;
}

void pad(Prepared& prepared, Index padding, Index first_flag, Index flags) {
  WindowSet& windows = prepared.windows;
  windows.inputs = padded(windows.inputs, padding);
  windows.targets = padded(windows.targets, padding);
  const Index F = windows.inputs.dim(1), O = windows.targets.dim(1);
  std::fill_n(windows.targets.data(), padding * O, std::nanf(""));
  for (Index t = 0; t < padding; ++t) std::fill_n(windows.inputs.data() + t * F + first_flag, flags, 1.0f);
  prepared.padding = padding;
}

}  // namespace

Prepared apply_preparation(const Preparation& p, const ForecastOptions& options, const Series& series,
                           std::vector<Scaler> own, Index padding) {
  require(p.cycles.empty() || series.axis.has_value(), series.source,
          ": the model reads the calendar, but there is no time column");
  const Index T = series.length(), F = p.input_size(), O = static_cast<Index>(options.targets.size());
  Prepared out{{Tensor<float>({T, F}), Tensor<float>({T, O}), options.lookback, options.horizon, p.lag}, {}};
  out.windows.known = p.known_ahead();
  out.windows.scaling = scaling_of(options);
  for (const std::string& name : options.targets) out.levels.push_back(target_levels(series, name, options));
  const auto set = [&](Index column, const std::vector<double>& x) {
    for (Index t = 0; t < T; ++t)
      out.windows.inputs[t * F + column] = static_cast<float>(x[static_cast<std::size_t>(t)]);
  };
  const auto columns = static_cast<Index>(p.scalers.size()), before = columns - p.plan;
  Index next = before;
  for (Index column = 0; column < columns; ++column) {
    const auto c = static_cast<std::size_t>(column);
    std::vector<double> x = net_column(series, options, p.lag, c);
    const Scaler& scaler = c < own.size() ? own[c] : p.scalers[c];
    for (double& v : x) v = !p.is_category(c) ? scaler.apply(v) : is_present(v) ? v : 0;
    if (column < O)
      for (Index t = 0; t < T; ++t)
        out.windows.targets[t * O + column] = static_cast<float>(x[static_cast<std::size_t>(t)]);
    const FilledColumn filled = fill_forward(x);
    set(column < before ? column : F - columns + column, filled.values);
    if (p.flagged[c]) set(next++, filled.was_missing);
  }
  const std::optional<TimeZone> zone = p.zone.empty() ? std::nullopt : std::optional<TimeZone>(p.zone);
  for (Index t = 0; t < T && !p.cycles.empty(); ++t) {
    const auto features = calendar_features(p.cycles, *series.axis, t, zone ? &*zone : nullptr);
    for (std::size_t i = 0; i < features.size(); ++i)
      out.windows.inputs[t * F + next + static_cast<Index>(i)] = static_cast<float>(features[i]);
  }
  for (std::size_t c = 0; c < options.targets.size() && options.head && predicts_counts(head_of(options)); ++c)
    out.windows.units.push_back(static_cast<float>((c < own.size() ? own[c] : p.scalers[c]).factor));
  out.own = std::move(own);
  if (padding > 0) pad(out, padding, before, next - before);
  return out;
}

ops::ColumnScale<float> window_scale(const Prepared& prepared, std::size_t target, Index origin) {
  return prepared.windows.scale(origin + prepared.padding, static_cast<Index>(target));
}

std::vector<double> to_levels(const Preparation& p, const ForecastOptions& options, const Prepared& prepared,
                              std::size_t target, Index origin, std::span<const double> scaled) {
  const auto history = std::span(prepared.levels[target]).first(static_cast<std::size_t>(origin));
  const bool relative = options.difference == DifferenceKind::last;
  const double base = relative ? last_value(history) : 0;
  const Scaler& scaler = target < prepared.own.size() ? prepared.own[target] : p.scalers[target];
  const ops::ColumnScale<float> own = relative ? ops::ColumnScale<float>{} : window_scale(prepared, target, origin);
  const double shift = static_cast<double>(own.shift), factor = static_cast<double>(own.factor);
  std::vector<double> y;
  for (const double v : scaled) y.push_back(relative ? base + v * scaler.factor : scaler.invert(shift + v * factor));
  return p.lag > 0 ? undo_difference(history, y, p.lag) : y;
}

double from_level(const ForecastOptions& options, double level) {
  return options.log ? std::exp(level) : options.log1p ? std::expm1(level) : level;
}

std::vector<double> undo_preparation(const Preparation& p, const ForecastOptions& options, const Prepared& prepared,
                                     std::size_t target, Index origin, std::span<const double> scaled) {
  std::vector<double> y = to_levels(p, options, prepared, target, origin, scaled);
  for (double& v : y) v = from_level(options, v);
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
  if (!p.codes.empty()) json["codes"] = p.codes;
  if (p.by_series) json["by_series"] = true;
  if (!p.zone.empty()) json["zone"] = p.zone;
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
  const std::size_t columns = input_columns(options).size();
  p.plan = static_cast<Index>(options.known.size());
  require<FormatError>(p.scalers.size() == columns, "model: expected ", columns, " prepared columns, found ",
                       p.scalers.size());
  for (const double cycle : reader.numbers("cycles")) {
    require<FormatError>(cycle == 0 || cycle == 1 || cycle == 2, "model: unknown calendar cycle ", cycle);
    p.cycles.push_back(static_cast<Cycle>(static_cast<int>(cycle)));
  }
  if (reader.has("codes")) {
    for (const double count : reader.numbers("codes")) {
      require<FormatError>(count >= 0 && count <= kMaxCodes && count == std::floor(count),
                           "model: expected whole numbers from 0 to ", kMaxCodes, " in \"codes\", found ", count);
      p.codes.push_back(static_cast<Index>(count));
    }
    require<FormatError>(p.codes.size() == columns, "model: expected ", columns, " numbers in \"codes\", found ",
                         p.codes.size());
  }
  p.by_series = reader.has("by_series") && reader.boolean("by_series");
  if (reader.has("zone")) p.zone = reader.text("zone");  // without it: models that count the hours of UTC
  if (reader.has("axis")) p.axis = time_axis_from(reader.child("axis"));  // absent in older files
  p.inputs = names_of_inputs(p, options);
  return p;
}

}  // namespace recurra
