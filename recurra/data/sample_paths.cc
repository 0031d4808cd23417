// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/sample_paths.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "recurra/data/difference.h"

namespace recurra {
namespace {

void check_paths(const char* function, const SamplePaths& paths) {
  require<ShapeError>(
      paths.count >= 0 && paths.horizon >= 0 && static_cast<Index>(paths.values.size()) == paths.count * paths.horizon,
      function, ": expected ", paths.count, " paths of ", paths.horizon, " steps, found ", paths.values.size(),
      " values");
}

/// The values of one step over all paths.
std::vector<double> step_of(const SamplePaths& paths, Index step) {
  std::vector<double> out;
  for (Index i = 0; i < paths.count; ++i) out.push_back(paths.path(i)[static_cast<std::size_t>(step)]);
  return out;
}

/// Of values in ascending order.
double quantile_of_sorted(std::span<const double> x, double level) {
  const double at = level * static_cast<double>(x.size() - 1), below = std::floor(at);
  const auto i = static_cast<std::size_t>(below);
  if (i + 1 >= x.size()) return x.back();
  return x[i] == x[i + 1] ? x[i] : x[i] + (at - below) * (x[i + 1] - x[i]);
}

}  // namespace

SamplePaths undo_difference(std::span<const double> history, const SamplePaths& differences, Index lag) {
  check_paths("undo_difference", differences);
  SamplePaths out{differences.count, differences.horizon, {}};
  for (Index i = 0; i < out.count; ++i) {
    const std::vector<double> levels = undo_difference(history, differences.path(i), lag);
    out.values.insert(out.values.end(), levels.begin(), levels.end());
  }
  return out;
}

std::vector<double> path_quantiles(const SamplePaths& paths, std::span<const double> levels) {
  check_paths("path_quantiles", paths);
  require(paths.count > 0, "path_quantiles: expected at least one path");
  for (const double level : levels)
    require(level >= 0 && level <= 1, "path_quantiles: expected levels in [0, 1], found ", level);
  std::vector<double> out;
  for (Index step = 0; step < paths.horizon; ++step) {
    std::vector<double> x = step_of(paths, step);
    if (std::any_of(x.begin(), x.end(), [](double v) { return std::isnan(v); })) {
      out.insert(out.end(), levels.size(), std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    std::sort(x.begin(), x.end());
    for (const double level : levels) out.push_back(quantile_of_sorted(x, level));
  }
  return out;
}

std::vector<double> path_means(const SamplePaths& paths) {
  check_paths("path_means", paths);
  require(paths.count > 0, "path_means: expected at least one path");
  std::vector<double> out;
  for (Index step = 0; step < paths.horizon; ++step) {
    const std::vector<double> x = step_of(paths, step);
    out.push_back(std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(paths.count));
  }
  return out;
}

SamplePaths path_totals(const SamplePaths& paths) {
  check_paths("path_totals", paths);
  SamplePaths out{paths.count, 1, {}};
  for (Index i = 0; i < paths.count; ++i) {
    const auto path = paths.path(i);
    out.values.push_back(std::accumulate(path.begin(), path.end(), 0.0));
  }
  return out;
}

}  // namespace recurra
