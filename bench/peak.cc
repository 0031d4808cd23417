// SPDX-License-Identifier: Apache-2.0
// The peak of which every figure is a fraction: independent chains of multiply-adds.
#include <algorithm>
#include <chrono>
#include <limits>

#include "bench/measure.h"
#include "recurra/simd/isa.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/peak.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace recurra {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Two multiply-adds a cycle with a latency of four need 8 chains, five need 10; 12 and two constants fill 16 registers.
constexpr int kChains = 12;

// Returns a sum of the chains, so that the compiler cannot remove them.
float multiply_add(std::int64_t rounds) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const V factor = hn::Set(d, 0.999f), term = hn::Set(d, 0.001f);
  V sums[kChains];
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) sums[i] = hn::Set(d, static_cast<float>(i));
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
    for (int i = 0; i < kChains; ++i) sums[i] = hn::MulAdd(sums[i], factor, term);
  }
  V sum = sums[0];
#pragma GCC unroll 16
  for (int i = 1; i < kChains; ++i) sum = hn::Add(sum, sums[i]);
  return hn::GetLane(sum);
}

// One chain, each multiply-add of which waits for the one before.
float one_chain(std::int64_t rounds) {
  const hn::ScalableTag<float> d;
  const auto factor = hn::Set(d, 0.999f), term = hn::Set(d, 0.001f);
  auto sum = hn::Zero(d);
  for (std::int64_t round = 0; round < rounds; ++round) sum = hn::MulAdd(sum, factor, term);
  return hn::GetLane(sum);
}

// FLOP of an iteration.
double flop_a_round() {
  return 2.0 * kChains * static_cast<double>(hn::Lanes(hn::ScalableTag<float>()));
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra {

HWY_EXPORT(multiply_add);
HWY_EXPORT(one_chain);
HWY_EXPORT(flop_a_round);

PeakMeter::PeakMeter(Context& context) : context_(context) {
  static_cast<void>(isa_in_use());  // reads the override before the first kernel runs
  sample();                         // finds how many rounds fill a millisecond
}

double PeakMeter::sample() {
  const auto start = std::chrono::steady_clock::now();
  context_.team().run([&](int, int) {
    volatile float kept = HWY_DYNAMIC_DISPATCH(multiply_add)(rounds_);
    static_cast<void>(kept);
  });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const double gflop = 1e-9 * HWY_DYNAMIC_DISPATCH(flop_a_round)() * static_cast<double>(rounds_) * context_.threads();
  constexpr double kLongEnough = 1e-3;
  if (taken.count() < kLongEnough / 2) {
    rounds_ *= 2;
    return sample();
  }
  return gflop / taken.count();
}

double multiply_add_latency_ns() {
  constexpr std::int64_t kRounds = 20'000;
  constexpr int kTries = 20;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTries; ++i) {
    const auto start = std::chrono::steady_clock::now();
    volatile float kept = HWY_DYNAMIC_DISPATCH(one_chain)(kRounds);
    static_cast<void>(kept);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count() / kRounds);
  }
  return best;
}

}  // namespace recurra
#endif
