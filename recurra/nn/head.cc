// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/head.h"

#include "recurra/autograd/functions/likelihood.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/shape.h"
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
  require(!head.zero_inflated || (head.kind != HeadKind::point && head.kind != HeadKind::quantiles),
          "head: zero-inflated is for distributions, found ", name);
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

template <class T>
Variable<T> head_loss(Tape<T>& tape, const Head& head, const Variable<T>& raw, const Tensor<T>& target,
                      const Tensor<T>& weights, const Tensor<T>& factors) {
  check_raw("head_loss", head, raw.value());
  require(predicts_counts(head) || !factors.defined(), "head_loss: a ", name_of(head_names(), head.kind),
          " head takes no factors");
  if (head.kind == HeadKind::point)
    return element_loss(tape, head.loss, reshape(tape, raw, target.shape()), target, weights);
  if (head.kind == HeadKind::quantiles)
    return pinball_loss(tape, head.levels, ordered_quantiles(tape, head.levels, raw), target, weights);
  return likelihood_loss(tape, family_of(head), raw, target, weights, factors);
}

template <class T>
Tensor<T> head_parameters(Context& context, const Head& head, const Tensor<T>& raw) {
  check_raw("head_parameters", head, raw);
  if (head.kind == HeadKind::point) return raw.clone();
  if (head.kind == HeadKind::quantiles) return ops::ordered_quantiles_forward<T>(context, head.levels, raw);
  const ops::Family family = family_of(head);
  auto out = Tensor<T>::uninitialized(context.memory(), raw.shape());
  const Index K = head_width(head);
  ops::for_each_row(context, raw, 16, [&](Index row) {
    kernels::Parameters numbers{}, parameters{}, slopes{};
    for (Index k = 0; k < K; ++k) numbers[k] = static_cast<double>(raw[row * K + k]);
    kernels::constrain(family, numbers.data(), 1, parameters, slopes);
    for (Index k = 0; k < K; ++k) out[row * K + k] = static_cast<T>(parameters[k]);
  });
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
