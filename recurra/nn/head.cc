// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/head.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "recurra/autograd/functions/likelihood.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/kernels/special_functions.h"
#include "recurra/ops/last_axis.h"
#include "recurra/ops/quantiles.h"

namespace recurra {
namespace {

template <class T>
void check_raw(const char* function, const Head& head, const Tensor<T>& raw) {
  const Index K = head_width(head);
  require<ShapeError>(raw.rank() > 0 && raw.dim(-1) == K, function, ": a ", name_of(head_names(), head.kind),
                      " head expects ", K, " numbers on the last axis, found ", raw.shape());
}

bool is_distribution(const Head& head) {
  return head.kind != HeadKind::point && head.kind != HeadKind::quantiles;
}

constexpr double kMinSpread = 1e-3;  // in the net's scale, of what training starts at
constexpr double kStartFreedom = 6;  // degrees of freedom: tails somewhat heavier than a normal distribution's
constexpr double kStartOdds = -2;    // log-odds of a point mass at 0: about an eighth

double softplus_inverse(double y) {
  return std::log(std::expm1(y));
}

/// Of values in ascending order, linear between them.
double quantile_of(const std::vector<double>& sorted, double level) {
  const double at = level * static_cast<double>(sorted.size() - 1);
  const auto i = static_cast<std::size_t>(at);
  if (i + 1 >= sorted.size()) return sorted.back();
  return sorted[i] + (at - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

/// Steps from the median outward, as ordered_quantiles takes them.
std::vector<double> numbers_for_quantiles(const std::vector<double>& levels, std::vector<double> errors) {
  std::sort(errors.begin(), errors.end());
  const auto middle = std::min_element(levels.begin(), levels.end(),
                                       [](double a, double b) { return std::abs(a - 0.5) < std::abs(b - 0.5); });
  const auto m = static_cast<std::size_t>(middle - levels.begin());
  std::vector<double> out(levels.size());
  const auto z = [&](std::size_t i) { return kernels::normal_quantile(levels[i]); };
  out[m] = -z(m);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (i == m) continue;
    const std::size_t lower = i < m ? i : i - 1;  // of the step between this level and the one nearer to the median
    const double step = quantile_of(errors, levels[lower + 1]) - quantile_of(errors, levels[lower]);
    const double usual = z(lower + 1) - z(lower);
    out[i] = softplus_inverse(std::numbers::ln2 * std::max(step / usual, kMinSpread));
  }
  return out;
}

}  // namespace

const Names<HeadKind>& head_names() {
  static const Names<HeadKind> names = {
      {"point", HeadKind::point},     {"quantiles", HeadKind::quantiles},
      {"normal", HeadKind::normal},   {"student-t", HeadKind::student_t},
      {"poisson", HeadKind::poisson}, {"negative-binomial", HeadKind::negative_binomial}};
  return names;
}

void check_head(const Head& head) {
  const std::string& name = name_of(head_names(), head.kind);
  if (head.kind == HeadKind::quantiles) ops::check_levels("head", head.levels);
  require(head.kind == HeadKind::quantiles || head.levels.empty(), "head: ", name, " takes no levels, found ",
          head.levels.size());
  require(!head.zero_inflated || is_distribution(head), "head: zero-inflated is for distributions, found ", name);
  require<UnsupportedError>(kernels::kHasDistributions || !is_distribution(head), "head: this build has points and ",
                            "quantiles, found ", name);
}

Index head_width(const Head& head) {
  check_head(head);
  if (head.kind == HeadKind::point) return 1;
  if (head.kind == HeadKind::quantiles) return static_cast<Index>(head.levels.size());
  return kernels::parameter_count(family_of(head));
}

bool predicts_counts(const Head& head) {
  return head.kind == HeadKind::poisson || head.kind == HeadKind::negative_binomial;
}

bool keeps_zero(const Head& head) {
  return predicts_counts(head) || head.zero_inflated;
}

ops::Family family_of(const Head& head) {
  switch (head.kind) {
    case HeadKind::normal:
      return {ops::Distribution::normal, head.zero_inflated};
    case HeadKind::student_t:
      return {ops::Distribution::student_t, head.zero_inflated};
    case HeadKind::poisson:
      return {ops::Distribution::poisson, head.zero_inflated};
    case HeadKind::negative_binomial:
      return {ops::Distribution::negative_binomial, head.zero_inflated};
    case HeadKind::point:
    case HeadKind::quantiles:
      break;
  }
  throw ValueError(concat("family_of: a ", name_of(head_names(), head.kind), " head has no distribution"));
}

std::vector<double> numbers_for_errors(const Head& head, std::vector<double> errors) {
  std::vector<double> out(static_cast<std::size_t>(head_width(head)));
  if (head.kind == HeadKind::point || errors.empty()) return out;
  if (head.kind == HeadKind::quantiles) return numbers_for_quantiles(head.levels, std::move(errors));
  double square = 0;
  for (const double e : errors) square += e * e / static_cast<double>(errors.size());
  const double spread = std::max(std::sqrt(square), 2 * kMinSpread);
  if (head.kind == HeadKind::normal) out[1] = softplus_inverse(spread - kernels::kMinScale);
  if (head.kind == HeadKind::student_t) {
    const double scale = spread * std::sqrt((kStartFreedom - 2) / kStartFreedom);
    out[1] = softplus_inverse(std::max(scale - kernels::kMinScale, kMinSpread));
    out[2] = softplus_inverse(kStartFreedom - kernels::kMinFreedom);
  }
  if (predicts_counts(head)) out[0] = softplus_inverse(1.0) - 1;  // softplus bends a forecast of 1 the least then
  if (head.kind == HeadKind::negative_binomial) out[1] = softplus_inverse(std::max(square, 0.05));
  if (head.zero_inflated) out.back() = kStartOdds;
  return out;
}

template <class T>
Variable<T> head_loss(Tape<T>& tape, const Head& head, const Variable<T>& raw, const Tensor<T>& target,
                      const Tensor<T>& weights, const Tensor<T>& factors) {
  check_raw("head_loss", head, raw.value());
  require(predicts_counts(head) || !factors.defined(), "head_loss: a ", name_of(head_names(), head.kind),
          " head takes no factors");
  if (head.kind == HeadKind::point)
    return element_loss(tape, head.loss, reshape(tape, raw, target.shape()), target, weights);
  if (head.kind == HeadKind::quantiles)
    return pinball_loss(tape, head.levels, ordered_quantiles(tape, head.levels, raw), target, weights, head.shares);
  if constexpr (kernels::kHasDistributions)
    return likelihood_loss(tape, family_of(head), raw, target, weights, factors);
  else
    throw UnsupportedError("head_loss: this build has no distributions");
}

template <class T>
Tensor<T> head_parameters(Context& context, const Head& head, const Tensor<T>& raw) {
  check_raw("head_parameters", head, raw);
  if (head.kind == HeadKind::point) return raw.clone();
  if (head.kind == HeadKind::quantiles) return ops::ordered_quantiles_forward<T>(context, head.levels, raw);
  auto out = Tensor<T>::uninitialized(context.memory(), raw.shape());
  if constexpr (kernels::kHasDistributions) {
    const ops::Family family = family_of(head);
    const Index K = head_width(head);
    ops::for_each_row(context, raw, 16, [&](Index row) {
      kernels::Parameters numbers{}, parameters{}, slopes{};
      for (Index k = 0; k < K; ++k) numbers[k] = static_cast<double>(raw[row * K + k]);
      kernels::constrain(family, numbers.data(), 1, parameters, slopes);
      for (Index k = 0; k < K; ++k) out[row * K + k] = static_cast<T>(parameters[k]);
    });
  }
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                  \
  template Variable<T> head_loss(Tape<T>&, const Head&, const Variable<T>&, const Tensor<T>&, const Tensor<T>&, \
                                 const Tensor<T>&);                                                             \
  template Tensor<T> head_parameters(Context&, const Head&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra
