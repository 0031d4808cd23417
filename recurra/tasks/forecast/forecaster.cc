// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/forecaster.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/difference.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {
namespace {

constexpr const char* kTested = "tested.";  // before the names of the tensors of the tested net

/// The window one step on: without its oldest row, with a new last one. The row holds the forecast itself, nothing
/// missing; what lies behind the flags is the calendar of row t, known ahead.
/// Shapes: x [L, B, F], y [B, O]; returns [L, B, F].
Tensor<float> moved_on(const Tensor<float>& x, const Tensor<float>& y, const WindowSet& windows,
                       std::span<const Index> origins, Index h) {
  const Index L = x.dim(0), B = x.dim(1), F = x.dim(2), O = y.dim(1), known = windows.known;
  Tensor<float> next(x.shape());
  std::copy_n(x.data() + B * F, (L - 1) * B * F, next.data());
  for (Index b = 0; b < B; ++b) {
    float* row = next.data() + ((L - 1) * B + b) * F;
    std::copy_n(y.data() + b * O, O, row);
    const Index t = origins[static_cast<std::size_t>(b)] + h;
    if (known == 0) continue;
    require(t < windows.inputs.dim(0), "forecast_windows: the calendar of row ", t, " is not prepared");
    std::copy_n(windows.inputs.data() + (t + 1) * F - known, known, row + F - known);
  }
  return next;
}

/// A forecast that feeds its own steps back. Shapes: x [L, B, F] -> [B, horizon * O].
Tensor<float> forecast_recursively(Context& context, const ForecastModel& model, const Prepared& prepared,
                                   std::span<const Index> origins) {
  const ForecastOptions& o = model.options;
  const Index O = targets_of(o), L = o.lookback, F = model.preparation.input_size();
  const auto B = static_cast<Index>(origins.size());
  Tensor<float> x = gather_inputs(prepared.windows, origins), out({B, o.horizon * O}), base({B, O});
  for (Index h = 0; h < o.horizon; ++h) {
    const Tensor<float> y = run_silently(context, *model.net, {Variable<float>(x)});
    for (Index b = 0; b < B; ++b)
      for (Index i = 0; i < O; ++i) out[(b * o.horizon + h) * O + i] = base[b * O + i] + y[b * O + i];
    x = moved_on(x, y, prepared.windows, origins, h);
    if (!prepared.windows.subtract_last) continue;
    // The new last value is what the next window is told relative to.
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
  if (std::isnan(last_value(history))) std::fill(values.begin(), values.end(), std::nan(""));
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

}  // namespace

ForecastModel forecaster_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  ForecastModel model;
  model.options = forecast_options_from(JsonReader(envelope.options, path + ".options"));
  // Format 1 has what was fitted to the columns one level down.
  model.preparation = preparation_from(file.format == 1 ? reader.child("preparation") : reader, model.options);
  model.summary = envelope.summary;
  model.rows = reader.integer("rows", 0, std::numeric_limits<Index>::max());
  const ForecastOptions& o = model.options;
  check_weights_fit(path, o, o.skip ? skip_weights(o) : 0, tensors_but(kTested, file.tensors));
  model.net = make_forecast_net(o, model.preparation);
  load_weights(*model.net, tensors_but(kTested, file.tensors), path);
  if (reader.has("data")) model.data = data_memory_from(reader.child("data"));
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
  if (model.tested) preparation["tested"] = to_json(model.tested->preparation);
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
  return {Variable<float>(gather_inputs(prepared.windows, origins)), model.net->known_ahead(prepared.windows, origins)};
}

Tensor<float> forecast_windows(Context& context, const ForecastModel& model, const Prepared& prepared,
                               std::span<const Index> origins) {
  const Index width = model.options.horizon * targets_of(model.options);
  auto out = Tensor<float>::uninitialized({static_cast<Index>(origins.size()), width});
  for_each_chunk(origins, [&](std::size_t first, std::span<const Index> chunk) {
    const Tensor<float> y = model.options.strategy == Strategy::recursive
                                ? forecast_recursively(context, model, prepared, chunk)
                                : run_silently(context, *model.net, inputs_of(model, prepared, chunk));
    std::copy_n(y.data(), y.size(), out.data() + static_cast<Index>(first) * width);
  });
  return out;
}

bool Forecast::has_gaps() const {
  return std::any_of(values.begin(), values.end(), [](const auto& target) {
    return !std::all_of(target.begin(), target.end(), [](double v) { return std::isfinite(v); });
  });
}

Forecast forecast_next(Context& context, const ForecastModel& model, const Series& series) {
  const ForecastOptions& o = model.options;
  require_same_step(model.data, series);
  const Index end = series.length(), needed = model.preparation.lag + o.lookback;
  require(end >= needed, series.source, ": too few rows: expected at least ", needed, " (",
          model.preparation.lag > 0 ? "difference + " : "", "lookback), found ", end);
  const Prepared prepared = apply_preparation(model.preparation, o, extended(series, o.horizon));
  const Index origin[] = {end};
  const Tensor<float> y = forecast_windows(context, model, prepared, origin);
  Forecast out;
  out.notes = differences_from(model.data, series);
  const Index O = targets_of(o);
  for (Index target = 0; target < O; ++target) {
    std::vector<double> scaled;
    for (Index h = 0; h < o.horizon; ++h) scaled.push_back(static_cast<double>(y[h * O + target]));
    const auto column = static_cast<std::size_t>(target);
    out.values.push_back(undo_preparation(model.preparation, o, prepared, column, end, scaled));
    note_stand_ins(model, prepared, column, out);
  }
  for (Index h = 0; h < o.horizon && series.axis; ++h) out.stamps.push_back(series.axis->stamp(end + h));
  return out;
}

}  // namespace recurra
