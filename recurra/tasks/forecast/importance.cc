// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/importance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/data/split.h"
#include "recurra/report/chart.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {
namespace {

constexpr Index kExchanges = 5;
constexpr std::size_t kMaxExchanged = 512;

/// Windows with their truth, and the columns of x that make up each input.
struct Exchanged {
  ForecastInputs in;
  WindowBatch truth;
  std::vector<InputWorth> inputs;
  std::vector<std::vector<Index>> columns;  ///< of each input
};

/// Names and columns of the inputs of a model.
void name_inputs(const ForecastModel& model, Exchanged& out) {
  const ForecastOptions& o = model.options;
  const std::vector<std::string>& names = model.preparation.inputs;
  const auto add = [&](const std::vector<std::string>& columns, const char* kind) {
    for (const std::string& column : columns) {
      out.inputs.push_back({column, kind});
      auto& places = out.columns.emplace_back();
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == column || names[i] == column + "_missing") places.push_back(static_cast<Index>(i));
    }
  };
  add(o.targets, "lags");
  add(o.features, "past");
  add(o.fixed, "static");
  add(o.known, "known");
  std::vector<bool> named(names.size());
  for (const auto& places : out.columns)
    for (const Index place : places) named[static_cast<std::size_t>(place)] = true;
  std::vector<Index> rest;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!named[i]) rest.push_back(static_cast<Index>(i));
  if (rest.empty()) return;
  out.inputs.push_back({"calendar", "calendar"});
  out.columns.push_back(rest);
}

/// x [steps, B, C] whose columns `places` of window b are those of window from[b].
Tensor<float> exchange(const Tensor<float>& x, const std::vector<Index>& places,
                       const std::vector<std::int64_t>& from) {
  Tensor<float> out = x.clone();
  const Index B = x.dim(1), C = x.dim(2);
  for (Index t = 0; t < x.dim(0); ++t)
    for (Index b = 0; b < B; ++b)
      for (const Index c : places) out[(t * B + b) * C + c] = x[(t * B + from[static_cast<std::size_t>(b)]) * C + c];
  return out;
}

double mean_error(Context& context, const ForecastModel& model, const ForecastInputs& in, const WindowBatch& truth) {
  const Head head = head_of(model.options);
  const Index K = head_width(head);
  Tensor<float> y = run_silently(context, *model.net, in);
  if (head.kind != HeadKind::point) y = head_parameters(context, head, y.reshape({truth.y.size(), K}));
  double sum = 0, count = 0;
  for (Index i = 0; i < truth.y.size(); ++i) {
    if (truth.weights.size() > 0 && truth.weights[i] == 0) continue;
    const double said = static_cast<double>(y[i * K + location_of(head)]);
    sum += std::abs(said - static_cast<double>(truth.y[i]));
    ++count;
  }
  return sum / count;
}

Importance measure(Context& context, const ForecastModel& model, const Exchanged& data, std::size_t windows) {
  Importance out{static_cast<Index>(windows), kExchanges, mean_error(context, model, data.in, data.truth), {}};
  const Index F = data.in.x.value().dim(2), K = model.net->known();
  for (std::size_t i = 0; i < data.inputs.size(); ++i) {
    std::vector<Index> ahead;  // the same columns among those that are known ahead, the last K
    for (const Index c : data.columns[i])
      if (c >= F - K) ahead.push_back(c - (F - K));
    std::vector<double> increases;
    for (Index e = 0; e < kExchanges; ++e) {
      Random random(model.options.seed, stream_id(concat("importance/", data.inputs[i].input, "/", e)));
      const auto from = random.permutation(static_cast<std::int64_t>(windows));
      ForecastInputs changed{Variable<float>(exchange(data.in.x.value(), data.columns[i], from))};
      if (K > 0) changed.known = exchange(data.in.known, ahead, from);
      increases.push_back(mean_error(context, model, changed, data.truth) / out.error - 1);
    }
    InputWorth& worth = out.inputs.emplace_back(data.inputs[i]);
    for (const double x : increases) worth.increase += x / kExchanges;
    for (const double x : increases) worth.deviation += (x - worth.increase) * (x - worth.increase) / (kExchanges - 1);
    worth.deviation = std::sqrt(worth.deviation);
  }
  std::stable_sort(out.inputs.begin(), out.inputs.end(),
                   [](const InputWorth& a, const InputWorth& b) { return a.increase > b.increase; });
  return out;
}

/// Some origins spread evenly over all.
template <class At>
std::vector<At> spread(const std::vector<At>& all, const std::string& source) {
  require(!all.empty(), source, ": no window outside the training part has a present target");
  std::vector<At> out;
  const std::size_t count = std::min(all.size(), kMaxExchanged);
  for (std::size_t i = 0; i < count; ++i) out.push_back(all[i * all.size() / count]);
  return out;
}

}  // namespace

Importance importance(Context& context, const ForecastModel& model, const Series& series) {
  const ForecastModel tested = model.as_tested();
  Prepared prepared = apply_preparation(tested.preparation, tested.options, series);
  prepared.windows.horizon = net_horizon(tested.options);
  const Split split = chronological_split(series.length(), tested.options.split);
  const auto origins = spread(window_origins(prepared.windows, split.train_end, series.length()), series.source);
  Exchanged data{inputs_of(tested, prepared, origins), gather_windows(prepared.windows, origins), {}, {}};
  name_inputs(tested, data);
  return measure(context, tested, data, origins.size());
}

Importance importance(Context& context, const ForecastModel& model, const SeriesSet& set) {
  const ForecastModel tested = model.as_tested();
  const auto parts = split_series(set, tested.options.split);
  const Index horizon = net_horizon(tested.options);
  const PreparedSet prepared(context, set, tested.preparation, tested.options, parts[0], horizon);
  std::vector<Origin> all;
  for (const SetRange& part : {parts[1], parts[2]}) {
    const WindowSource windows(set, model_windows(tested.preparation, tested.options, horizon, ShortSeries::leave_out),
                               part);
    const Index stride = windows.count() / static_cast<Index>(4 * kMaxExchanged) + 1;
    for (Index i = 0; i < windows.count(); i += stride) all.push_back(windows.origin(i));
  }
  const auto origins = spread(all, set.source);
  Exchanged data{inputs_of(tested, prepared, origins), prepared.gather(origins), {}, {}};
  name_inputs(tested, data);
  return measure(context, tested, data, origins.size());
}

nlohmann::json to_json(const Importance& importance) {
  nlohmann::json inputs = nlohmann::json::array();
  for (const InputWorth& worth : importance.inputs)
    inputs.push_back(
        {{"input", worth.input}, {"kind", worth.kind}, {"increase", worth.increase}, {"deviation", worth.deviation}});
  return {{"windows", importance.windows},
          {"exchanges", importance.exchanges},
          {"error", importance.error},
          {"inputs", inputs}};
}

std::string to_text(const Importance& importance) {
  TextTable rows = {{"input", "kind", "error +%", "+-"}};
  for (const InputWorth& worth : importance.inputs)
    rows.push_back({worth.input, worth.kind, fmt::format("{:.1f}", 100 * worth.increase),
                    fmt::format("{:.1f}", 100 * worth.deviation)});
  return fmt::format("how much the error grows where an input is exchanged among {} windows, {} times\n",
                     importance.windows, importance.exchanges) +
         text_table(rows);
}

void add_importance_section(Report& report, const Importance& importance) {
  report.heading("What each input is worth");
  BarChart chart{.title = "Error without an input", .x_label = "growth of the error, %"};
  std::vector<std::vector<std::string>> rows;
  for (const InputWorth& worth : importance.inputs) {
    chart.bars.emplace_back(worth.input, std::max(0.0, 100 * worth.increase));
    rows.push_back({worth.input, worth.kind, fmt::format("{:.1f}", 100 * worth.increase),
                    fmt::format("{:.1f}", 100 * worth.deviation)});
  }
  chart.highlighted = chart.bars.size();
  report.figure(
      chart.svg(),
      fmt::format("How much the mean absolute error grows where the values of an input are exchanged among {} "
                  "windows that the net was not trained on, mean of {} exchanges.",
                  importance.windows, importance.exchanges));
  report.table({"input", "kind", "error +%", "deviation"}, rows);
  report.paragraph(
      "An input within its deviation of 0 makes no difference here. Inputs that tell the same stand in for one "
      "another, "
      "so each may look worthless alone.");
}

}  // namespace recurra
