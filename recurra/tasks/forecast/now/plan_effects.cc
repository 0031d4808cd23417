// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/plan_effects.h"

#include <algorithm>
#include <cmath>

#include "recurra/tasks/common/ridge.h"
#include "recurra/tasks/forecast/now/reading.h"

namespace recurra {
namespace {

constexpr double kPenalty = 0.02;  // for inputs of deviation 1

/// The column on deviation 1 around 0; empty for one that does not change.
std::vector<double> standardized(const std::vector<double>& x) {
  double sum = 0, square = 0, count = 0;
  for (const double v : x) {
    if (!std::isfinite(v)) continue;
    sum += v;
    ++count;
  }
  const double mean = count > 0 ? sum / count : 0.0;
  for (const double v : x)
    if (std::isfinite(v)) square += (v - mean) * (v - mean);
  const double deviation = count > 0 ? std::sqrt(square / count) : 0.0;
  if (!(deviation > 1e-9 * std::abs(mean)) || !std::isfinite(deviation)) return {};
  std::vector<double> out;
  for (const double v : x) out.push_back(std::isfinite(v) ? (v - mean) / deviation : 0.0);
  return out;
}

}  // namespace

std::vector<double> plan_effects(std::span<const double> values, const std::vector<std::vector<double>>& plan,
                                 Index season) {
  const auto n = static_cast<Index>(values.size());
  const Index lag = n >= 3 * season ? season : 1;
  std::vector<std::vector<double>> columns;
  for (const std::vector<double>& column : plan) {
    columns.push_back(standardized(column));
    if (columns.back().empty()) columns.pop_back();
  }
  if (columns.empty()) return {};
  RidgeProblem problem(static_cast<Index>(columns.size()), 1);
  std::vector<double> x(columns.size());
  double size = 0;  // of the differences, divided out so that squares stay finite
  for (const double v : values)
    if (std::isfinite(v)) size = std::max(size, std::abs(v));
  if (size == 0) return {};
  for (Index t = std::max(lag, n - kNowMaxContext); t < n; ++t) {
    const auto now = static_cast<std::size_t>(t), before = static_cast<std::size_t>(t - lag);
    const double y = values[now] / size - values[before] / size;
    if (!std::isfinite(y)) continue;
    for (std::size_t c = 0; c < columns.size(); ++c) x[c] = columns[c][now] - columns[c][before];
    problem.add(x.data(), &y);
  }
  if (problem.rows() < std::max(kMinPlanRows, 2 * static_cast<Index>(columns.size()))) return {};
  const LinearMap map = problem.solve(kPenalty);
  std::vector<double> out(columns[0].size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (std::size_t t = 0; t < out.size(); ++t) out[t] += size * map.weight[c] * columns[c][t];
  return out;
}

}  // namespace recurra
