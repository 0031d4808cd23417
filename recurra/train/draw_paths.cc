// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/draw_paths.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/kernels/special_functions.h"

namespace recurra {
namespace {

constexpr double kFarthestScore = 6;

/// Over the windows in which both steps are present; 0 if it is undefined.
double correlation(std::span<const double> scores, Index horizon, Index a, Index b) {
  double together = 0, square_a = 0, square_b = 0;
  for (std::size_t row = 0; row < scores.size(); row += static_cast<std::size_t>(horizon)) {
    const double x = scores[row + static_cast<std::size_t>(a)], y = scores[row + static_cast<std::size_t>(b)];
    if (std::isnan(x + y)) continue;
    together += x * y;
    square_a += x * x;
    square_b += y * y;
  }
  const double size = std::sqrt(square_a * square_b);
  return size > 0 ? together / size : 0;
}

/// The lower Cholesky factor of a correlation matrix; false where it is not positive definite.
bool factorise_correlations(std::vector<double>& A, Index n) {
  for (Index j = 0; j < n; ++j) {
    double* row_j = &A[static_cast<std::size_t>(j * n)];
    for (Index k = 0; k < j; ++k) row_j[j] -= row_j[k] * row_j[k];
    if (!(row_j[j] > 1e-9)) return false;
    row_j[j] = std::sqrt(row_j[j]);
    for (Index i = j + 1; i < n; ++i) {
      double* row_i = &A[static_cast<std::size_t>(i * n)];
      for (Index k = 0; k < j; ++k) row_i[j] -= row_i[k] * row_j[k];
      row_i[j] /= row_j[j];
    }
  }
  return true;
}

}  // namespace

double normal_score(const Predictive& predicted, double observed) {
  if (std::isnan(observed)) return observed;
  const double before = std::nextafter(observed, -std::numeric_limits<double>::infinity());
  const double middle = (predicted.cdf(before) + predicted.cdf(observed)) / 2;
  return std::clamp(kernels::normal_quantile(middle), -kFarthestScore, kFarthestScore);
}

StepDependence fit_step_dependence(std::span<const double> scores, Index horizon) {
  require<ShapeError>(horizon >= 1 && scores.size() % static_cast<std::size_t>(horizon) == 0,
                      "fit_step_dependence: ", scores.size(), " scores are not whole windows of ", horizon, " steps");
  const double windows = static_cast<double>(scores.size()) / static_cast<double>(horizon);
  double kept = windows / (windows + static_cast<double>(horizon));
  std::vector<double> measured(static_cast<std::size_t>(horizon * horizon));
  for (Index i = 0; i < horizon; ++i)
    for (Index j = 0; j < i; ++j)
      measured[static_cast<std::size_t>(i * horizon + j)] = correlation(scores, horizon, i, j);
  // Correlations over different windows may not be positive definite; shrunk towards 0 they soon are.
  for (;; kept /= 2) {
    StepDependence out{horizon, measured};
    for (double& v : out.lower) v *= kept;
    for (Index i = 0; i < horizon; ++i) out.lower[static_cast<std::size_t>(i * horizon + i)] = 1;
    if (factorise_correlations(out.lower, horizon)) return out;
  }
}

SamplePaths draw_paths(std::span<const Predictive> steps, Index count, std::uint64_t seed, std::uint64_t stream,
                       const StepDependence& dependence) {
  const auto H = static_cast<Index>(steps.size());
  require(count >= 0, "draw_paths: expected a count of at least 0, found ", count);
  const bool dependent = !dependence.lower.empty();
  require<ShapeError>(!dependent || dependence.horizon == H, "draw_paths: a dependence of ", dependence.horizon,
                      " steps does not fit ", H, " steps");
  SamplePaths out{count, H, {}};
  out.values.reserve(static_cast<std::size_t>(count * H));
  std::vector<double> z(static_cast<std::size_t>(H));
  for (Index i = 0; i < count; ++i) {
    Random random(seed, stream, static_cast<std::uint64_t>(i * H));
    for (Index h = 0; h < H; ++h) {
      double uniform = random.uniform();
      if (dependent) {
        z[static_cast<std::size_t>(h)] = kernels::normal_quantile(std::max(uniform, 0x1p-54));
        double sum = 0;
        for (Index k = 0; k <= h; ++k)
          sum += dependence.lower[static_cast<std::size_t>(h * H + k)] * z[static_cast<std::size_t>(k)];
        uniform = kernels::normal_cdf(sum);
      }
      out.values.push_back(steps[static_cast<std::size_t>(h)].sample(uniform));
    }
  }
  return out;
}

}  // namespace recurra
