// SPDX-License-Identifier: Apache-2.0
// Sine, cosine and exponential made of + and * alone, for numbers that must have the same bits everywhere: the last bit
// of std::sin and std::exp differs between C libraries. Slower than recurra/simd, and more exact. Example:
//
//   const double middle = recurra::sine_of_turns(0.25), growth = recurra::portable_exp(0.5);     // 1, 1.6487
#pragma once

#include <cmath>
#include <cstdint>

#include "recurra/base/with_bits.h"

namespace recurra {

/// sin(2 pi turns), within 1e-11. |turns| below 2^40.
inline double sine_of_turns(double turns) {
  double x = turns - std::floor(turns + 0.5);  // [-1/2, 1/2); floor is exact
  if (x > 0.25) x = 0.5 - x;
  if (x < -0.25) x = -0.5 - x;
  const double y = 6.283185307179586 * x, y2 = y * y;
  // Taylor's series at most pi / 2 from 0
  constexpr double c[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800};
  double sum = -1.0 / 1307674368000;
  for (int k = 5; k >= 0; --k) sum = sum * y2 + c[k];
  return y + y * y2 * sum;
}

/// cos(2 pi turns); bounds as for sine_of_turns.
inline double cosine_of_turns(double turns) {
  return sine_of_turns(turns + 0.25);
}

/// e^x, relative error below 1e-13. x is clamped to [-700, 700].
inline double portable_exp(double x) {
  x = x < -700 ? -700 : x > 700 ? 700 : x;
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = x - k * 0.693147180369123816490 - k * 1.90821492927058770002e-10;  // ln 2 in two parts
  double sum = 1;
  for (int i = 12; i >= 1; --i) sum = 1 + sum * r / i;
  const auto power = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52;  // the bits of 2^k
  return sum * with_bits<double>(power);
}

}  // namespace recurra
