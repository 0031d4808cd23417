// SPDX-License-Identifier: Apache-2.0
// Sizes of the packed weights of a streamed layer: each panel holds the rows of its W, then those of its U. Example:
//
//   static_assert(recurra::kernels::stream_rows(5, recurra::kernels::StreamWeights::bf16) == 3);
#pragma once

#include "recurra/kernels/stream.h"

namespace recurra::kernels {

/// Rows of packed elements: a bfloat16 element is a pair of k, the lower one in the low half.
constexpr Index stream_rows(Index K, StreamWeights kind) {
  return kind == StreamWeights::bf16 ? (K + 1) / 2 : K;
}

constexpr std::size_t stream_element_bytes(StreamWeights kind) {
  return kind == StreamWeights::int8 ? 1 : kind == StreamWeights::f16 ? 2 : 4;
}

/// Elements of one row of a panel.
constexpr Index stream_width(const StreamPanel& panel, int gates) {
  return Index{panel.blocks} * gates * panel.lanes;
}

}  // namespace recurra::kernels
