// SPDX-License-Identifier: Apache-2.0
// tanh(x) = x P(x^2) / Q(x^2) on [0, kReachesOne], 1 beyond: the coefficients shared by all implementations, and the
// shorter ones that a stepper may choose. docs/adr/0009-rational-gates.md says how they were found. Example:
//
//   static_assert(recurra::PreciseTanh::kP[0] == 1 && recurra::PreciseTanh::kQ[0] == 1);   // tanh(x) is x near 0
#pragma once

namespace recurra {

/// Relative error below 4e-7.
struct PreciseTanh {
  static constexpr float kReachesOne = 9.0f;
  static constexpr float kP[] = {1.0f, 0.134476423f, 3.57532734e-3f, 2.19563044e-5f, 1.53177382e-8f};
  static constexpr float kQ[] = {1.0f, 0.467809707f, 2.61786394e-2f, 3.41739535e-4f, 8.55769258e-7f};
};

/// Absolute error below 7e-5, relative error below 1e-4.
struct ApproximateTanh {
  static constexpr float kReachesOne = 5.2f;
  static constexpr float kP[] = {1.0f, 0.10188488f, 6.5308611e-4f};
  static constexpr float kQ[] = {1.0f, 0.434899211f, 1.26499010e-2f};
};

}  // namespace recurra
