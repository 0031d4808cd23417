// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {

Index targets_of(const ForecastOptions& o) {
  return static_cast<Index>(o.targets.size());
}

Index net_horizon(const ForecastOptions& o) {
  return o.strategy == Strategy::recursive ? 1 : o.horizon;
}

std::shared_ptr<ForecastNet> make_forecast_net(const ForecastOptions& o, const Preparation& preparation) {
  return std::make_shared<ForecastNet>(recurrent_options(o, preparation.input_size()),
                                       ForecastNetOptions{.lookback = o.lookback,
                                                          .targets = targets_of(o),
                                                          .outputs = net_horizon(o) * targets_of(o),
                                                          .skip = o.skip,
                                                          .skip_shared = o.skip_shared,
                                                          .dropout = o.dropout,
                                                          .tbptt = o.tbptt,
                                                          .decoder = o.strategy == Strategy::decoder,
                                                          .known = preparation.known_ahead()});
}

double skip_weights(const ForecastOptions& o) {
  const double one = static_cast<double>(o.lookback) * static_cast<double>(net_horizon(o));
  return o.skip_shared ? one : one * static_cast<double>(targets_of(o) * targets_of(o));
}

Tensor<float> run_silently(Context& context, const ForecastNet& net, const ForecastInputs& in) {
  Tape<float> tape(context, {.record = false, .training = false});
  return net.forward(tape, in).value();
}

}  // namespace recurra
