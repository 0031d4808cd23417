// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/quantiles.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "recurra/kernels/special_functions.h"
#include "recurra/ops/last_axis.h"
#include "recurra/ops/losses.h"
#include "recurra/ops/saturate.h"
#include "recurra/ops/sums.h"

namespace recurra::ops {
namespace {

constexpr Index kSoftplusWork = 16;  // multiply-adds that one softplus is about as slow as

/// What the numbers of a row are multiplied by, or for the middle added to.
struct LevelSteps {
  std::size_t middle = 0;
  std::vector<double> size;  ///< distance of standard normal quantiles / log 2; of the middle, its own quantile
};

LevelSteps steps_of(std::span<const double> levels) {
  LevelSteps out;
  std::vector<double> z;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    z.push_back(kernels::normal_quantile(levels[i]));
    if (std::abs(levels[i] - 0.5) < std::abs(levels[out.middle] - 0.5)) out.middle = i;
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double gap = i > out.middle ? z[i] - z[i - 1] : i < out.middle ? z[i + 1] - z[i] : 0;
    out.size.push_back(i == out.middle ? z[i] : gap / std::numbers::ln2);
  }
  return out;
}

template <class T>
void check_quantiles(const char* function, std::span<const double> levels, const Tensor<T>& x, const char* name) {
  check_levels(function, levels);
  require<ShapeError>(x.rank() > 0 && x.dim(-1) == static_cast<Index>(levels.size()), function, ": expected ", name,
                      " of ", levels.size(), " levels on the last axis, found ", x.shape());
}

template <class T>
void check_pinball(const char* function, std::span<const double> levels, const Tensor<T>& quantiles,
                   const Tensor<T>& target, const Tensor<T>& weights) {
  check_quantiles(function, levels, quantiles, "quantiles");
  require<ShapeError>(quantiles.rank() == target.rank() + 1 && quantiles.size() == target.size() * quantiles.dim(-1),
                      function, ": quantiles ", quantiles.shape(), " do not fit targets ", target.shape());
  require<ShapeError>(!weights.defined() || weights.shape() == target.shape(), function, ": expected weights ",
                      target.shape(), ", found ", weights.shape());
}

/// What each level weighs in the mean; the mean divides by their sum.
std::vector<double> level_weights(const char* function, std::span<const double> levels,
                                  std::span<const double> shares) {
  if (shares.empty()) return std::vector<double>(levels.size(), 1);
  require<ShapeError>(shares.size() == levels.size(), function, ": expected a share for each of ", levels.size(),
                      " levels, found ", shares.size());
  double sum = 0;
  for (const double share : shares) {
    require(share >= 0, function, ": expected shares from 0 on, found ", share);
    sum += share;
  }
  require(sum > 0 && std::isfinite(sum), function, ": expected shares with a sum above 0, found ", sum);
  return {shares.begin(), shares.end()};
}

double sum_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum;
}

template <class T>
double weight_or_one(const Tensor<T>& weights, Index i) {
  return weights.defined() ? static_cast<double>(weights[i]) : 1.0;
}

}  // namespace

void check_levels(const char* function, std::span<const double> levels) {
  require(!levels.empty(), function, ": expected at least one level");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    require(levels[i] > 0 && levels[i] < 1, function, ": expected levels in (0, 1), found ", levels[i]);
    require(i == 0 || levels[i] > levels[i - 1], function, ": expected ascending levels, found ", levels[i], " after ",
            i == 0 ? 0 : levels[i - 1]);
  }
}

template <class T>
Tensor<T> ordered_quantiles_forward(Context& context, std::span<const double> levels, const Tensor<T>& raw) {
  check_quantiles("ordered_quantiles_forward", levels, raw, "numbers");
  const LevelSteps steps = steps_of(levels);
  const std::size_t Q = levels.size(), middle = steps.middle;
  auto out = Tensor<T>::uninitialized(context.memory(), raw.shape());
  for_each_row(context, raw, kSoftplusWork, [&](Index row) {
    const T* x = raw.data() + row * static_cast<Index>(Q);
    T* q = out.data() + row * static_cast<Index>(Q);
    const auto step = [&](std::size_t i) { return steps.size[i] * kernels::softplus(static_cast<double>(x[i])); };
    const double centre = static_cast<double>(x[middle]) + steps.size[middle];
    q[middle] = static_cast<T>(centre);
    double value = centre;
    for (std::size_t i = middle + 1; i < Q; ++i) q[i] = static_cast<T>(value += step(i));
    value = centre;
    for (std::size_t i = middle; i-- > 0;) q[i] = static_cast<T>(value -= step(i));
  });
  return out;
}

template <class T>
Tensor<T> ordered_quantiles_backward(Context& context, std::span<const double> levels, const Tensor<T>& raw,
                                     const Tensor<T>& dquantiles) {
  check_quantiles("ordered_quantiles_backward", levels, raw, "numbers");
  require<ShapeError>(dquantiles.shape() == raw.shape(), "ordered_quantiles_backward: dquantiles ", dquantiles.shape(),
                      " and raw ", raw.shape(), " differ");
  const LevelSteps steps = steps_of(levels);
  const std::size_t Q = levels.size(), middle = steps.middle;
  auto draw = Tensor<T>::uninitialized(context.memory(), raw.shape());
  for_each_row(context, raw, kSoftplusWork, [&](Index row) {
    const T* x = raw.data() + row * static_cast<Index>(Q);
    const T* dq = dquantiles.data() + row * static_cast<Index>(Q);
    T* dx = draw.data() + row * static_cast<Index>(Q);
    const auto slope = [&](std::size_t i) { return steps.size[i] * kernels::logistic(static_cast<double>(x[i])); };
    double above = 0, below = 0;  // what arrives at a step is the sum of all quantiles beyond it
    for (std::size_t i = Q; --i > middle;) dx[i] = static_cast<T>((above += static_cast<double>(dq[i])) * slope(i));
    for (std::size_t i = 0; i < middle; ++i) dx[i] = static_cast<T>(-(below += static_cast<double>(dq[i])) * slope(i));
    dx[middle] = static_cast<T>(above + below + static_cast<double>(dq[middle]));
  });
  return draw;
}

template <class T>
Tensor<T> pinball_forward(Context& context, std::span<const double> levels, const Tensor<T>& quantiles,
                          const Tensor<T>& target, const Tensor<T>& weights, std::span<const double> shares) {
  check_pinball("pinball_forward", levels, quantiles, target, weights);
  const std::vector<double> share = level_weights("pinball_forward", levels, shares);
  const Index Q = static_cast<Index>(levels.size());
  const double total = total_weight(context, weights, target.size()) * sum_of(share);
  const double sum = partitioned_sum(context, target.size(), [&](Index i) {
    const double w = weight_or_one(weights, i);
    double terms = 0;
    for (Index k = 0; w != 0 && k < Q; ++k) {
      const double e = static_cast<double>(target[i]) - static_cast<double>(quantiles[i * Q + k]);
      terms += share[static_cast<std::size_t>(k)] * std::max(levels[k] * e, (levels[k] - 1) * e);
    }
    return w * terms;
  });
  return Tensor<T>::full({1}, total == 0 ? T(0) : saturate<T>(sum / total));
}

template <class T>
Tensor<T> pinball_backward(Context& context, std::span<const double> levels, const Tensor<T>& quantiles,
                           const Tensor<T>& target, const Tensor<T>& weights, T dloss, std::span<const double> shares) {
  check_pinball("pinball_backward", levels, quantiles, target, weights);
  const std::vector<double> share = level_weights("pinball_backward", levels, shares);
  const Index Q = static_cast<Index>(levels.size());
  const double total = total_weight(context, weights, target.size()) * sum_of(share);
  auto dq = Tensor<T>::zeros(context.memory(), quantiles.shape());
  for_each_row(context, quantiles, 1, [&](Index i) {
    const double w = weight_or_one(weights, i);
    for (Index k = 0; w != 0 && k < Q; ++k) {
      const double e = static_cast<double>(target[i]) - static_cast<double>(quantiles[i * Q + k]);
      const double slope = e > 0 ? -levels[k] : e < 0 ? 1 - levels[k] : e;  // NaN stays
      dq[i * Q + k] = saturate<T>(static_cast<double>(dloss) * w / total * share[static_cast<std::size_t>(k)] * slope);
    }
  });
  return dq;
}

#define RECURRA_INSTANTIATE(T)                                                                               \
  template Tensor<T> ordered_quantiles_forward(Context&, std::span<const double>, const Tensor<T>&);         \
  template Tensor<T> ordered_quantiles_backward(Context&, std::span<const double>, const Tensor<T>&,         \
                                                const Tensor<T>&);                                           \
  template Tensor<T> pinball_forward(Context&, std::span<const double>, const Tensor<T>&, const Tensor<T>&,  \
                                     const Tensor<T>&, std::span<const double>);                             \
  template Tensor<T> pinball_backward(Context&, std::span<const double>, const Tensor<T>&, const Tensor<T>&, \
                                      const Tensor<T>&, T, std::span<const double>);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops
