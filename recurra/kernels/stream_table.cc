// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream_table.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "recurra/base/with_bits.h"
#include "recurra/kernels/stream_build.h"
#include "recurra/kernels/stream_layout.h"

namespace recurra::kernels {
namespace {

/// Element k of row v of a table as it is packed.
template <StreamWeights kWeights>
struct Row;

template <>
struct Row<StreamWeights::f32> {
  const float* weights;
  Row(const StreamTable& table, Index v) : weights(static_cast<const float*>(table.packed) + v * table.width) {}
  float at(Index k) const { return weights[k]; }
};

template <>
struct Row<StreamWeights::bf16> {
  const std::uint32_t* pairs;
  Row(const StreamTable& table, Index v)
      : pairs(static_cast<const std::uint32_t*>(table.packed) + v * stream_rows(table.width, StreamWeights::bf16)) {}
  float at(Index k) const {
    const std::uint32_t pair = pairs[k / 2];
    return with_bits<float>(k % 2 == 0 ? pair << 16 : pair & 0xFFFF0000u);
  }
};

template <>
struct Row<StreamWeights::f16> {
  const std::uint16_t* weights;
  Row(const StreamTable& table, Index v) : weights(static_cast<const std::uint16_t*>(table.packed) + v * table.width) {}
  float at(Index k) const {
    const std::uint32_t bits = weights[k], size = bits & 0x7FFF;
    const float value = size < 0x400 ? static_cast<float>(size) * 0x1p-24f  // subnormal
                                     : with_bits<float>((size << 13) + (112u << 23));
    return bits & 0x8000 ? -value : value;
  }
};

template <>
struct Row<StreamWeights::int8> {
  const std::int8_t* weights;
  float scale;
  Row(const StreamTable& table, Index v)
      : weights(static_cast<const std::int8_t*>(table.packed) + v * table.width), scale(table.scale[v]) {}
  float at(Index k) const { return static_cast<float>(weights[k]) * scale; }
};

template <StreamWeights kWeights>
void look_up(const StreamTable& table, Index count, const float* indices, float* y) {
  for (Index i = 0; i < count; ++i, y += table.width) {
    const float index = indices[i];
    const bool inside = index >= 0 && index < static_cast<float>(table.rows);  // false for NaN
    const Index v = inside ? static_cast<Index>(index) : 0;
    if (!inside || static_cast<float>(v) != index) {
      std::fill_n(y, table.width, std::numeric_limits<float>::quiet_NaN());
      continue;
    }
    const Row<kWeights> row(table, v);
    for (Index k = 0; k < table.width; ++k) y[k] = row.at(k);
  }
}

}  // namespace

std::size_t stream_table_bytes(StreamWeights weights, Index rows, Index width) {
  return static_cast<std::size_t>(rows * stream_rows(width, weights)) * stream_element_bytes(weights);
}

StreamLookUp stream_look_up(StreamWeights weights) {
  if constexpr (stream_build::has(StreamWeights::bf16))
    if (weights == StreamWeights::bf16) return &look_up<StreamWeights::bf16>;
  if constexpr (stream_build::has(StreamWeights::f16))
    if (weights == StreamWeights::f16) return &look_up<StreamWeights::f16>;
  if constexpr (stream_build::has(StreamWeights::int8))
    if (weights == StreamWeights::int8) return &look_up<StreamWeights::int8>;
  return weights == StreamWeights::f32 ? &look_up<StreamWeights::f32> : nullptr;
}

}  // namespace recurra::kernels
