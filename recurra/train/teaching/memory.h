// SPDX-License-Identifier: Apache-2.0
// How long an LSTM's cell state remembers: a pulse is written at step 0, and its decay is followed, as a value and as a
// gradient. Eight units set by hand, in double. For lessons; the half-lives of a trained net are in train/traces.
// Example:
//
//   const recurra::MemoryTrace trace = recurra::trace_memory(context, {.forget_bias = 5});
//   double steps = trace.half_life[0];                          // 103.2
#pragma once

#include <vector>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// chrono: log u, u uniform in [1, T - 1), for each unit (Tallec, Ollivier 2018). no_forgetting: f = 1, the cell of
/// 1997.
enum class ForgetBias { given, chrono, no_forgetting };

struct MemoryOptions {
  Index T = 200;
  ForgetBias kind = ForgetBias::given;
  double forget_bias = 0;   ///< of every unit; PyTorch's is 0 on average, Keras' is 1
  double noise = 0;         ///< standard deviation of the input after the pulse
  bool recurrence = false;  ///< U as PyTorch draws it; else zero
  std::uint64_t seed = 1;
};

inline constexpr Index kMemoryUnits = 8;

struct MemoryTrace {
  Tensor<double> c, f;              ///< [T, 8]
  std::vector<double> full, path;   ///< [T] spectral norm of dc_{T-1}/dc_t, and largest product of f_{t+1} ... f_{T-1}
  std::vector<double> half_life;    ///< [8] ln 2 / -ln sigmoid(b_f)
  std::vector<double> forget_bias;  ///< [8]
  std::vector<double> measured;     ///< [8] steps until |c| first falls to half of |c_0|, interpolated; NaN if never
};

/// The input is 1 at step 0. It opens the candidate (g = tanh(2 x)) and moves the forget gate (its weight is 1), so
/// with no noise and no recurrence c_t = f^t c_0. Errors: ValueError for T outside [2, 1000] or numbers not finite.
MemoryTrace trace_memory(Context& context, const MemoryOptions& options);

/// Steps after which half is left: ln 2 / -ln sigmoid(bias); infinite if the gate rounds to 1.
double half_life_of_bias(double forget_bias);

}  // namespace recurra
