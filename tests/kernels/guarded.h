// SPDX-License-Identifier: Apache-2.0
// What the kernel tests share: every instruction set in turn, and buffers that notice a stray access. A buffer begins
// full of poison (a NaN with bits of its own), guards before and behind included: what a kernel must not read spoils
// its result, and what it must not write is found changed. Example:
//
//   Guarded<float> y(10);
//   kernel(y.data());
//   EXPECT_TRUE(y.untouched_but([](Index i) { return i < 10; }));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "recurra/kernels/gemm.h"
#include "recurra/simd/isa.h"

namespace recurra::kernels {

/// Runs on each instruction set that kernels are compiled for; one that this machine lacks is skipped, and says so.
class OnEveryIsa : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto available = available_isas();
    if (std::find(available.begin(), available.end(), GetParam()) == available.end())
      GTEST_SKIP() << "this machine has no " << GetParam();
    select_isa(GetParam());
  }
  void TearDown() override { select_isa(""); }
};

inline std::vector<std::string> every_isa() {
#if defined(__x86_64__) && !defined(HWY_COMPILE_ONLY_SCALAR)
  return {"avx512", "avx2", "scalar"};
#else
  return available_isas();
#endif
}
inline std::string isa_name(const testing::TestParamInfo<std::string>& isa) {
  return isa.param;
}

/// Numbers that differ from their neighbours, in [-1, 1].
template <class T = float>
std::vector<T> wave(Index count, double phase) {
  std::vector<T> x(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) x[i] = static_cast<T>(static_cast<float>(std::sin(0.7 * i + phase)));
  return x;
}

inline const float kSpecials[] = {0.0f,
                                  -0.0f,
                                  1e-40f,  // denormal
                                  std::numeric_limits<float>::infinity(),
                                  -std::numeric_limits<float>::infinity(),
                                  std::numeric_limits<float>::quiet_NaN()};

/// True if a float result is what double precision says: near, or the same infinity, or NaN in both.
inline testing::AssertionResult agrees(double found, double expected, double tolerance) {
  const bool both_nan = std::isnan(found) && std::isnan(expected);
  if (both_nan || found == expected || std::abs(found - expected) <= tolerance) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "expected " << expected << ", found " << found;
}

template <class T>
class Guarded {
 public:
  explicit Guarded(Index count = 0) : numbers_(count + 2 * kGuard, poison()) {}
  /// Poison but for what is given.
  explicit Guarded(const std::vector<T>& values) : Guarded(static_cast<Index>(values.size())) {
    std::copy(values.begin(), values.end(), data());
  }
  T* data() { return numbers_.data() + kGuard; }
  T& operator[](Index i) { return data()[i]; }

  /// True if nothing was written but where `may(i)` is true; guards never may.
  template <class May>
  bool untouched_but(May may) {
    const T wanted = poison();
    const Index end = static_cast<Index>(numbers_.size()) - kGuard;
    for (Index i = -kGuard; i < end; ++i) {
      const bool allowed = i >= 0 && i < end - kGuard && may(i);
      if (!allowed && std::memcmp(data() + i, &wanted, sizeof(T)) != 0) return false;
    }
    return true;
  }

 private:
  static constexpr Index kGuard = 17;  // odd, so that data() is aligned to a number alone; longer than a vector
  static T poison() {
    T x = std::numeric_limits<T>::quiet_NaN();
    constexpr unsigned char kMark = 0x5A;
    std::memcpy(&x, &kMark, 1);
    return x;
  }
  std::vector<T> numbers_;
};

}  // namespace recurra::kernels
