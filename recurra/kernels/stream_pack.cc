// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "recurra/kernels/stream.h"
#include "recurra/kernels/stream_layout.h"
#include "recurra/kernels/stream_table.h"

namespace recurra::kernels {
namespace {

constexpr float kLargest = 127;  // of a signed byte; -128 stays unused, so that the scale is the same on both sides

std::uint32_t to_bfloat16(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  if (std::isnan(x)) return bits >> 16 | 0x40;  // rounding could carry a NaN into infinity
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

/// To the nearest; ties to even. |x| <= kLargestFloat16.
std::uint16_t to_float16(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const std::uint32_t sign = bits >> 16 & 0x8000;
  const float size = std::abs(x);
  bits &= 0x7FFFFFFF;
  const std::uint32_t rest =
      size < 0x1p-14f ? static_cast<std::uint32_t>(std::nearbyint(size * 0x1p24f))  // subnormal
                      : (bits - (112u << 23) + 0xFFF + (bits >> 13 & 1)) >> 13;     // the exponent's bias falls by 112
  return static_cast<std::uint16_t>(sign | rest);
}

/// The weights of one output over all k; null for padding.
struct Output {
  const float* weights;
  float at(Index k) const { return weights ? weights[k] : 0.0f; }
};

/// Writes one column of a matrix of `width` columns.
void pack_column(StreamWeights kind, Index K, const Output& output, Index width, Index place, void* packed,
                 float* scale) {
  if (kind == StreamWeights::f32) {
    auto* to = static_cast<float*>(packed) + place;
    for (Index k = 0; k < K; ++k) to[k * width] = output.at(k);
  } else if (kind == StreamWeights::f16) {
    auto* to = static_cast<std::uint16_t*>(packed) + place;
    for (Index k = 0; k < K; ++k) to[k * width] = to_float16(output.at(k));
  } else if (kind == StreamWeights::bf16) {
    auto* to = static_cast<std::uint32_t*>(packed) + place;
    for (Index k = 0; k < K; k += 2)
      to[k / 2 * width] = to_bfloat16(output.at(k)) | (k + 1 < K ? to_bfloat16(output.at(k + 1)) << 16 : 0);
  } else {
    float largest = 0;
    for (Index k = 0; k < K; ++k) largest = std::max(largest, std::abs(output.at(k)));
    *scale = largest / kLargest;
    auto* to = static_cast<std::int8_t*>(packed) + place;
    for (Index k = 0; k < K; ++k)
      to[k * width] = static_cast<std::int8_t>(largest > 0 ? std::nearbyint(output.at(k) / *scale) : 0);
  }
}

/// Calls fn(panel, column within the panel, row of the weights or -1 for padding).
template <class Fn>
void for_each_column(const StreamPlan& plan, Fn fn) {
  const Index units = plan.shape.units;
  const int gates = plan.shape.gates();
  for (const StreamPanel& panel : plan.panels) {
    for (Index i = 0; i < stream_width(panel, gates); ++i) {
      const Index vector = i / panel.lanes, gate = vector % gates;
      const Index unit = panel.first_unit + vector / gates * panel.lanes + i % panel.lanes;
      fn(panel, i, unit < units ? gate * units + unit : -1);
    }
  }
}

}  // namespace

std::size_t StreamPlan::packed_bytes() const {
  return static_cast<std::size_t>(elements) * stream_element_bytes(shape.weights);
}

void pack_stream(const StreamPlan& plan, const float* W, const float* U, void* packed, float* scale,
                 float* recurrent_scale) noexcept {
  const StreamShape& shape = plan.shape;
  const Index D = shape.inputs, H = shape.recurrent_inputs();
  const int gates = shape.gates(), late = describe(shape.cell).late_gates(), early = gates - late;
  for_each_column(plan, [&](const StreamPanel& panel, Index i, Index row) {
    const auto pack = [&](const float* weights, Index K, Index width, Index at, float* scales, Index scale_at) {
      pack_column(shape.weights, K, {row < 0 ? nullptr : weights + row * K}, width, at, packed,
                  shape.weights == StreamWeights::int8 ? scales + panel.column + scale_at : nullptr);
    };
    const Index width = stream_width(panel, gates);
    pack(W, D, width, panel.element + i, scale, i);
    if (H == 0) return;
    const Index vector = i / panel.lanes, gate = vector % gates, block = vector / gates, lane = i % panel.lanes;
    const Index early_width = stream_width(panel, early), own = gate < early ? early_width : width - early_width;
    const Index column =
        gate < early ? (block * early + gate) * panel.lanes + lane : (block * late + gate - early) * panel.lanes + lane;
    const Index before =
        stream_rows(D, shape.weights) * width + (gate < early ? 0 : stream_rows(H, shape.weights) * early_width);
    pack(U, H, own, panel.element + before + column, recurrent_scale, (gate < early ? 0 : early_width) + column);
  });
}

void pack_stream_row(const StreamPlan& plan, const float* values, float* row) noexcept {
  for_each_column(plan, [&](const StreamPanel& panel, Index i, Index from) {
    row[panel.column + i] = from < 0 ? 0.0f : values[from];
  });
}

void pack_stream_table(StreamWeights weights, Index rows, Index width, const float* table, void* packed,
                       float* scale) noexcept {
  for (Index v = 0; v < rows; ++v)
    pack_column(weights, width, {table + v * width}, 1, v * stream_rows(width, weights), packed,
                weights == StreamWeights::int8 ? scale + v : nullptr);
}

}  // namespace recurra::kernels
