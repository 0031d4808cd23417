// SPDX-License-Identifier: Apache-2.0
// What a recurrent cell is, one row of a table per cell: gates, states, weights, what a forward pass saves, and how it
// is driven. Drivers, saved state, the Stepper, initialisers, traces and files read this table, so a new cell is a row,
// its element-wise kernels, its composed twin and its page in docs/maths. Example:
//
//   constexpr const recurra::CellRow& lstm = recurra::describe(recurra::Cell::lstm);
//   static_assert(lstm.gates.size() == 4 && lstm.gates[recurra::kForget].activation == recurra::Activation::sigmoid);
#pragma once

#include <cstddef>
#include <initializer_list>

namespace recurra {

/// gru is the variant with the reset gate after the recurrent product (PyTorch, cuDNN, ONNX linear_before_reset=1);
/// gru_reset_before has it before the product (Cho 2014, Keras reset_after=False, ONNX's default).
enum class Cell { rnn_tanh, rnn_relu, rnn_linear, lstm, gru, gru_reset_before };

/// Row blocks of W, U and b, in PyTorch's order.
enum LstmGate { kInput, kForget, kCandidate, kOutput, kLstmGates };
enum GruGate { kReset, kUpdate, kNew };

enum class Direction { forward, reverse };

enum class Activation { identity, tanh, relu, sigmoid };

/// How a layer of such cells runs over a sequence. recurrent: step by step, with a product of h_{t-1} in each step.
/// scan: the gates depend on x alone, so one product serves all steps and an element-wise recurrence follows.
enum class Driver { recurrent, scan };

/// How U h_{t-1} + b_hh enters a gate's sum. added: onto W x_t + b_ih, as one chain of multiply-adds. apart: as a sum
/// of its own, which the element-wise kernel combines. late: added, but with r h_{t-1} in place of h_{t-1}, in a second
/// product that follows the other gates. none: not at all.
enum class FromState { added, apart, late, none };

/// A list with its items in place, for constexpr tables.
template <class Item, int kMax>
struct CellList {
  Item items[kMax] = {};
  std::size_t count = 0;

  constexpr CellList(std::initializer_list<Item> list) {
    for (const Item& item : list) items[count++] = item;
  }
  constexpr std::size_t size() const { return count; }
  constexpr const Item* begin() const { return items; }
  constexpr const Item* end() const { return items + count; }
  constexpr const Item& operator[](std::size_t i) const { return items[i]; }
};

struct CellGate {
  const char* name = "";  ///< as in traces and reports: "forget"
  Activation activation = Activation::identity;
  FromState from_state = FromState::added;

  /// Activations lie in (-1, 1) or beyond rather than in (0, 1).
  constexpr bool is_signed() const { return activation != Activation::sigmoid; }
};

/// [B, H] numbers per step that the next step reads; all start at zero. The first is always the output h.
struct CellStateRow {
  const char* name = "";
};

enum class WeightKind { input_weight, recurrent_weight, input_bias, recurrent_bias };

/// A parameter of [gates * H, D], [gates * H, H] or [gates * H] numbers, as its kind says.
struct CellWeightRow {
  WeightKind kind = WeightKind::input_weight;
  const char* name = "";  ///< PyTorch's, before the layer's suffix: "weight_ih"

  constexpr bool is_bias() const { return kind == WeightKind::input_bias || kind == WeightKind::recurrent_bias; }
};

/// What the element-wise kernels of one step (kernels/cell_steps.h) read and write, by the names of its fields.
enum class StepBuffer {
  gates,
  recurrent,
  late,
  h_prev,
  c_prev,
  c,
  h,
  n_recurrent,
  reset_h,
  dy,
  dh,
  dc,
  d_reset_h,
  da,
  da_late,
  da_recurrent,
  da_new
};
inline constexpr int kStepBuffers = 17;

class StepBuffers {
 public:
  constexpr StepBuffers(std::initializer_list<StepBuffer> list) {
    for (const StepBuffer buffer : list) bits_ |= 1u << static_cast<unsigned>(buffer);
  }
  constexpr bool has(StepBuffer buffer) const { return (bits_ >> static_cast<unsigned>(buffer) & 1u) != 0; }

 private:
  unsigned bits_ = 0;
};

struct StepUse {
  StepBuffers reads = {}, writes = {};
  constexpr bool has(StepBuffer buffer) const { return reads.has(buffer) || writes.has(buffer); }
};

inline constexpr int kMaxGates = 4, kMaxStates = 2, kMaxWeights = 4;

struct CellRow {
  Cell cell;
  const char* name;   ///< what users write: --cell lstm
  const char* title;  ///< in messages and reports: "LSTM"
  Driver driver;
  CellList<CellGate, kMaxGates> gates;
  CellList<CellStateRow, kMaxStates> states;
  CellList<CellWeightRow, kMaxWeights> weights;
  /// The gate that keeps the memory, or -1; and the one that lets new input in where that is a gate of its own, or -1.
  int keeps, admits;
  StepUse forward, backward;
  StepUse late_forward = {}, late_backward = {};  ///< of the kernels behind the product of late gates

  constexpr int gate_count() const { return static_cast<int>(gates.size()); }
  constexpr int state_count() const { return static_cast<int>(states.size()); }
  /// Whether U h + b_hh is a sum of its own for the element-wise kernels.
  constexpr bool recurrent_apart() const { return gates[0].from_state == FromState::apart; }
  /// How many gates, the last ones, are late.
  constexpr int late_gates() const {
    int count = 0;
    for (const CellGate& gate : gates) count += gate.from_state == FromState::late;
    return count;
  }
  /// What a forward pass keeps for the way back: what the kernels write on the one and read on the other.
  constexpr bool saves(StepBuffer buffer) const {
    return (forward.writes.has(buffer) || late_forward.writes.has(buffer)) &&
           (backward.reads.has(buffer) || late_backward.reads.has(buffer));
  }
};

namespace cell_table {

using enum StepBuffer;

inline constexpr CellList<CellWeightRow, kMaxWeights> kWeights = {{WeightKind::input_weight, "weight_ih"},
                                                                  {WeightKind::recurrent_weight, "weight_hh"},
                                                                  {WeightKind::input_bias, "bias_ih"},
                                                                  {WeightKind::recurrent_bias, "bias_hh"}};

constexpr CellRow rnn(Cell cell, const char* name, Activation activation) {
  return {.cell = cell,
          .name = name,
          .title = "RNN",
          .driver = Driver::recurrent,
          .gates = {{"state", activation, FromState::added}},
          .states = {{"h"}},
          .weights = kWeights,
          .keeps = -1,
          .admits = -1,
          .forward = {{gates}, {gates, h}},
          .backward = {{h, dy, dh}, {da}}};
}

inline constexpr CellRow kLstm = {.cell = Cell::lstm,
                                  .name = "lstm",
                                  .title = "LSTM",
                                  .driver = Driver::recurrent,
                                  .gates = {{"input", Activation::sigmoid, FromState::added},
                                            {"forget", Activation::sigmoid, FromState::added},
                                            {"candidate", Activation::tanh, FromState::added},
                                            {"output", Activation::sigmoid, FromState::added}},
                                  .states = {{"h"}, {"c"}},
                                  .weights = kWeights,
                                  .keeps = kForget,
                                  .admits = kInput,
                                  .forward = {{gates, c_prev}, {gates, c, h}},
                                  .backward = {{gates, c, c_prev, dy, dh, dc}, {da, dc}}};

inline constexpr CellRow kGru = {.cell = Cell::gru,
                                 .name = "gru",
                                 .title = "GRU",
                                 .driver = Driver::recurrent,
                                 .gates = {{"reset", Activation::sigmoid, FromState::apart},
                                           {"update", Activation::sigmoid, FromState::apart},
                                           {"candidate", Activation::tanh, FromState::apart}},
                                 .states = {{"h"}},
                                 .weights = kWeights,
                                 .keeps = kUpdate,
                                 .admits = -1,
                                 .forward = {{gates, recurrent, h_prev}, {gates, h, n_recurrent}},
                                 .backward = {{gates, h_prev, n_recurrent, dy, dh}, {dh, da, da_recurrent, da_new}}};

inline constexpr CellRow kGruResetBefore = {.cell = Cell::gru_reset_before,
                                            .name = "gru-reset-before",
                                            .title = "GRU with the reset before the product",
                                            .driver = Driver::recurrent,
                                            .gates = {{"reset", Activation::sigmoid, FromState::added},
                                                      {"update", Activation::sigmoid, FromState::added},
                                                      {"candidate", Activation::tanh, FromState::late}},
                                            .states = {{"h"}},
                                            .weights = kWeights,
                                            .keeps = kUpdate,
                                            .admits = -1,
                                            .forward = {{gates, h_prev}, {gates, reset_h}},
                                            .backward = {{gates, late, h_prev, dy, dh}, {dh, da, da_late}},
                                            .late_forward = {{gates, late, h_prev}, {late, h}},
                                            .late_backward = {{gates, h_prev, d_reset_h, dh}, {da, dh}}};

inline constexpr CellRow kRows[] = {rnn(Cell::rnn_tanh, "rnn", Activation::tanh),
                                    rnn(Cell::rnn_relu, "rnn-relu", Activation::relu),
                                    rnn(Cell::rnn_linear, "rnn-linear", Activation::identity),
                                    kLstm,
                                    kGru,
                                    kGruResetBefore};

constexpr bool in_the_order_of_the_enum() {
  int at = 0;
  for (const CellRow& row : kRows)
    if (static_cast<int>(row.cell) != at++) return false;
  return true;
}
static_assert(in_the_order_of_the_enum());

}  // namespace cell_table

/// The row of a cell.
constexpr const CellRow& describe(Cell cell) {
  return cell_table::kRows[static_cast<std::size_t>(cell)];
}

/// Every row, in the order in which lists show them.
constexpr const auto& cell_rows() {
  return cell_table::kRows;
}

constexpr int gate_count(Cell cell) {
  return describe(cell).gate_count();
}

/// One X (a tensor, a variable) per state of a cell, in the table's order.
template <class X>
struct CellStates {
  X h = {}, c = {};

  X& operator[](int state) { return state == 0 ? h : c; }
  const X& operator[](int state) const { return state == 0 ? h : c; }
};

/// One X per weight of a cell, by its kind.
template <class X>
struct CellParts {
  X W = {}, U = {}, b_ih = {}, b_hh = {};

  X& operator[](WeightKind kind) {
    X* const parts[] = {&W, &U, &b_ih, &b_hh};
    return *parts[static_cast<std::size_t>(kind)];
  }
  const X& operator[](WeightKind kind) const { return const_cast<CellParts&>(*this)[kind]; }
};

}  // namespace recurra
