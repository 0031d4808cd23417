// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_ridge.h"

#include <algorithm>

namespace recurra {
namespace {

constexpr Index kMaxWindows = 20'000, kMaxNumbers = 50'000'000, kSampled = 2'000, kGathered = 256;

/// Some windows spread evenly over all.
std::vector<Origin> spread_origins(const WindowSource& windows, Index most) {
  const Index stride = windows.count() / std::max<Index>(most, 1) + 1;
  std::vector<Origin> out;
  for (Index i = 0; i < windows.count(); i += stride) out.push_back(windows.origin(i));
  return out;
}

/// Inputs and outputs of a window and target in a row, ready for a regression.
struct HeldRows {
  Index inputs, outputs;
  std::vector<float> values;

  RidgeRows rows() const {
    const Index width = inputs + outputs;
    return {static_cast<Index>(values.size()) / width, inputs, outputs, [this, width](Index row, double* x, double* y) {
              const float* from = values.data() + row * width;
              std::copy_n(from, inputs, x);
              std::copy_n(from + inputs, outputs, y);
            }};
  }
};

HeldRows hold_rows(const WindowSource& windows, const SetFeatures& features, Index targets) {
  HeldRows out{features.width(), windows.options().horizon, {}};
  const Index width = (out.inputs + out.outputs) * targets;
  const std::vector<Origin> origins = spread_origins(windows, std::min(kMaxWindows, kMaxNumbers / width));
  std::vector<double> x(static_cast<std::size_t>(out.inputs));
  for (std::size_t from = 0; from < origins.size(); from += kGathered) {
    const auto some = std::span(origins).subspan(from, std::min<std::size_t>(kGathered, origins.size() - from));
    const SetBatch batch = windows.gather(some);
    for (Index b = 0; b < static_cast<Index>(some.size()); ++b) {
      for (Index o = 0; o < targets; ++o) {
        const SetFeatures::Scale scale = features.fill(batch, b, o, x.data());
        for (const double v : x) out.values.push_back(static_cast<float>(v));
        for (Index h = 0; h < out.outputs; ++h) {
          const double y = batch.future[(b * out.outputs + h) * targets + o];
          out.values.push_back(static_cast<float>((y - scale.shift) / scale.factor));
        }
      }
    }
  }
  return out;
}

}  // namespace

SetRidge fit_set_ridge(Context& context, const SeriesSet& set, const WindowSource& train,
                       const WindowSource& validation, std::vector<std::string>& notes) {
  require(train.count() > 0, set.source, ": no training window to fit the linear rival to");
  const auto targets = static_cast<Index>(set.with_role(Role::target).size());
  SetFeatures features(set, train.options(), train.gather(spread_origins(train, kSampled)), notes);
  const HeldRows fitted = hold_rows(train, features, targets), judged = hold_rows(validation, features, targets);
  RidgeRival ridge = fit_ridge_rival(context, fitted.rows(), judged.rows());
  return {train.options(), std::move(features), targets, std::move(ridge)};
}

std::vector<IntervalForecast> SetRidge::forecast(const WindowSource& windows, std::span<const Origin> origins,
                                                 std::span<const double> levels) const {
  require(windows.options().lookback == options_.lookback && windows.options().horizon == options_.horizon,
          "SetRidge::forecast: expected windows of ", options_.lookback, " + ", options_.horizon, " steps, found ",
          windows.options().lookback, " + ", windows.options().horizon);
  std::vector<double> x(static_cast<std::size_t>(features_.width()));
  std::vector<IntervalForecast> out;
  for (std::size_t from = 0; from < origins.size(); from += kGathered) {
    const auto some = origins.subspan(from, std::min<std::size_t>(kGathered, origins.size() - from));
    const SetBatch batch = windows.gather(some);
    for (Index b = 0; b < static_cast<Index>(some.size()); ++b) {
      for (Index o = 0; o < targets_; ++o) {
        const SetFeatures::Scale scale = features_.fill(batch, b, o, x.data());
        out.push_back(ridge().forecast(x.data(), scale.shift, scale.factor, levels));
      }
    }
  }
  return out;
}

}  // namespace recurra
