// SPDX-License-Identifier: Apache-2.0
// The order in which kernels/stream.h lays weights out: groups of vectors of columns, each group over all k. Example:
//
//   static_assert(recurra::kernels::stream_group(13) == 8 && recurra::kernels::stream_group(5) == 4);
#pragma once

#include "recurra/kernels/stream.h"

namespace recurra::kernels {

/// Vectors of the next group when `left` are left. 8 chains hide the latency of a multiply-add (4 cycles, 2 a cycle).
constexpr Index stream_group(Index left) {
  return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

inline Index stream_vectors(const PanelPlan& plan) {
  return plan.blocks() * plan.gates;
}

/// Rows of elements: an element of bfloat16 is a pair of k's, the lower in the low half.
constexpr Index stream_rows(Index K, StreamWeights kind) {
  return kind == StreamWeights::bf16 ? (K + 1) / 2 : K;
}

constexpr std::size_t stream_element_bytes(StreamWeights kind) {
  return kind == StreamWeights::int8 ? 1 : 4;
}

/// The arguments of stream_product on their way to one instruction set.
struct StreamProduct {
  Index K;
  const float* x;
  const void* packed;
  const float* scale;
  const float* start;
  float* sums;
};

}  // namespace recurra::kernels
