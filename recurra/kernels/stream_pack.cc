// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "recurra/kernels/stream.h"
#include "recurra/kernels/stream_groups.h"

namespace recurra::kernels {
namespace {

constexpr float kLargest = 127;  // of a signed byte; -128 stays unused, so that the scale is the same on both sides

std::uint32_t to_bfloat16(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  if (std::isnan(x)) return bits >> 16 | 0x40;  // rounding could carry a NaN into infinity
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

/// One column over all k; a column of padding has no weights.
struct Column {
  const float* weights;
  Index stride;
  float at(Index k) const { return weights ? weights[k * stride] : 0.0f; }
};

Column column_of(const PanelPlan& plan, Strided<float> source, Index column) {
  const Index lane = column % plan.lanes, vector = column / plan.lanes;
  const Index unit = vector / plan.gates * plan.lanes + lane, gate = vector % plan.gates;
  if (unit >= plan.units) return {nullptr, 0};
  return {source.data + (gate * plan.units + unit) * source.row_stride, source.column_stride};
}

void pack_column(Index K, StreamWeights kind, const Column& column, Index width, Index place, void* packed,
                 float* scale) {
  if (kind == StreamWeights::f32) {
    auto* to = static_cast<float*>(packed) + place;
    for (Index k = 0; k < K; ++k) to[k * width] = column.at(k);
  } else if (kind == StreamWeights::bf16) {
    auto* to = static_cast<std::uint32_t*>(packed) + place;
    for (Index k = 0; k < K; k += 2)
      to[k / 2 * width] = to_bfloat16(column.at(k)) | (k + 1 < K ? to_bfloat16(column.at(k + 1)) << 16 : 0);
  } else {
    float largest = 0;
    for (Index k = 0; k < K; ++k) largest = std::max(largest, std::abs(column.at(k)));
    *scale = largest / kLargest;
    auto* to = static_cast<std::int8_t*>(packed) + place;
    for (Index k = 0; k < K; ++k)
      to[k * width] = static_cast<std::int8_t>(largest > 0 ? std::nearbyint(column.at(k) / *scale) : 0);
  }
}

}  // namespace

StreamSize stream_size(const PanelPlan& plan, Index K, StreamWeights kind) noexcept {
  const Index columns = stream_vectors(plan) * plan.lanes;
  return {static_cast<std::size_t>(columns * stream_rows(K, kind)) * stream_element_bytes(kind), columns};
}

void pack_stream(const PanelPlan& plan, Index K, StreamWeights kind, Strided<float> source, void* packed,
                 float* scale) noexcept {
  const Index vectors = stream_vectors(plan), rows = stream_rows(K, kind);
  for (Index first = 0; first < vectors; first += stream_group(vectors - first)) {
    const Index width = stream_group(vectors - first) * plan.lanes, begin = first * plan.lanes;
    for (Index i = 0; i < width; ++i)
      pack_column(K, kind, column_of(plan, source, begin + i), width, begin * rows + i, packed,
                  kind == StreamWeights::int8 ? scale + begin + i : nullptr);
  }
}

}  // namespace recurra::kernels
