// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/linear_rival.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recurra {
namespace {

constexpr double kPenalties[] = {1e-4, 1e-3, 1e-2, 1e-1, 1.0};  // relative to inputs of deviation 1
constexpr std::size_t kWindowsFitted = 20'000;

std::vector<double> window_of(const WindowSet& windows, Index origin) {
  const Index O = windows.targets.dim(1), F = windows.inputs.dim(1);
  std::vector<double> x;
  for (Index t = origin - windows.lookback; t < origin; ++t)
    for (Index o = 0; o < O; ++o) x.push_back(static_cast<double>(windows.inputs[t * F + o]));
  return x;
}

std::vector<double> actual_of(const WindowSet& windows, Index origin) {
  const Index O = windows.targets.dim(1);
  const float* first = windows.targets.data() + origin * O;
  return {first, first + windows.horizon * O};
}

/// Mean absolute error over the present targets.
double score(const LinearMap& map, const WindowSet& windows, const std::vector<Index>& origins) {
  double sum = 0, count = 0;
  for (const Index origin : origins) {
    const auto forecast = apply_linear_rival(map, windows, origin), actual = actual_of(windows, origin);
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (std::isnan(actual[i])) continue;
      sum += std::abs(forecast[i] - actual[i]);
      ++count;
    }
  }
  return sum / count;
}

}  // namespace

std::optional<LinearMap> fit_linear_rival(const WindowSet& windows, const std::vector<Index>& train,
                                          const std::vector<Index>& validation) {
  const Index inputs = windows.lookback * windows.targets.dim(1);
  if (inputs > kMostRivalInputs) return std::nullopt;
  RidgeProblem problem(inputs, windows.horizon * windows.targets.dim(1));
  const std::size_t stride = train.size() / kWindowsFitted + 1;
  for (std::size_t i = 0; i < train.size(); i += stride) {
    const auto y = actual_of(windows, train[i]);
    if (std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) continue;
    problem.add(window_of(windows, train[i]).data(), y.data());
  }
  if (problem.rows() == 0) return std::nullopt;
  std::optional<LinearMap> best;
  double best_score = std::numeric_limits<double>::infinity();
  for (const double penalty : kPenalties) {
    LinearMap map = problem.solve(penalty);
    const double error = score(map, windows, validation.empty() ? train : validation);
    if (best && !(error < best_score)) continue;
    best = std::move(map);
    best_score = error;
  }
  return best;
}

std::vector<double> apply_linear_rival(const LinearMap& map, const WindowSet& windows, Index origin) {
  return map.apply(window_of(windows, origin).data());
}

}  // namespace recurra
