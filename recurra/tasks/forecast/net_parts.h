// SPDX-License-Identifier: Apache-2.0
// What training and forecasting share: the net that options describe, and running it over many windows without a
// gradient. Example:
//
//   auto make = [](const recurra::ForecastModel& model) {
//     return recurra::make_forecast_net(model.options, model.preparation);
//   };
#pragma once

#include <algorithm>
#include <memory>

#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

struct Envelope;

inline constexpr const char* kForecastTask = "forecast";     ///< in model files
inline constexpr std::size_t kWindowsEvaluatedAtOnce = 256;  ///< windows of a batch that only goes forward

Index targets_of(const ForecastOptions& options);
/// Steps that the net itself puts out: 1 with the recursive strategy.
Index net_horizon(const ForecastOptions& options);
/// The index of the head's location parameter: the median of quantiles, else the first number.
Index location_of(const Head& head);
/// Outputs of the last layer per call: of all steps of the horizon, or of those of a segment.
double head_outputs(const ForecastOptions& options);
/// Weights of the linear skip.
double skip_weights(const ForecastOptions& options);
/// At least so many are for categories and for what a direct net is told about all of the horizon.
double input_weights(const ForecastOptions& options, const Preparation& preparation);

/// The metadata of the model file.
Envelope envelope_of(const ForecastModel& model);

std::shared_ptr<ForecastNet> make_forecast_net(const ForecastOptions& options, const Preparation& preparation);

/// Calls fn(first, origins) for runs of at most kWindowsEvaluatedAtOnce.
template <class At, class Fn>
void for_each_chunk(std::span<const At> origins, Fn fn) {
  for (std::size_t first = 0; first < origins.size(); first += kWindowsEvaluatedAtOnce)
    fn(first, origins.subspan(first, std::min(kWindowsEvaluatedAtOnce, origins.size() - first)));
}

/// Every n-th of them, so that at most `most` are left.
template <class At>
std::vector<At> thinned(const std::vector<At>& origins, Index most) {
  const std::size_t stride = origins.empty() ? 1 : (origins.size() - 1) / static_cast<std::size_t>(most) + 1;
  std::vector<At> out;
  for (std::size_t i = 0; i < origins.size(); i += stride) out.push_back(origins[i]);
  return out;
}

/// Without dropout, and nothing recorded.
Tensor<float> run_silently(Context& context, const ForecastNet& net, const ForecastInputs& in);

}  // namespace recurra
