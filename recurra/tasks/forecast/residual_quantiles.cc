// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/residual_quantiles.h"

#include <algorithm>
#include <cmath>

#include "recurra/kernels/special_functions.h"

namespace recurra {

ResidualQuantiles::ResidualQuantiles(Index horizon, std::function<double(Index)> growth)
    : horizon_(horizon), growth_(std::move(growth)) {
  require(horizon >= 1, "ResidualQuantiles: horizon is ", horizon, ", expected at least 1");
  errors_.resize(static_cast<std::size_t>(horizon));
}

void ResidualQuantiles::add(Index step, double residual) {
  require(step >= 0 && step < horizon_, "ResidualQuantiles::add: expected a step in [0, ", horizon_, "), found ", step);
  if (!std::isfinite(residual)) return;
  std::vector<double>& errors = errors_[static_cast<std::size_t>(step)];
  errors.insert(std::upper_bound(errors.begin(), errors.end(), residual), residual);
  const double unit = residual / growth_(step);
  ++count_;
  squares_ += unit * unit;
}

double ResidualQuantiles::quantile(Index step, double level) const {
  require(step >= 0 && step < horizon_, "ResidualQuantiles::quantile: expected a step in [0, ", horizon_, "), found ",
          step);
  require(level > 0 && level < 1, "ResidualQuantiles::quantile: expected a level in (0, 1), found ", level);
  const std::vector<double>& errors = errors_[static_cast<std::size_t>(step)];
  if (errors.size() < kEnough) {
    const double deviation = count_ > 0 ? std::sqrt(squares_ / count_) : 0;
    return kernels::normal_quantile(level) * deviation * growth_(step);
  }
  const auto n = static_cast<double>(errors.size());
  const double at = std::clamp(level * (n + 1) - 1, 0.0, n - 1), below = std::floor(at);
  const auto i = static_cast<std::size_t>(below);
  return i + 1 < errors.size() ? errors[i] + (at - below) * (errors[i + 1] - errors[i]) : errors.back();
}

}  // namespace recurra
