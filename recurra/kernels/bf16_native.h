// SPDX-License-Identifier: Apache-2.0
// The bfloat16 product with the processor's own instruction (vdpbf16ps), which Highway 1.0.3 lacks. Only
// kernels/bf16.cc needs it. Example:
//
//   const bool native = recurra::kernels::native::processor_has_bf16();
#pragma once

#include "recurra/kernels/bf16.h"

namespace recurra::kernels::native {

/// False also where this build cannot use it.
bool processor_has_bf16() noexcept;

/// As kernels/bf16.h. Call it only if processor_has_bf16(), with panels of 16 lanes.
void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias) noexcept;

}  // namespace recurra::kernels::native
