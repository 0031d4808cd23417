// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/predictive.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "recurra/kernels/distribution_quantiles.h"
#include "recurra/kernels/special_functions.h"

namespace recurra {
namespace {

double normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
}

}  // namespace

Predictive::Predictive(const Head& head, std::span<const double> parameters, double shift, double factor)
    : kind_(head.kind) {
  const Index K = head_width(head);
  require<ShapeError>(static_cast<Index>(parameters.size()) == K, "Predictive: a ", name_of(head_names(), head.kind),
                      " head has ", K, " parameters, found ", parameters.size());
  require(factor > 0, "Predictive: expected a factor above 0, found ", factor);
  require(shift == 0 || !keeps_zero(head), "Predictive: a ", head.zero_inflated ? "zero-inflated " : "",
          name_of(head_names(), head.kind), " head cannot be shifted, found a shift of ", shift);
  if (!is_distribution()) {
    for (const double level : head.levels) z_.push_back(kernels::normal_quantile(level));
    for (const double value : parameters) values_.push_back(shift + factor * value);
    return;
  }
  family_ = family_of(head);
  std::copy(parameters.begin(), parameters.end(), parameters_.begin());
  parameters_[0] = shift + factor * parameters_[0];
  if (!predicts_counts(head)) parameters_[1] *= factor;
}

Predictive::Piece Predictive::piece(std::size_t i) const {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  if (z_.size() < 2) return {-kFar, kFar, values_[0], 0};
  const double slope = (values_[i + 1] - values_[i]) / (z_[i + 1] - z_[i]);
  return {i == 0 ? -kFar : z_[i], i + 1 == pieces() ? kFar : z_[i + 1], values_[i] - slope * z_[i], slope};
}

double Predictive::quantile(double level) const {
  require(level > 0 && level < 1, "Predictive::quantile: expected a level in (0, 1), found ", level);
  if (is_distribution()) return kernels::quantile(family_, parameters_, level);
  const double z = kernels::normal_quantile(level);
  std::size_t i = 0;
  while (i + 1 < pieces() && z >= z_[i + 1]) ++i;
  const Piece p = piece(i);
  return p.slope == 0 ? p.value : p.value + p.slope * z;
}

double Predictive::cdf(double y) const {
  if (is_distribution()) return kernels::cdf(family_, parameters_, y);
  if (kind_ == HeadKind::point) return y >= values_[0] ? 1 : 0;
  double below = 0;  // pieces ascend: the last one that begins at or below y counts
  for (std::size_t i = 0; i < pieces(); ++i) {
    const Piece p = piece(i);
    if (p.slope > 0) {
      const double z = (y - p.value) / p.slope;
      if (z > p.from) below = kernels::normal_cdf(std::min(z, p.to));
    } else if (y >= p.value) {
      below = kernels::normal_cdf(p.to);
    }
  }
  return below;
}

double Predictive::mean() const {
  if (is_distribution()) return kernels::mean(family_, parameters_);
  double sum = 0;
  for (std::size_t i = 0; i < pieces(); ++i) {
    const Piece p = piece(i);
    sum += p.value * (kernels::normal_cdf(p.to) - kernels::normal_cdf(p.from)) +
           p.slope * (normal_density(p.from) - normal_density(p.to));
  }
  return sum;
}

double Predictive::point() const {
  return is_distribution() ? mean() : quantile(0.5);
}

double Predictive::sample(double uniform) const {
  return quantile(std::clamp(uniform, 0x1p-54, 1 - 0x1p-53));
}

}  // namespace recurra
