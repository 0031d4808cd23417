// SPDX-License-Identifier: Apache-2.0
// What the tests of layers over sequences ask of each of their inputs and results.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// `gradient` against central differences of objective(), in each element of `value`, which it reads.
template <class Objective>
void expect_gradient(const char* what, const Tensor<double>& value, const Tensor<double>& gradient, double tolerance,
                     Objective objective) {
  ASSERT_EQ(value.shape(), gradient.shape()) << what;
  for (Index i = 0; i < value.size(); ++i) {
    const double kept = value[i], eps = 1e-5;
    value[i] = kept + eps;
    const double up = objective();
    value[i] = kept - eps;
    const double down = objective();
    value[i] = kept;
    ASSERT_NEAR(gradient[i], (up - down) / (2 * eps), tolerance) << what << " at " << i;
  }
}

/// Results in bfloat16 differ from `exact` by no more than its rounding, and are the same on more threads.
inline void expect_rounded(const std::vector<Tensor<float>>& exact, const std::vector<Tensor<float>>& near,
                           const std::vector<Tensor<float>>& shared) {
  for (std::size_t i = 0; i < exact.size(); ++i) {
    double scale = 0, error = 0;
    for (Index j = 0; j < exact[i].size(); ++j) {
      scale = std::max(scale, std::abs(double{exact[i][j]}));
      error = std::max(error, std::abs(double{exact[i][j]} - near[i][j]));
    }
    EXPECT_LT(error, 0.03 * scale) << "part " << i;
    EXPECT_GT(error, 0) << "part " << i << " was not rounded";
    EXPECT_EQ(near[i].values(), shared[i].values()) << "part " << i;
  }
}

}  // namespace recurra::ops
