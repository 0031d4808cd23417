// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/optimizer_steps.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/optimizer_steps.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/arithmetic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

// Calls fn(i, count) for each vector.
template <class M, class Fn>
HWY_INLINE void for_each_vector(std::int64_t count, Fn fn) {
  for (std::int64_t i = 0; i < count; i += M::lanes()) fn(i, count - i);
}

template <class M, class T = typename M::T>
void sgd(const OptimizerSpan<T>& s, const SgdStep<T>& step) {
  const auto rate = M::set(step.rate), momentum = M::set(step.momentum), decay = M::set(step.weight_decay);
  for_each_vector<M>(s.count, [&](std::int64_t i, std::int64_t count) HWY_ATTR {
    const auto p = M::load(s.parameters + i, count);
    const auto g = M::load(s.gradients + i, count) + decay * p;
    const auto velocity = momentum * M::load(s.first + i, count) + g;
    M::store(velocity, s.first + i, count);
    M::store(p - rate * velocity, s.parameters + i, count);
  });
}

template <class M, class T = typename M::T>
void rmsprop(const OptimizerSpan<T>& s, const RmspropStep<T>& step) {
  const auto rate = M::set(step.rate), alpha = M::set(step.alpha), rest = M::set(1 - step.alpha);
  const auto epsilon = M::set(step.epsilon), decay = M::set(step.weight_decay);
  for_each_vector<M>(s.count, [&](std::int64_t i, std::int64_t count) HWY_ATTR {
    const auto p = M::load(s.parameters + i, count);
    const auto g = M::load(s.gradients + i, count) + decay * p;
    const auto square = alpha * M::load(s.second + i, count) + rest * g * g;
    M::store(square, s.second + i, count);
    M::store(p - rate * g / (M::sqrt(square) + epsilon), s.parameters + i, count);
  });
}

template <class M, class T = typename M::T>
void adam(const OptimizerSpan<T>& s, const AdamStep<T>& step) {
  const auto beta1 = M::set(step.beta1), rest1 = M::set(1 - step.beta1);
  const auto beta2 = M::set(step.beta2), rest2 = M::set(1 - step.beta2);
  const auto rate = M::set(step.rate * step.correction1), correction2 = M::set(step.correction2);
  const auto epsilon = M::set(step.epsilon), decay = M::set(step.weight_decay), shrink = M::set(step.shrink);
  for_each_vector<M>(s.count, [&](std::int64_t i, std::int64_t count) HWY_ATTR {
    const auto p = M::load(s.parameters + i, count);
    const auto g = M::load(s.gradients + i, count) + decay * p;
    const auto first = beta1 * M::load(s.first + i, count) + rest1 * g;
    const auto second = beta2 * M::load(s.second + i, count) + rest2 * g * g;
    M::store(first, s.first + i, count);
    M::store(second, s.second + i, count);
    M::store(shrink * p - rate * first / (M::sqrt(correction2 * second) + epsilon), s.parameters + i, count);
  });
}

void sgd_floats(const OptimizerSpan<float>& s, const SgdStep<float>& step) {
  sgd<Floats>(s, step);
}
void sgd_doubles(const OptimizerSpan<double>& s, const SgdStep<double>& step) {
  sgd<OneDouble>(s, step);
}
void rmsprop_floats(const OptimizerSpan<float>& s, const RmspropStep<float>& step) {
  rmsprop<Floats>(s, step);
}
void rmsprop_doubles(const OptimizerSpan<double>& s, const RmspropStep<double>& step) {
  rmsprop<OneDouble>(s, step);
}
void adam_floats(const OptimizerSpan<float>& s, const AdamStep<float>& step) {
  adam<Floats>(s, step);
}
void adam_doubles(const OptimizerSpan<double>& s, const AdamStep<double>& step) {
  adam<OneDouble>(s, step);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(sgd_floats);
HWY_EXPORT(sgd_doubles);
HWY_EXPORT(rmsprop_floats);
HWY_EXPORT(rmsprop_doubles);
HWY_EXPORT(adam_floats);
HWY_EXPORT(adam_doubles);

template <>
void sgd_step(const OptimizerSpan<float>& span, const SgdStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(sgd_floats)(span, step);
}
template <>
void sgd_step(const OptimizerSpan<double>& span, const SgdStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(sgd_doubles)(span, step);
}
template <>
void rmsprop_step(const OptimizerSpan<float>& span, const RmspropStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(rmsprop_floats)(span, step);
}
template <>
void rmsprop_step(const OptimizerSpan<double>& span, const RmspropStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(rmsprop_doubles)(span, step);
}
template <>
void adam_step(const OptimizerSpan<float>& span, const AdamStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(adam_floats)(span, step);
}
template <>
void adam_step(const OptimizerSpan<double>& span, const AdamStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(adam_doubles)(span, step);
}

}  // namespace recurra::kernels
#endif
