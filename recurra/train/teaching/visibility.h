// SPDX-License-Identifier: Apache-2.0
// Which output of a bidirectional layer depends on which input: |dy_t/dx_s| for every pair of steps, for each half.
// In double, for lessons. Example:
//
//   const recurra::Visibility seen = recurra::trace_visibility(context, {.T = 12});
//   double future = seen.forward.at({3, 7});                    // 0: the forward half cannot see what comes
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct VisibilityOptions {
  Index T = 12, hidden_size = 8;
  std::uint64_t seed = 1;
};

struct Visibility {
  Tensor<double> x;                        ///< [T, 1] drawn from N(0, 1)
  Tensor<double> forward, backward, both;  ///< [T (t), T (s)] Frobenius norms
  /// [2 (forward, backward half), T (s)] of two readouts: y at the last step, `out[:, -1]`; and each half at its final
  /// step, which is the last step for the forward half and the first for the backward half.
  Tensor<double> last, joined;
};

/// A bidirectional LSTM with one input, weights as PyTorch draws them.
/// Errors: ValueError for T or a size outside [1, 64]. Cost: one pass over a batch of 2 T H copies of the sequence.
Visibility trace_visibility(Context& context, const VisibilityOptions& options);

}  // namespace recurra
