// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/dropout.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/dropout.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "recurra/base/random.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
constexpr std::int64_t kCounters = 1;

/// The draws of one counter.
void draw_block(const DropoutRule& rule, std::uint64_t counter, std::uint32_t* draws) {
  const auto words = philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                             static_cast<std::uint32_t>(rule.stream), static_cast<std::uint32_t>(rule.stream >> 32)},
                            {static_cast<std::uint32_t>(rule.seed), static_cast<std::uint32_t>(rule.seed >> 32)});
  std::copy(words.begin(), words.end(), draws);
}
#else
using D64 = hn::ScalableTag<std::uint64_t>;
using V64 = hn::Vec<D64>;
constexpr std::int64_t kCounters = hn::MaxLanes(D64());

/// The low halves' product, 64 bits.
HWY_INLINE V64 multiply_low(V64 a, V64 b) {
  const hn::Repartition<std::uint32_t, D64> d32;
  return hn::MulEven(hn::BitCast(d32, a), hn::BitCast(d32, b));
}

/// philox of base/random.h for kCounters counters at once. A word lives in the low half of a 64-bit lane, where the
/// widening product needs it; the high half is ignored until the end.
void draw_block(const DropoutRule& rule, std::uint64_t counter, std::uint32_t* draws) {
  constexpr int kRounds = 10;
  const D64 d;
  const V64 counters = hn::Add(hn::Iota(d, 0), hn::Set(d, counter));
  const V64 factor0 = hn::Set(d, 0xD2511F53), factor1 = hn::Set(d, 0xCD9E8D57);
  V64 x0 = counters, x1 = hn::ShiftRight<32>(counters);
  V64 x2 = hn::Set(d, rule.stream), x3 = hn::Set(d, rule.stream >> 32);
  auto key0 = static_cast<std::uint32_t>(rule.seed), key1 = static_cast<std::uint32_t>(rule.seed >> 32);
  for (int round = 0; round < kRounds; ++round) {
    const V64 p0 = multiply_low(factor0, x0), p1 = multiply_low(factor1, x2);
    x0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), x1), hn::Set(d, key0));
    x2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), x3), hn::Set(d, key1));
    x1 = p1;
    x3 = p0;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  const V64 low = hn::Set(d, 0xFFFFFFFF);
  const V64 first = hn::Or(hn::And(x0, low), hn::ShiftLeft<32>(x1));
  const V64 second = hn::Or(hn::And(x2, low), hn::ShiftLeft<32>(x3));
  hn::StoreInterleaved2(first, second, d, reinterpret_cast<std::uint64_t*>(draws));
}
#endif

void dropout_run(const DropoutRule& rule, std::int64_t first, std::int64_t count, float* mask) {
  constexpr std::int64_t kBlock = 4 * kCounters;
  HWY_ALIGN std::uint32_t draws[kBlock];
  HWY_ALIGN float kept[kBlock];
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t counter = (first + done) / 4, skip = (first + done) % 4;
    draw_block(rule, static_cast<std::uint64_t>(counter), draws);
    for (std::size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
      const auto drop = hn::Lt(hn::Load(du, draws + i), hn::Set(du, rule.drop_below));
      hn::Store(hn::IfThenZeroElse(hn::RebindMask(d, drop), hn::Set(d, rule.kept)), d, kept + i);
    }
    const std::int64_t here = std::min(kBlock - skip, count - done);
    std::copy_n(kept + skip, here, mask + done);
    done += here;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(dropout_run);

void dropout_run(const DropoutRule& rule, std::int64_t first, std::int64_t count, float* mask) noexcept {
  HWY_DYNAMIC_DISPATCH(dropout_run)(rule, first, count, mask);
}

}  // namespace recurra::kernels
#endif
