// SPDX-License-Identifier: Apache-2.0
// The table of an embedding for streaming: packed as the weights of a layer are, read a row per stream. Example:
//
//   using namespace recurra::kernels;
//   const float table[4] = {1, 2, 3, 4}, index = 1;
//   std::vector<unsigned char> packed(stream_table_bytes(StreamWeights::f32, 2, 2));
//   pack_stream_table(StreamWeights::f32, 2, 2, table, packed.data(), nullptr);
//   float y[2];
//   stream_look_up(StreamWeights::f32)({2, 2, packed.data(), nullptr}, 1, &index, y);    // 3 and 4
#pragma once

#include "recurra/kernels/stream.h"

namespace recurra::kernels {

/// The largest number of rows: up to it float32 holds every whole number.
inline constexpr Index kLargestStreamTable = Index{1} << 24;

struct StreamTable {
  Index rows, width;
  const void* packed;
  const float* scale;  ///< [rows]; int8
};

std::size_t stream_table_bytes(StreamWeights weights, Index rows, Index width);

/// Packs `table` [rows, width] row by row; scale [rows] is written only for int8. As f16 no element may be NaN or
/// exceed kLargestFloat16.
void pack_stream_table(StreamWeights weights, Index rows, Index width, const float* table, void* packed,
                       float* scale) noexcept;

/// y [count, width] = the rows at `indices` [count]. For an index that is no whole number in [0, rows) its row of y is
/// NaN.
using StreamLookUp = void (*)(const StreamTable& table, Index count, const float* indices, float* y);
/// Null for weights that this build does not stream (kernels/stream_build.h).
StreamLookUp stream_look_up(StreamWeights weights);

}  // namespace recurra::kernels
