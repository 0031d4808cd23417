// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/inspect.h"

#include <algorithm>
#include <cmath>

#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {
namespace {

constexpr std::size_t kWindowsInspected = 64;
constexpr double kMuchSaturation = 0.5;

std::vector<Index> chosen_origins(const WindowSet& windows, const std::string& source) {
  const auto all = window_origins(windows, 0, windows.inputs.dim(0));
  require(!all.empty(), source, ": expected at least ", windows.first_input + windows.lookback + windows.horizon,
          " rows for one window, found ", windows.inputs.dim(0));
  std::vector<Index> some;
  const std::size_t count = std::min(all.size(), kWindowsInspected);
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

std::string rounded(double x) {
  return concat(std::round(x * 10) / 10);
}

std::string flow_advice(const ForecastModel& model, const GradientFlow& flow) {
  const ForecastOptions& o = model.options;
  switch (judge(flow)) {
    case Flow::vanishing:
      return concat(
          "gradients vanish: through the recurrent net, the oldest tenth of the window has less than 0.001 of "
          "the gradient of the newest. If the past matters, try ",
          describe(o.cell).keeps < 0 ? "--cell lstm or gru, or --init identity"
                                     : concat("--chrono ", o.lookback, " or --forget-bias 1"),
          "; if not, a shorter --lookback costs less");
    case Flow::exploding:
      return "gradients explode: the oldest steps have over 10 times the gradient of the newest. Clip the norm "
             "(--clip 1), lower --lr, or try --init orthogonal";
    case Flow::healthy:
      break;
  }
  return "gradients neither vanish nor explode on their way through the window";
}

Diagnosis look_into(Context& context, const ForecastModel& model, const ForecastInputs& in) {
  const Tensor<float>& x = in.x.value();
  const ForecastNet& net = *model.net;
  Diagnosis out;
  out.windows = in.x.value().dim(1);
  out.whole = gradient_flow(context, x, [&](Tape<float>& tape, const Variable<float>& v) {
    return net.locations(tape, net.forward(tape, {v, in.known}));
  });
  out.recurrent = gradient_flow(context, x, [&](Tape<float>& tape, const Variable<float>& v) {
    return net.locations(tape, net.forward_parts(tape, {v, in.known}, in.x).y);
  });
  Tape<float> tape(context, {.training = false});
  const Variable<float> input(x, true);
  out.layers = trace_gates(net.recurrent(), net.forward_parts(tape, {input, in.known}, input).recurrent);
  return out;
}

}  // namespace

Diagnosis diagnose(Context& context, const ForecastModel& model, const Series& series) {
  const Prepared prepared = apply_preparation(model.preparation, model.options, series);
  return look_into(context, model, inputs_of(model, prepared, chosen_origins(prepared.windows, series.source)));
}

Diagnosis diagnose(Context& context, const ForecastModel& model, const SeriesSet& set) {
  const ForecastOptions& o = model.options;
  const SetRange whole = whole_range(set);
  const WindowSource windows(set, model_windows(model.preparation, o, o.horizon), whole);
  require(windows.count() > 0, set.source, ": no window has a present target");
  std::vector<Origin> origins;
  const Index count = std::min(windows.count(), static_cast<Index>(kWindowsInspected));
  for (Index i = 0; i < count; ++i) origins.push_back(windows.origin(i * windows.count() / count));
  const PreparedSet prepared(context, set, model.preparation, o, whole, net_horizon(o));
  return look_into(context, model, inputs_of(model, prepared, origins));
}

std::vector<std::string> advice(const ForecastModel& model, const Diagnosis& d) {
  const ForecastOptions& o = model.options;
  std::vector<std::string> out;
  out.push_back(concat("the model uses the newest ", rounded(d.whole.effective_lookback), " of its ", o.lookback,
                       " steps (99 % of |dy/dx|); the recurrent net alone ", rounded(d.recurrent.effective_lookback)));
  if (d.whole.effective_lookback > 0.95 * static_cast<double>(o.lookback))
    out.push_back("the whole window is in use: a longer --lookback may help");
  out.push_back(flow_advice(model, d.recurrent));
  for (const LayerTrace& layer : d.layers) {
    if (!layer.half_life.empty()) {
      const auto [least, most] = std::minmax_element(layer.half_life.begin(), layer.half_life.end());
      const std::string steps = rounded(median(layer.half_life));
      out.push_back(concat("layer ", layer.name, " halves its memory in ", steps, steps == "1" ? " step" : " steps",
                           " (median; ", rounded(*least), " to ", rounded(*most), ")"));
    }
    for (const GateTrace& gate : layer.gates)
      if (gate.shut + gate.open > kMuchSaturation)
        out.push_back(concat("layer ", layer.name, ": the ", gate.name, " gate is saturated in ",
                             rounded(100 * (gate.shut + gate.open)),
                             " % of the steps, where it cannot learn; lower --lr "
                             "or scale the inputs"));
  }
  return out;
}

}  // namespace recurra
