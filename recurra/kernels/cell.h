// SPDX-License-Identifier: Apache-2.0
// Describes the recurrent cells, one table row per cell: gates, states, weights, what a forward pass saves, and the
// driver. Drivers, saved state, the Stepper, initialisers, traces and files read this table, so a new cell needs a row,
// element-wise kernels, a composed twin and a page in docs/maths. Example:
//
//   constexpr const recurra::CellRow& lstm = recurra::describe(recurra::Cell::lstm);
//   static_assert(lstm.gates.size() == 4 && lstm.gates[recurra::kForget].activation == recurra::Activation::sigmoid);
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>

namespace recurra {

/// gru is the variant with the reset gate after the recurrent product (PyTorch, cuDNN, ONNX linear_before_reset=1);
/// gru_reset_before has it before the product (Cho 2014, Keras reset_after=False, ONNX's default). lstm_peephole is the
/// LSTM whose gates also read the cell state (Gers, Schmidhuber 2000; ONNX's input P). min_gru and min_lstm (Feng 2024)
/// have gates that read only x; the _log variants use the positive candidate of the paper's log-space form. slstm (Beck
/// 2024) has exponential gates, a normaliser and a stabiliser. lstm_layer_norm (Ba, Kiros, Hinton 2016) normalises
/// W x, U h and c over all units.
enum class Cell {
  rnn_tanh,
  rnn_relu,
  rnn_linear,
  lstm,
  gru,
  gru_reset_before,
  lstm_peephole,
  min_gru,
  min_gru_log,
  min_lstm,
  min_lstm_log,
  slstm,
  lstm_layer_norm
};

/// Row blocks of W, U and b, in PyTorch's order.
enum LstmGate { kInput, kForget, kCandidate, kOutput, kLstmGates };
enum GruGate { kReset, kUpdate, kNew };
enum MinGruGate { kMinUpdate, kMinNew };
enum MinLstmGate { kMinForget, kMinInput, kMinState };
enum SlstmGate { kSlstmInput, kSlstmForget, kSlstmCandidate, kSlstmOutput };

/// Rows of H numbers in the weight of a layer normalisation: the gains of W x and of U h, gate by gate, then the gain
/// and the bias of c.
inline constexpr int kGainOfX = 0, kGainOfH = 4, kGainOfC = 8, kBiasOfC = 9, kNormRows = 10;

enum class Direction { forward, reverse };

/// hard_sigmoid is max(0, min(1, x / 5 + 1 / 2)), the default of Keras 2 and ONNX; hard_sigmoid_sixth uses x / 6, as
/// Keras 3 and PyTorch do. Only in the rows of some cells: positive is a + 1/2 for a >= 0, else sigmoid(a);
/// exponential is exp of the gate's logarithm minus a stabiliser, in [0, 1].
enum class Activation { identity, tanh, relu, sigmoid, hard_sigmoid, hard_sigmoid_sixth, positive, exponential };

/// How a layer of such cells runs over a sequence. recurrent: step by step, with a product of h_{t-1} in each step.
/// scan: the gates depend on x alone, so one product serves all steps and an element-wise recurrence follows.
enum class Driver { recurrent, scan };

/// How U h_{t-1} + b_hh enters a gate's sum. added: to W x_t + b_ih, as one chain of multiply-adds. apart: as its own
/// sum, which the element-wise kernel combines. late: added, but with r h_{t-1} instead of h_{t-1}, in a second product
/// that follows the other gates. none: not at all.
enum class FromState { added, apart, late, none };

/// A list of fixed capacity, for constexpr tables.
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
};

/// [B, H] elements per step that the next step reads; all start at zero. The first is always the output h, which is
/// [B, R] with a projection of the cell's H units.
struct CellStateRow {
  const char* name = "";
};

enum class WeightKind { input_weight, recurrent_weight, input_bias, recurrent_bias, peephole, projection, norm };

/// A parameter of shape [gates * H, D], [gates * H, R] or [gates * H], by its kind, where R is H without a
/// projection; peepholes are [3, H], in the order input, forget, output gate; a projection is [R, H];
/// a norm is [kNormRows, H].
struct CellWeightRow {
  WeightKind kind = WeightKind::input_weight;
  const char* name = "";  ///< PyTorch's, before the layer's suffix: "weight_ih"

  constexpr bool is_bias() const { return kind == WeightKind::input_bias || kind == WeightKind::recurrent_bias; }
};

/// The buffers that the element-wise kernels of one step read and write, named as the fields in kernels/cell_steps.h.
enum class StepBuffer {
  gates,
  recurrent,
  late,
  h_prev,
  c_prev,
  n_prev,
  m_prev,
  c,
  n,
  m,
  h,
  forget_derivative,
  n_recurrent,
  reset_h,
  from_x,
  from_h,
  scales,
  dy,
  dh,
  dc,
  dn,
  dm,
  d_reset_h,
  peephole,
  norms,
  da,
  da_late,
  da_recurrent,
  da_new,
  d_sums,
  d_normed
};
inline constexpr int kStepBuffers = 31;

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

inline constexpr int kMaxGates = 4, kMaxStates = 4, kMaxWeights = 7;

struct CellRow {
  Cell cell;
  const char* name;   ///< what users write: --cell lstm
  const char* title;  ///< in messages and reports: "LSTM"
  Driver driver;
  CellList<CellGate, kMaxGates> gates;
  CellList<CellStateRow, kMaxStates> states;
  CellList<CellWeightRow, kMaxWeights> weights;
  /// The gate that retains the memory, or -1 (minGRU retains what the update gate does not replace); and the separate
  /// gate that admits new input, or -1.
  int keeps, admits;
  StepUse forward, backward;
  StepUse late_forward = {}, late_backward = {};  ///< of the kernels after the product of late gates
  bool has_heads = false;                         ///< whether U may be [G*H, H / heads], block-diagonal
  bool own_kernels = false;                       ///< in kernels/scan.h, slstm.h, layer_norm_lstm.h: no CellChanges

  constexpr int gate_count() const { return static_cast<int>(gates.size()); }
  constexpr int state_count() const { return static_cast<int>(states.size()); }
  /// Whether a gate controls how long the memory lasts.
  constexpr bool remembers() const { return keeps >= 0 || admits >= 0; }
  /// Whether U h + b_hh is a sum of its own for the element-wise kernels.
  constexpr bool recurrent_apart() const { return gates[0].from_state == FromState::apart; }
  /// Whether the element-wise kernels need all units of a row at once, as a mean over them does.
  constexpr bool takes_whole_rows() const { return forward.has(StepBuffer::norms); }
  constexpr bool has(WeightKind kind) const {
    for (const CellWeightRow& weight : weights)
      if (weight.kind == kind) return true;
    return false;
  }
  /// Number of late gates, which are the last ones.
  constexpr int late_gates() const {
    int count = 0;
    for (const CellGate& gate : gates) count += gate.from_state == FromState::late;
    return count;
  }
  /// Whether forward saves a buffer for backward: forward kernels write it and backward kernels read it.
  constexpr bool saves(StepBuffer buffer) const {
    return (forward.writes.has(buffer) || late_forward.writes.has(buffer)) &&
           (backward.reads.has(buffer) || late_backward.reads.has(buffer));
  }
};

namespace cell_table {

using enum StepBuffer;

inline constexpr CellWeightRow kInputWeight{WeightKind::input_weight, "weight_ih"};
inline constexpr CellWeightRow kRecurrentWeight{WeightKind::recurrent_weight, "weight_hh"};
inline constexpr CellWeightRow kInputBias{WeightKind::input_bias, "bias_ih"};
inline constexpr CellWeightRow kRecurrentBias{WeightKind::recurrent_bias, "bias_hh"};
inline constexpr CellWeightRow kPeephole{WeightKind::peephole, "peephole"};
inline constexpr CellWeightRow kProjection{WeightKind::projection, "weight_hr"};  ///< only if requested
inline constexpr CellList<CellWeightRow, kMaxWeights> kWeights = {kInputWeight, kRecurrentWeight, kInputBias,
                                                                  kRecurrentBias};

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
                                  .weights = {kInputWeight, kRecurrentWeight, kInputBias, kRecurrentBias, kProjection},
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

inline constexpr CellRow kLstmPeephole = {
    .cell = Cell::lstm_peephole,
    .name = "lstm-peephole",
    .title = "LSTM with peepholes",
    .driver = Driver::recurrent,
    .gates = kLstm.gates,
    .states = kLstm.states,
    .weights = {kInputWeight, kRecurrentWeight, kInputBias, kRecurrentBias, kPeephole, kProjection},
    .keeps = kForget,
    .admits = kInput,
    .forward = {{gates, c_prev, peephole}, {gates, c, h}},
    .backward = {{gates, c, c_prev, dy, dh, dc, peephole}, {da, dc}}};

inline constexpr CellList<CellWeightRow, kMaxWeights> kInputWeights = {{WeightKind::input_weight, "weight_ih"},
                                                                       {WeightKind::input_bias, "bias_ih"}};

constexpr CellRow min_gru(Cell cell, const char* name, const char* title, Activation candidate) {
  return {.cell = cell,
          .name = name,
          .title = title,
          .driver = Driver::scan,
          .gates = {{"update", Activation::sigmoid, FromState::none}, {"candidate", candidate, FromState::none}},
          .states = {{"h"}},
          .weights = kInputWeights,
          .keeps = -1,
          .admits = kMinUpdate,
          .forward = {{gates, h_prev}, {gates, h}},
          .backward = {{gates, h_prev, dy, dh}, {dh, da}},
          .own_kernels = true};
}

constexpr CellRow min_lstm(Cell cell, const char* name, const char* title, Activation candidate) {
  return {.cell = cell,
          .name = name,
          .title = title,
          .driver = Driver::scan,
          .gates = {{"forget", Activation::sigmoid, FromState::none},
                    {"input", Activation::sigmoid, FromState::none},
                    {"candidate", candidate, FromState::none}},
          .states = {{"h"}},
          .weights = kInputWeights,
          .keeps = kMinForget,
          .admits = kMinInput,
          .forward = {{gates, h_prev}, {gates, h}},
          .backward = {{gates, h_prev, dy, dh}, {dh, da}},
          .own_kernels = true};
}

inline constexpr CellRow kSlstm = {
    .cell = Cell::slstm,
    .name = "slstm",
    .title = "sLSTM",
    .driver = Driver::recurrent,
    .gates = {{"input", Activation::exponential, FromState::added},
              {"forget", Activation::exponential, FromState::added},
              {"candidate", Activation::tanh, FromState::added},
              {"output", Activation::sigmoid, FromState::added}},
    .states = {{"h"}, {"c"}, {"n"}, {"m"}},
    .weights = {{WeightKind::input_weight, "weight_ih"},
                {WeightKind::recurrent_weight, "weight_hh"},
                {WeightKind::input_bias, "bias_ih"}},
    .keeps = kSlstmForget,
    .admits = kSlstmInput,
    .forward = {{gates, c_prev, n_prev, m_prev}, {gates, c, n, m, h, forget_derivative}},
    .backward = {{gates, c, n, c_prev, n_prev, forget_derivative, dy, dh, dc, dn, dm}, {da, dc, dn, dm}},
    .has_heads = true,
    .own_kernels = true};

inline constexpr CellRow kLstmLayerNorm = {
    .cell = Cell::lstm_layer_norm,
    .name = "lstm-layer-norm",
    .title = "LSTM with layer normalisation",
    .driver = Driver::recurrent,
    .gates = {{"input", Activation::sigmoid, FromState::apart},
              {"forget", Activation::sigmoid, FromState::apart},
              {"candidate", Activation::tanh, FromState::apart},
              {"output", Activation::sigmoid, FromState::apart}},
    .states = kLstm.states,
    .weights = {kInputWeight, kRecurrentWeight, kInputBias, {WeightKind::norm, "norm"}},
    .keeps = kForget,
    .admits = kInput,
    .forward = {{gates, from_h, norms, c_prev}, {gates, from_x, from_h, scales, c, h}},
    .backward = {{gates, from_x, from_h, scales, norms, c, c_prev, dy, dh, dc},
                 {da, da_recurrent, d_sums, d_normed, dc}},
    .own_kernels = true};

inline constexpr CellRow kRows[] = {
    rnn(Cell::rnn_tanh, "rnn", Activation::tanh),
    rnn(Cell::rnn_relu, "rnn-relu", Activation::relu),
    rnn(Cell::rnn_linear, "rnn-linear", Activation::identity),
    kLstm,
    kGru,
    kGruResetBefore,
    kLstmPeephole,
    min_gru(Cell::min_gru, "min-gru", "minGRU", Activation::identity),
    min_gru(Cell::min_gru_log, "min-gru-log", "minGRU of the log-space form", Activation::positive),
    min_lstm(Cell::min_lstm, "min-lstm", "minLSTM", Activation::identity),
    min_lstm(Cell::min_lstm_log, "min-lstm-log", "minLSTM of the log-space form", Activation::positive),
    kSlstm,
    kLstmLayerNorm};

constexpr bool in_the_order_of_the_enum() {
  int at = 0;
  for (const CellRow& row : kRows)
    if (static_cast<int>(row.cell) != at++) return false;
  return true;
}
static_assert(in_the_order_of_the_enum() && std::size(kRows) == static_cast<std::size_t>(Cell::lstm_layer_norm) + 1);

}  // namespace cell_table

/// The row of a cell.
constexpr const CellRow& describe(Cell cell) {
  return cell_table::kRows[static_cast<std::size_t>(cell)];
}

/// Optional deviations from the row of a cell.
struct CellChanges {
  std::optional<Activation> gates = {};      ///< of the gates with a sigmoid in the row
  std::optional<Activation> candidate = {};  ///< of the others
  std::optional<Activation> output = {};     ///< LSTM: of c_t in h_t, else tanh
  double clip = 0;                           ///< > 0: gate sums are clipped to [-clip, clip]

  constexpr bool any() const { return gates || candidate || output || clip > 0; }
  bool operator==(const CellChanges&) const = default;
};

/// A cell with its changes. Converts implicitly from a Cell, without changes.
struct CellForm {
  Cell cell;
  CellChanges changes;

  constexpr CellForm(Cell of = Cell::lstm, const CellChanges& differing = {}) : cell(of), changes(differing) {}
  constexpr const CellRow& row() const { return describe(cell); }
  constexpr Activation activation(std::size_t gate) const {
    const Activation own = row().gates[gate].activation;
    return (own == Activation::sigmoid ? changes.gates : changes.candidate).value_or(own);
  }
  /// Whether its element-wise half is in kernels/cell_forms.h.
  constexpr bool is_general() const {
    return changes.any() || row().own_kernels || row().forward.has(StepBuffer::peephole);
  }
  bool operator==(const CellForm&) const = default;
};

/// All rows, in the order in which lists show them.
constexpr const auto& cell_rows() {
  return cell_table::kRows;
}

constexpr int gate_count(Cell cell) {
  return describe(cell).gate_count();
}

/// One X (a tensor, a variable) per state of a cell, in the table's order.
template <class X>
struct CellStates {
  X h = {}, c = {}, n = {}, m = {};

  X& operator[](int state) {
    X* const all[] = {&h, &c, &n, &m};
    return *all[state];
  }
  const X& operator[](int state) const { return const_cast<CellStates&>(*this)[state]; }
};

/// One X per weight of a cell, by its kind.
template <class X>
struct CellParts {
  X W = {}, U = {}, b_ih = {}, b_hh = {}, peephole = {}, projection = {}, norm = {};

  X& operator[](WeightKind kind) {
    X* const parts[] = {&W, &U, &b_ih, &b_hh, &peephole, &projection, &norm};
    return *parts[static_cast<std::size_t>(kind)];
  }
  const X& operator[](WeightKind kind) const { return const_cast<CellParts&>(*this)[kind]; }
};

}  // namespace recurra
