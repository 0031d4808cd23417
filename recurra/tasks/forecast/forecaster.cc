// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/forecaster.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/difference.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/share_items.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/tasks/forecast/recent_errors.h"

namespace recurra {
namespace {

constexpr const char* kTested = "tested.";  // before the names of the tensors of the tested net

/// The window one step on: without its oldest row, with a new last one. The row holds the forecast itself, the `fixed`
/// columns that do not change, nothing missing, and what is known ahead of it at its end.
/// Shapes: x [L, B, F], y [B, O], known [steps, B, K] of which step h; returns [L, B, F].
Tensor<float> moved_on(const Tensor<float>& x, const Tensor<float>& y, const Tensor<float>& known, Index h,
                       Index fixed) {
  const Index L = x.dim(0), B = x.dim(1), F = x.dim(2), O = y.dim(1), K = known.dim(2);
  Tensor<float> next(x.shape());
  std::copy_n(x.data() + B * F, (L - 1) * B * F, next.data());
  for (Index b = 0; b < B; ++b) {
    float* row = next.data() + ((L - 1) * B + b) * F;
    std::copy_n(y.data() + b * O, O, row);
    std::copy_n(x.data() + ((L - 1) * B + b) * F + O, fixed, row + O);
    std::copy_n(known.data() + (h * B + b) * K, K, row + F - K);
  }
  return next;
}

/// The last `count` columns of step h. Shapes: known [steps, B, K]; returns [1, B, count], undefined without any.
Tensor<float> last_columns(const Tensor<float>& known, Index h, Index count) {
  if (count == 0) return {};
  const Index B = known.dim(1), K = known.dim(2);
  auto out = Tensor<float>::uninitialized({1, B, count});
  for (Index b = 0; b < B; ++b) std::copy_n(known.data() + (h * B + b + 1) * K - count, count, out.data() + b * count);
  return out;
}

/// A forecast that feeds its own steps back. `known`: the last inputs of each step of the horizon.
/// Shapes: x [L, B, F], known [horizon, B, K] -> [B, horizon * O].
Tensor<float> forecast_recursively(Context& context, const ForecastModel& model, Tensor<float> x,
                                   const Tensor<float>& known) {
  const ForecastOptions& o = model.options;
  const Index O = targets_of(o), L = o.lookback, F = x.dim(2), B = x.dim(1);
  Tensor<float> out({B, o.horizon * O}), base({B, O});
  for (Index h = 0; h < o.horizon; ++h) {
    const Tensor<float> y =
        run_silently(context, *model.net, {Variable<float>(x), last_columns(known, h, model.net->known())});
    for (Index b = 0; b < B; ++b)
      for (Index i = 0; i < O; ++i) out[(b * o.horizon + h) * O + i] = base[b * O + i] + y[b * O + i];
    x = moved_on(x, y, known, h, static_cast<Index>(o.fixed.size()));
    if (o.difference != DifferenceKind::last) continue;
    // The values of the next window are relative to the new last value.
    for (Index b = 0; b < B; ++b) {
      for (Index i = 0; i < O; ++i) {
        for (Index l = 0; l < L; ++l) x[(l * B + b) * F + i] -= y[b * O + i];
        base[b * O + i] += y[b * O + i];
      }
    }
  }
  return out;
}

/// The series with `count` more rows, all missing, so that their calendar can be prepared.
Series extended(Series series, Index count) {
  for (auto& column : series.columns) column.resize(column.size() + static_cast<std::size_t>(count), std::nan(""));
  return series;
}

/// What the newest forecast of a target lacks or replaces.
void note_stand_ins(const ForecastModel& model, const Prepared& prepared, std::size_t target, Forecast& out) {
  const std::string& name = model.options.targets[target];
  const auto history = std::span(prepared.levels[target])
                           .first(prepared.levels[target].size() - static_cast<std::size_t>(model.options.horizon));
  auto& values = out.values[target];
  if (std::isnan(last_value(history))) {
    std::fill(values.begin(), values.end(), std::nan(""));
    for (IntervalSteps& interval : out.intervals[target]) interval.lower = interval.upper = values;
  }
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
    out.notes.push_back(concat("column '", name, "': ",
                               std::isnan(last_value(history)) ? "it has no value, so there is nothing to forecast from"
                                                               : "some forecasts are beyond the range of numbers"));
    return;
  }
  if (model.preparation.lag == 0) return;
  const Index count = steps_without_base(history, model.options.horizon, model.preparation.lag);
  if (count > 0)
    out.notes.push_back(concat("column '", name, "': ", count, " of ", model.options.horizon,
                               " steps have no value one or more seasons before them (", model.preparation.lag,
                               " steps each); the last value stands in for it"));
}

NamedTensors<float> tensors_below(const std::string& prefix, const NamedTensors<float>& tensors) {
  NamedTensors<float> out;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) out.emplace_back(name.substr(prefix.size()), tensor);
  return out;
}

NamedTensors<float> tensors_but(const std::string& prefix, const NamedTensors<float>& tensors) {
  NamedTensors<float> out;
  for (const auto& [name, tensor] : tensors)
    if (!name.starts_with(prefix)) out.emplace_back(name, tensor);
  return out;
}

/// What a build without all parts cannot run.
void require_part(const std::string& path, const ForecastOptions& o, bool of_a_set) {
  if constexpr (kWholeForecaster) return;
  const char* missing = of_a_set                          ? "a set of series"
                        : o.strategy == Strategy::decoder ? "the strategy decoder"
                        : !kernels::kHasDistributions && o.head != HeadKind::point && o.head != HeadKind::quantiles
                            ? "a head that is a distribution"
                            : nullptr;
  require<UnsupportedError>(missing == nullptr, path, ": made with ", missing ? missing : "",
                            ", which this build leaves out; the recurra command runs it");
}

}  // namespace

ForecastModel forecaster_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  ForecastModel model;
  model.options = forecast_options_from(JsonReader(envelope.options, path + ".options"));
  // In format 1 the fitted columns are one level deeper.
  model.preparation = preparation_from(file.format == 1 ? reader.child("preparation") : reader, model.options);
  model.summary = envelope.summary;
  model.rows = reader.integer("rows", 0, std::numeric_limits<Index>::max());
  const ForecastOptions& o = model.options;
  require_part(path, o, reader.has("set"));
  check_weights_fit(path, o,
                    (o.skip ? skip_weights(o) : 0) + input_weights(o, model.preparation) +
                        (o.strategy == Strategy::decoder ? 0 : head_outputs(o)),
                    tensors_but(kTested, file.tensors));
  model.net = make_forecast_net(o, model.preparation);
  load_weights(*model.net, tensors_but(kTested, file.tensors), path);
  if (reader.has("data")) model.data = data_memory_from(reader.child("data"));
  if (kWholeForecaster && reader.has("set")) model.set = set_shape_from(reader.child("set"));
  model.options.calibrate = reader.has("calibration");
  if (model.options.calibrate) model.calibration = conformal_from(reader.child("calibration"), o);
  model.options.refit = reader.has("tested");
  if (!model.options.refit) return model;
  PreparedNet& tested = model.tested.emplace();
  tested.preparation = preparation_from(reader.child("tested"), o);
  tested.net = make_forecast_net(o, tested.preparation);
  load_weights(*tested.net, tensors_below(kTested, file.tensors), path);
  return model;
}

ForecastModel ForecastModel::as_tested() const {
  ForecastModel out = *this;
  if (tested) {
    out.preparation = tested->preparation;
    out.net = tested->net;
  }
  return out;
}

Envelope envelope_of(const ForecastModel& model) {
  nlohmann::json preparation = to_json(model.preparation);
  preparation["rows"] = model.rows;
  if (!model.data.digest.empty()) preparation["data"] = to_json(model.data);
  if (kWholeForecaster && model.set) preparation["set"] = to_json(*model.set);
  if (model.tested) preparation["tested"] = to_json(model.tested->preparation);
  if (model.calibration) preparation["calibration"] = to_json(*model.calibration);
  return {kForecastTask, to_json(model.options), preparation, model.summary};
}

namespace {

ModelFile file_of(const ForecastModel& model) {
  NamedTensors<float> weights = model.net->state();
  if (model.tested)
    for (const auto& [name, tensor] : model.tested->net->state()) weights.emplace_back(kTested + name, tensor);
  return model_file(envelope_of(model), std::move(weights));
}

}  // namespace

std::string forecaster_bytes(const ForecastModel& model) {
  return model_bytes(file_of(model));
}

void save_forecaster(const std::string& path, const ForecastModel& model) {
  write_model(path, file_of(model));
}

ForecastModel load_forecaster(const std::string& path) {
  return forecaster_from(read_model(path, kForecastTask), path);
}

ForecastModel parse_forecaster(std::string_view bytes, const std::string& name) {
  return forecaster_from(parse_model(bytes, name, kForecastTask), name);
}

ForecastInputs inputs_of(const ForecastModel& model, const Prepared& prepared, std::span<const Index> origins) {
  ForecastInputs in{Variable<float>(gather_inputs(prepared.windows, origins))};
  if (model.net->known() > 0)
    in.known = gather_known(prepared.windows, origins, model.net->known(), net_horizon(model.options));
  return in;
}

ForecastInputs inputs_of(const ForecastModel& model, const PreparedSet& prepared, std::span<const Origin> origins) {
  ForecastInputs in{Variable<float>(prepared.gather_inputs(origins))};
  if (model.net->known() > 0) in.known = prepared.gather_known(origins, model.net->known(), net_horizon(model.options));
  return in;
}

namespace {

using Place = PreparedSet::Place;

ForecastInputs inputs_of(const ForecastModel& model, std::span<const Place> places) {
  ForecastInputs in{Variable<float>(PreparedSet::gather_inputs(places))};
  if (model.net->known() > 0)
    in.known = PreparedSet::gather_known(places, model.net->known(), net_horizon(model.options));
  return in;
}

/// A row of forecast_windows for each window. `known`: the last inputs of each step of the horizon, for a recursive
/// net.
template <class Known>
Tensor<float> forecast_chunk(Context& context, const ForecastModel& model, const ForecastInputs& in, Known known) {
  const Head head = head_of(model.options);
  const Index outputs = model.options.horizon * targets_of(model.options), B = in.x.value().dim(1);
  Tensor<float> y = model.options.strategy == Strategy::recursive
                        ? forecast_recursively(context, model, in.x.value(), known())
                        : run_silently(context, *model.net, in);
  if (head.kind == HeadKind::point) return y.reshape({B, outputs});
  return head_parameters(context, head, y.reshape({B, outputs, head_width(head)}))
      .reshape({B, outputs * head_width(head)});
}

Tensor<float> forecast_places(Context& context, const ForecastModel& model, std::span<const Place> places) {
  return forecast_chunk(context, model, inputs_of(model, places), [&] {
    return PreparedSet::gather_known(places, model.preparation.known_ahead(), model.options.horizon);
  });
}

/// The rows of `forecast(chunk)` for all origins, chunk by chunk.
template <class At, class Forecast>
Tensor<float> forecast_chunks(const ForecastModel& model, std::span<const At> origins, Forecast forecast) {
  const Index width = model.options.horizon * targets_of(model.options) * head_width(head_of(model.options));
  auto out = Tensor<float>::uninitialized({static_cast<Index>(origins.size()), width});
  for_each_chunk(origins, [&](std::size_t first, std::span<const At> chunk) {
    const Tensor<float> y = forecast(chunk);
    std::copy_n(y.data(), y.size(), out.data() + static_cast<Index>(first) * width);
  });
  return out;
}

}  // namespace

Tensor<float> forecast_windows(Context& context, const ForecastModel& model, const Prepared& prepared,
                               std::span<const Index> origins) {
  const Index K = model.preparation.known_ahead(), H = model.options.horizon;
  return forecast_chunks(model, origins, [&](std::span<const Index> chunk) {
    return forecast_chunk(context, model, inputs_of(model, prepared, chunk), [&] {
      if (K == 0) return Tensor<float>({H, static_cast<Index>(chunk.size()), 0});
      return gather_known(prepared.windows, chunk, K, H);
    });
  });
}

Tensor<float> forecast_windows(Context& context, const ForecastModel& model, const PreparedSet& prepared,
                               std::span<const Origin> origins) {
  return forecast_chunks(model, origins, [&](std::span<const Origin> chunk) {
    return forecast_places(context, model, prepared.places_of(context, chunk));
  });
}

bool Forecast::has_gaps() const {
  return std::any_of(values.begin(), values.end(), [](const auto& target) {
    return !std::all_of(target.begin(), target.end(), [](double v) { return std::isfinite(v); });
  });
}

namespace {

/// The requested levels of intervals, or those of the model; none if the model has no intervals.
std::vector<double> levels_or_own(const ForecastModel& model, std::vector<double> levels) {
  if (!levels.empty()) check_forecast_levels(model, levels);
  if (levels.empty() && has_intervals(model)) levels = model.options.levels;
  return levels;
}

#ifndef __EMSCRIPTEN__
/// Lets the intervals of the targets of one series follow the newest errors.
void follow_errors(Context& context, const ForecastModel& model, const Series& series,
                   const std::vector<double>& levels, std::vector<IntervalForecast>& next,
                   std::vector<std::string>& notes) {
  const RowPlace learned = place_rows(model.data, series);
  const SeriesSet set = set_of_one(series, series.source, targets_of(model.options));
  const bool open = set.series[0].length < series.length();  // the newest rows have no target
  if (!learned.known || (!series.axis && learned.end != series.length()) || open) return;
  RecentErrors recent(context, model, set, quantile_levels(levels));
  recent.follow(context, forecast_origins(set), next);
  for (std::string& note : recent.notes()) notes.push_back(std::move(note));
}
#endif

}  // namespace

Forecast forecast_next(Context& context, const ForecastModel& model, const Series& series, std::vector<double> levels,
                       [[maybe_unused]] bool follow) {
  const ForecastOptions& o = model.options;
  require(!model.set, series.source, ": the model was trained on a set of series; give it a set to forecast");
  levels = levels_or_own(model, std::move(levels));
  require_same_step(model.data, series);
  const Index end = series.length(), needed = model.preparation.lag + o.lookback;
  require(end >= needed, series.source, ": too few rows: expected at least ", needed, " (",
          model.preparation.lag > 0 ? "difference + " : "", "lookback), found ", end);
  const Prepared prepared = apply_preparation(model.preparation, o, extended(series, o.horizon));
  const Index origin[] = {end};
  const Tensor<float> said = forecast_windows(context, model, prepared, origin);
  Forecast out;
  out.notes = differences_from(model.data, series);
  const auto O = o.targets.size();
  std::vector<IntervalForecast> next;
  for (std::size_t target = 0; target < O; ++target)
    next.push_back(forecast_target(model, prepared, target, end, said.span(), quantile_levels(levels)));
#ifndef __EMSCRIPTEN__
  if (follow) follow_errors(context, model, series, levels, next, out.notes);
#endif
  for (std::size_t target = 0; target < O; ++target) {
    add_target(out, model, next[target], levels);
    note_stand_ins(model, prepared, target, out);
  }
  for (Index h = 0; h < o.horizon && series.axis; ++h) out.stamps.push_back(series.axis->stamp(end + h));
  return out;
}

WindowForecaster::WindowForecaster(Context& context, const ForecastModel& model, const SeriesSet& set,
                                   const SetRange& fitted)
    : model_(&model), prepared_(context, set, model.preparation, model.options, fitted, net_horizon(model.options)) {}

std::vector<IntervalForecast> WindowForecaster::forecast(Context& context, std::span<const Origin> origins,
                                                         std::span<const double> levels) const {
  const auto O = static_cast<std::size_t>(targets_of(model_->options));
  std::vector<IntervalForecast> out(origins.size() * O);
  for_each_chunk(origins, [&](std::size_t first, std::span<const Origin> chunk) {
    const std::vector<Place> places = prepared_.places_of(context, chunk);
    const Tensor<float> said = forecast_places(context, *model_, places);
    const auto width = static_cast<std::size_t>(said.dim(1));
    share_items(context, chunk.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i)
        for (std::size_t target = 0; target < O; ++target)
          out[(first + i) * O + target] = forecast_target(*model_, *places[i].prepared, target, places[i].level,
                                                          said.span().subspan(i * width, width), levels);
    });
  });
  return out;
}

bool SetForecast::has_gaps() const {
  return std::any_of(series.begin(), series.end(), [](const Forecast& one) { return one.has_gaps(); });
}

SetForecast forecast_next(Context& context, const ForecastModel& model, const SeriesSet& set,
                          std::vector<double> levels, bool follow) {
  require(model.set.has_value(), set.source, ": the model was trained on one series, not on a set; give it a series");
  const ForecastOptions& o = model.options;
  levels = levels_or_own(model, std::move(levels));
  require_plan(set, o.horizon);
  const WindowForecaster forecaster(context, model, set, whole_range(set));
  const std::vector<Origin> origins = forecast_origins(set);
  std::optional<RecentErrors> recent;
  if (follow) recent.emplace(context, model, set, quantile_levels(levels));
  SetForecast out;
  const auto O = static_cast<std::size_t>(targets_of(o));
  for_each_chunk(std::span<const Origin>(origins), [&](std::size_t, std::span<const Origin> chunk) {
    std::vector<IntervalForecast> forecasts = forecaster.forecast(context, chunk, quantile_levels(levels));
    if (recent) recent->follow(context, chunk, forecasts);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      out.ids.push_back(set.series[static_cast<std::size_t>(chunk[i].series)].id);
      Forecast& forecast = out.series.emplace_back();
      for (std::size_t target = 0; target < O; ++target) add_target(forecast, model, forecasts[i * O + target], levels);
      for (Index h = 0; h < o.horizon && set.calendar.axis; ++h)
        forecast.stamps.push_back(set.stamp(chunk[i].series, chunk[i].time + h));
    }
  });
  if (recent) out.notes = recent->notes();
  return out;
}

}  // namespace recurra
