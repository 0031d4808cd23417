// SPDX-License-Identifier: Apache-2.0
// Converts a double to another type without overflow to infinity. Only ops/ needs it. Example:
//
//   const float most = recurra::ops::saturate<float>(1e300);                      // 3.4e38
#pragma once

#include <algorithm>
#include <limits>

namespace recurra::ops {

/// The nearest finite T; NaN stays NaN.
template <class T>
T saturate(double x) {
  constexpr auto kMax = static_cast<double>(std::numeric_limits<T>::max());
  return x != x ? static_cast<T>(x) : static_cast<T>(std::clamp(x, -kMax, kMax));
}

}  // namespace recurra::ops
