// SPDX-License-Identifier: Apache-2.0
// Diagram 8: a model file opened in the page, on the reader's data.
#include <algorithm>

#include "../held.h"
#include "../operations.h"
#include "reader_csv.h"
#include "recurra/tasks/forecast/inspect.h"

namespace recurra::wasm {
namespace {

Held<ForecastModel>& models() {
  static Held<ForecastModel> held;
  return held;
}

const ForecastModel& model_of(const Request& request) {
  return models().get(request.integer("model", 1, kMaxNumber), "model");
}

Series series_for(const ForecastModel& model, const Request& request) {
  return series_for(model.options, read_table(request.bytes("csv")), &model.preparation);
}

/// The newest values of the first target, enough to see where a forecast of so many steps goes on.
std::vector<double> newest_values(const Series& series, const ForecastOptions& options) {
  const std::vector<double>& values = series.column(options.targets.front());
  const auto most = static_cast<std::size_t>(std::max<Index>(3 * options.horizon, 48));
  return {values.end() - static_cast<std::ptrdiff_t>(std::min(most, values.size())), values.end()};
}

void set_texts(Reply& reply, const char* key, const std::vector<std::string>& texts) {
  reply.open(key, '[');
  for (const std::string& text : texts) reply.set("", text);
  reply.close();
}

void set_gates(Reply& reply, const LayerTrace& layer) {
  reply.open("");
  reply.set("name", layer.name);
  reply.set("halfLife", layer.half_life);
  reply.open("gates", '[');
  for (const GateTrace& gate : layer.gates) {
    reply.open("");
    reply.set("name", gate.name);
    reply.set("shut", gate.shut);
    reply.set("open", gate.open);
    reply.set("mean", gate.mean);
    reply.close();
  }
  reply.close();
  reply.close();
}

}  // namespace

void model_open(Context&, const Request& request, Reply& reply) {
  auto model = std::make_unique<ForecastModel>(parse_forecaster(request.bytes("bytes"), "the model"));
  const ForecastOptions& o = model->options;
  set_texts(reply, "targets", o.targets);
  reply.set("cell", name_of(cell_names(), o.cell));
  reply.set("hidden", static_cast<double>(o.hidden));
  reply.set("layers", static_cast<double>(o.layers));
  reply.set("lookback", static_cast<double>(o.lookback));
  reply.set("horizon", static_cast<double>(o.horizon));
  reply.set("season", static_cast<double>(o.season));
  reply.set("parameters", static_cast<double>(model->net->parameter_count()));
  reply.set("model", static_cast<double>(models().add(std::move(model))));
}

void model_forecast(Context& context, const Request& request, Reply& reply) {
  const ForecastModel& model = model_of(request);
  const Series series = series_for(model, request);
  const Forecast forecast = forecast_next(context, model, series);
  Tensor<double> values({static_cast<Index>(forecast.values.size()), model.options.horizon});
  for (std::size_t i = 0; i < forecast.values.size(); ++i)
    std::copy(forecast.values[i].begin(), forecast.values[i].end(),
              values.data() + static_cast<Index>(i) * model.options.horizon);
  reply.set("values", values);
  reply.open("intervals", '[');  // of the first target
  for (const IntervalSteps& interval :
       forecast.intervals.empty() ? std::vector<IntervalSteps>() : forecast.intervals[0]) {
    reply.open("");
    reply.set("level", interval.level);
    reply.set("lower", interval.lower);
    reply.set("upper", interval.upper);
    reply.close();
  }
  reply.close();
  reply.set("past", newest_values(series, model.options));
  set_texts(reply, "stamps", forecast.stamps);
}

void model_explore(Context& context, const Request& request, Reply& reply) {
  const ForecastModel& model = model_of(request);
  const Diagnosis found = diagnose(context, model, series_for(model, request));
  reply.set("windows", static_cast<double>(found.windows));
  reply.set("flow", found.whole.norm);
  reply.set("recurrentFlow", found.recurrent.norm);
  reply.set("effectiveLookback", found.whole.effective_lookback);
  reply.open("layers", '[');
  for (const LayerTrace& layer : found.layers) set_gates(reply, layer);
  reply.close();
  set_texts(reply, "advice", advice(model, found));
}

void model_close(Context&, const Request& request, Reply&) {
  models().drop(request.integer("model", 1, kMaxNumber));
}

}  // namespace recurra::wasm
