// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/likelihood.h"

#include <cmath>

#include "recurra/ops/losses.h"
#include "recurra/ops/saturate.h"
#include "recurra/ops/sums.h"

namespace recurra::ops {
namespace {

constexpr Index kLikelihoodWork = 64;  // multiply-adds that one element is about as slow as

template <class T>
double at_or_one(const Tensor<T>& x, Index i) {
  return x.defined() ? static_cast<double>(x[i]) : 1.0;
}

template <class T>
void check_likelihood(const char* function, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                      const Tensor<T>& weights, const Tensor<T>& factors) {
  const Index K = kernels::parameter_count(family);
  require<ShapeError>(raw.rank() == target.rank() + 1 && raw.dim(-1) == K && raw.size() == K * target.size(), function,
                      ": raw ", raw.shape(), " does not fit targets ", target.shape(), " with ", K, " numbers each");
  for (const Tensor<T>* optional : {&weights, &factors})
    require<ShapeError>(!optional->defined() || optional->shape() == target.shape(), function, ": expected ",
                        optional == &weights ? "weights " : "factors ", target.shape(), ", found ", optional->shape());
  const bool count = is_count(family.distribution);
  const std::string& name = name_of(distribution_names(), family.distribution);
  require(count || !factors.defined(), function, ": ", name, " takes no factors");
  for (Index i = 0; i < target.size(); ++i) {
    if (at_or_one(weights, i) == 0) continue;
    const double y = static_cast<double>(target[i]), factor = at_or_one(factors, i);
    require(std::isfinite(y), function, ": expected a finite target, found ", y, " at element ", i);
    require(!count || (y >= 0 && y == std::floor(y)), function, ": ", name, " expected whole numbers from 0 on, found ",
            y, " at element ", i);
    require(factor > 0 && std::isfinite(factor), function, ": expected a factor above 0, found ", factor,
            " at element ", i);
  }
}

/// The loss of element i, with its gradient by each of the net's numbers in `draw`.
template <class T>
double element_nll(const Family& family, const Tensor<T>& raw, const Tensor<T>& target, const Tensor<T>& factors,
                   Index i, kernels::Parameters& draw) {
  const int K = kernels::parameter_count(family);
  kernels::Parameters numbers{}, parameters{}, derivatives{};
  for (int k = 0; k < K; ++k) numbers[k] = static_cast<double>(raw[i * K + k]);
  kernels::constrain(family, numbers.data(), at_or_one(factors, i), parameters, derivatives);
  const double loss = kernels::negative_log_likelihood(family, parameters, static_cast<double>(target[i]), draw);
  for (int k = 0; k < K; ++k) draw[k] = derivatives[k] == 0 ? 0 : draw[k] * derivatives[k];
  return loss;
}

}  // namespace

const Names<Distribution>& distribution_names() {
  static const Names<Distribution> names = {{"normal", Distribution::normal},
                                            {"student-t", Distribution::student_t},
                                            {"poisson", Distribution::poisson},
                                            {"negative-binomial", Distribution::negative_binomial}};
  return names;
}

template <class T>
Tensor<T> likelihood_forward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                             const Tensor<T>& weights, const Tensor<T>& factors) {
  check_likelihood("likelihood_forward", family, raw, target, weights, factors);
  const double total = total_weight(context, weights, target.size());
  const double sum = partitioned_sum(context, target.size(), [&](Index i) {
    const double w = at_or_one(weights, i);
    kernels::Parameters unused;
    return w == 0 ? 0.0 : w * element_nll(family, raw, target, factors, i, unused);
  });
  return Tensor<T>::full({1}, total == 0 ? T(0) : saturate<T>(sum / total));
}

template <class T>
Tensor<T> likelihood_backward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                              const Tensor<T>& weights, const Tensor<T>& factors, T dloss) {
  check_likelihood("likelihood_backward", family, raw, target, weights, factors);
  const int K = kernels::parameter_count(family);
  const double total = total_weight(context, weights, target.size());
  auto draw = Tensor<T>::zeros(context.memory(), raw.shape());
  run_shared(context, target.size() * kLikelihoodWork, [&](int thread, int threads) {
    for (auto [i, end] = share(target.size(), thread, threads, 16); i < end; ++i) {
      const double w = at_or_one(weights, i);
      if (w == 0) continue;
      kernels::Parameters gradient{};
      element_nll(family, raw, target, factors, i, gradient);
      for (int k = 0; k < K; ++k) draw[i * K + k] = saturate<T>(static_cast<double>(dloss) * w / total * gradient[k]);
    }
  });
  return draw;
}

#define RECURRA_INSTANTIATE(T)                                                                                         \
  template Tensor<T> likelihood_forward(Context&, const Family&, const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, \
                                        const Tensor<T>&);                                                             \
  template Tensor<T> likelihood_backward(Context&, const Family&, const Tensor<T>&, const Tensor<T>&,                  \
                                         const Tensor<T>&, const Tensor<T>&, T);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops
