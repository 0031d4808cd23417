// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/scaler.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

/// Linear between the two nearest of the sorted values.
double quantile(const std::vector<double>& sorted, double q) {
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Scaler fit_present(ScaleKind kind, std::vector<double> x) {
  const auto count = static_cast<double>(x.size());
  switch (kind) {
    case ScaleKind::none:
      return {};
    case ScaleKind::standard: {
      double sum = 0, squares = 0;
      for (const double v : x) sum += v;
      for (const double v : x) squares += (v - sum / count) * (v - sum / count);
      return {sum / count, std::sqrt(squares / count)};
    }
    case ScaleKind::robust:
      std::sort(x.begin(), x.end());
      // 1.349 is the quartile distance of a normal distribution of deviation 1.
      return {quantile(x, 0.5), (quantile(x, 0.75) - quantile(x, 0.25)) / 1.349};
    case ScaleKind::minmax: {
      const auto [low, high] = std::minmax_element(x.begin(), x.end());
      return {*low, *high - *low};
    }
  }
  throw ValueError("fit_scaler: unknown kind");
}

}  // namespace

const Names<ScaleKind>& scale_names() {
  static const Names<ScaleKind> names = {{"none", ScaleKind::none},
                                         {"standard", ScaleKind::standard},
                                         {"robust", ScaleKind::robust},
                                         {"minmax", ScaleKind::minmax}};
  return names;
}

Scaler fit_scaler(ScaleKind kind, std::span<const double> x) {
  std::vector<double> present;
  for (const double v : x)
    if (!std::isnan(v)) present.push_back(v);
  require(!present.empty(), "fit_scaler: expected at least one value, found none in ", x.size(), " rows");
  Scaler scaler = fit_present(kind, std::move(present));
  // Relative to the shift, so that rounding noise of a large constant does not become the unit.
  if (!(scaler.factor > 1e-12 * std::abs(scaler.shift))) scaler.factor = 1;
  return scaler;
}

}  // namespace recurra
