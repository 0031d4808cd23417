// SPDX-License-Identifier: Apache-2.0
// A layer for streaming: one function computes the next state from x_t and the state and saves nothing for backward.
// Weights are packed in the order of access, as float32, float16, bfloat16 or 8-bit integers. Each float32 sum is the
// same chain of multiply-adds over the inputs, then over the units, as in kernels/gemm.h: the same bits, for any number
// of streams. A dense layer is an rnn layer without recurrence. Example:
//
//   using namespace recurra::kernels;
//   const StreamPlan plan = plan_stream({.cell = Cell::lstm, .inputs = 1, .units = 20}, 1);
//   std::vector<unsigned char> packed(plan.packed_bytes());
#pragma once

#include <cstddef>
#include <vector>

#include "recurra/kernels/cell_steps.h"
#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

enum class StreamWeights { f32, bf16, int8, f16 };  ///< int8: one scale per output, symmetric
/// Of tanh and sigmoid: approximate ones are off by less than 7e-5 and 4e-5 (simd/gate_coefficients.h) and faster.
enum class StreamActivations { precise, approximate };

inline constexpr float kLargestFloat16 = 65504;

struct StreamShape {
  Cell cell = Cell::lstm;
  Index inputs = 0, units = 0;
  bool recurrent = true;
  StreamWeights weights = StreamWeights::f32;
  CellChanges changes = {};
  Index projection = 0;    ///< LSTM: outputs of the projection of its units; 0: none
  bool zones_out = false;  ///< whether the new state is mixed with the previous one (zoneout)
  StreamActivations activations = StreamActivations::precise;  ///< a general form is always precise

  CellForm form() const { return {cell, changes}; }
  /// Elements of h, which the next step reads.
  Index outputs() const { return projection > 0 ? projection : units; }
  int gates() const { return gate_count(cell); }
  /// Columns of U: none for a dense layer, nor for a cell whose gates read only x.
  Index recurrent_inputs() const {
    return recurrent && describe(cell).has(WeightKind::recurrent_weight) ? outputs() : 0;
  }
  bool operator==(const StreamShape&) const = default;
};

/// Units that are computed together: `blocks` vectors of units with all their gates.
struct StreamPanel {
  Index first_unit;
  int blocks, lanes;  ///< lanes of one vector: half of the widest if the other half would be padding
  Index column;       ///< in the arrays of biases and scales: [block][gate][lane]
  Index element;      ///< index of its first packed weight
};

/// How the weights of a layer are laid out on the instruction set in use.
struct StreamPlan {
  StreamShape shape;
  std::vector<StreamPanel> panels;
  Index columns = 0, elements = 0;
  std::size_t packed_bytes() const;
};
/// `streams`: how many will step together; with more than one, each vector of weights is read once for several.
StreamPlan plan_stream(const StreamShape& shape, Index streams);

/// A layer with its weights. Biases and scales have plan->columns elements.
struct StreamLayer {
  const StreamPlan* plan;
  const void* packed;
  const float* bias;                     ///< of the sums; GRU: of W x alone
  const float* recurrent_bias;           ///< GRU: of U h
  const float *scale, *recurrent_scale;  ///< int8
  const float* peephole = nullptr;       ///< [3, units], if the cell has it
  const float* norms = nullptr;          ///< [kNormParameters, units], if the cell has a layer normalisation
};

/// The rows of one step. h_out may be h if the plan has one panel. After the last row of h_out and c there is space
/// for one more vector, which is overwritten.
struct StreamRows {
  Index streams;
  const float* x;  ///< [streams, inputs]
  const float* h;  ///< [streams, outputs of the shape]
  float* c;        ///< the states after h, each [streams, units], read and written
  float* h_out;    ///< [streams, units]
  float* room;     ///< scratch memory of stream_room() elements
};

/// Size of a step's scratch memory: the values before the late product, if the cell has one, or the gate sums of a cell
/// whose element-wise half is in kernels/cell_forms.h.
inline Index stream_room(const StreamShape& shape, Index streams) {
  constexpr Index kVector = 16;
  const Index units = (shape.units + kVector - 1) / kVector * kVector;
  if (describe(shape.cell).takes_whole_rows()) return streams * (3 * shape.gates() * units + kNormScales);
  if (shape.form().is_general()) return streams * (2 * shape.gates() + 1) * units;
  return describe(shape.cell).late_gates() == 0 ? 0 : 3 * (streams * shape.units + kVector);
}

using StreamStep = void (*)(const StreamLayer& layer, const StreamRows& rows);
/// The step function for layers of this shape on the instruction set in use; it neither allocates nor throws. Null for
/// shapes that this build does not stream (kernels/stream_build.h).
StreamStep stream_step(const StreamShape& shape);

/// Packs W [gates * units, inputs] and U [gates * units, outputs] (row-major; U null without recurrence). In each panel
/// the rows of W come first, then those of U, then those of U for late gates. scale and recurrent_scale (plan.columns
/// elements, the latter with the late gates of a panel after the others) are written only for int8. As f16 no weight
/// may be NaN or exceed kLargestFloat16.
void pack_stream(const StreamPlan& plan, const float* W, const float* U, void* packed, float* scale,
                 float* recurrent_scale) noexcept;

/// Reorders one value per gate and unit into column order: row[column] = values[gate * units + unit].
void pack_stream_row(const StreamPlan& plan, const float* values, float* row) noexcept;

}  // namespace recurra::kernels
