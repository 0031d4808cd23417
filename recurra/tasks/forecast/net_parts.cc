// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {

Index targets_of(const ForecastOptions& o) {
  return static_cast<Index>(o.targets.size());
}

Index net_horizon(const ForecastOptions& o) {
  return o.strategy == Strategy::recursive ? 1 : o.horizon;
}

namespace {

constexpr Index kWidestTable = 16;

/// Of a category of so many codes: about their square root.
Index table_width(Index codes) {
  Index width = 1;
  while (width < kWidestTable && width * width < codes) ++width;
  return width;
}

std::vector<EmbeddedInput> embedded_inputs(const Preparation& p) {
  std::vector<EmbeddedInput> out;
  const auto columns = static_cast<Index>(p.scalers.size());
  for (Index c = 0; c < columns; ++c) {
    if (!p.is_category(static_cast<std::size_t>(c))) continue;
    const Index codes = p.codes[static_cast<std::size_t>(c)];
    out.push_back({c < columns - p.plan ? c : p.input_size() - columns + c, codes, table_width(codes)});
  }
  return out;
}

}  // namespace

std::shared_ptr<ForecastNet> make_forecast_net(const ForecastOptions& o, const Preparation& preparation) {
  const std::vector<EmbeddedInput> embedded = embedded_inputs(preparation);
  Index width = preparation.input_size();
  for (const EmbeddedInput& e : embedded) width += e.size - 1;
  const Head head = head_of(o);
  const bool decoder = o.strategy == Strategy::decoder, alone = independent(o);
  if (alone) width -= targets_of(o) - 1;
  if (o.segment > 0) width = o.hidden;
  return std::make_shared<ForecastNet>(
      recurrent_options(o, width), ForecastNetOptions{.lookback = o.lookback,
                                                      .targets = targets_of(o),
                                                      .outputs = net_horizon(o) * targets_of(o),
                                                      .numbers = head_width(head),
                                                      .location = location_of(head),
                                                      .skip = o.skip,
                                                      .skip_shared = o.skip_shared,
                                                      .dropout = o.dropout,
                                                      .tbptt = o.tbptt,
                                                      .decoder = decoder,
                                                      .independent = alone,
                                                      .segment = o.segment,
                                                      .known = decoder ? preparation.known_ahead() : preparation.plan,
                                                      .inputs = preparation.input_size(),
                                                      .embedded = embedded});
}

Index location_of(const Head& head) {
  const auto median = std::find(head.levels.begin(), head.levels.end(), 0.5);
  return head.kind == HeadKind::quantiles ? median - head.levels.begin() : 0;
}

namespace {

/// Steps and targets of one output of the last layer.
double steps_said(const ForecastOptions& o) {
  return static_cast<double>(o.segment > 0 ? o.segment : net_horizon(o));
}

double targets_said(const ForecastOptions& o) {
  return independent(o) ? 1 : static_cast<double>(targets_of(o));
}

}  // namespace

double head_outputs(const ForecastOptions& o) {
  if (o.strategy == Strategy::decoder) return static_cast<double>(targets_of(o));
  return steps_said(o) * targets_said(o) * static_cast<double>(head_width(head_of(o)));
}

double skip_weights(const ForecastOptions& o) {
  const double one = static_cast<double>(o.lookback) * static_cast<double>(net_horizon(o));
  return o.skip_shared ? one : one * static_cast<double>(targets_of(o) * targets_of(o));
}

double input_weights(const ForecastOptions& o, const Preparation& p) {
  double out = 0;
  for (const Index codes : p.codes) out += static_cast<double>(codes);
  if (o.strategy == Strategy::decoder) return out;
  return out + steps_said(o) * steps_said(o) * targets_said(o) * static_cast<double>(p.plan);
}

Tensor<float> run_silently(Context& context, const ForecastNet& net, const ForecastInputs& in) {
  Tape<float> tape(context, {.record = false, .training = false});
  return net.forward(tape, in).value();
}

}  // namespace recurra
