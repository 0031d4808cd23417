// SPDX-License-Identifier: Apache-2.0
// tanh(x) = x P(x^2) / Q(x^2) on [0, 9], 1 beyond: the coefficients shared by all implementations.
// docs/adr/0009-rational-gates.md says how they were found. Example:
//
//   static_assert(recurra::kTanhP[0] == 1 && recurra::kTanhQ[0] == 1);   // tanh(x) is x near 0
#pragma once

namespace recurra {

inline constexpr float kTanhReachesOne = 9.0f;
inline constexpr float kTanhP[] = {1.0f, 0.134476423f, 3.57532734e-3f, 2.19563044e-5f, 1.53177382e-8f};
inline constexpr float kTanhQ[] = {1.0f, 0.467809707f, 2.61786394e-2f, 3.41739535e-4f, 8.55769258e-7f};

}  // namespace recurra
