// SPDX-License-Identifier: Apache-2.0
// The product of one row with packed weights, for streaming: at batch 1 every weight is read once and used once, so the
// time is the time of reading them. Weights lie in the order of the reading, in float32, bfloat16 or 8-bit integers.
// Each float32 output is the same chain of multiply-adds over k as kernels/gemm.h makes: the same bits. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, 1);
//   using recurra::kernels::StreamWeights;
//   recurra::kernels::StreamSize size = recurra::kernels::stream_size(plan, 3, StreamWeights::bf16);
#pragma once

#include <cstddef>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// int8 has one scale a column (a row of PyTorch's matrix): w = scale * q, |q| <= 127.
enum class StreamWeights { f32, bf16, int8 };

struct StreamSize {
  std::size_t bytes;  ///< of the packed weights
  Index columns;      ///< plan.columns() up to whole vectors: the length of scale, start and sums
};
StreamSize stream_size(const PanelPlan& plan, Index K, StreamWeights kind) noexcept;

/// Packs B [K, gates * units] with B(k, gate * units + unit) = source(gate * units + unit, k), columns interleaved as
/// `plan` says. `scale` is written for int8 alone. bfloat16 rounds to the nearest, ties to even.
void pack_stream(const PanelPlan& plan, Index K, StreamWeights kind, Strided<float> source, void* packed,
                 float* scale) noexcept;

/// sums [columns] = start [columns] + x [K] B; for int8 start + scale * (x [K] q). `sums` may be `start`.
void stream_product(const PanelPlan& plan, Index K, StreamWeights kind, const float* x, const void* packed,
                    const float* scale, const float* start, float* sums) noexcept;

}  // namespace recurra::kernels
