// SPDX-License-Identifier: Apache-2.0
// A stack of recurrent layers, one or both directions, with lengths, initial and final state, and dropout between the
// layers. Parameters have PyTorch's names and layout, as in torch.nn.LSTM, GRU and RNN. Example:
//
//   recurra::Recurrent<float> lstm({.cell = Cell::lstm, .input_size = 4, .hidden_size = 8, .layers = 2});
//   recurra::Tape<float> tape(context);
//   std::vector<recurra::Index> lengths = {3, 5, 1};
//   auto out = lstm.forward(tape, recurra::Variable<float>(x), lengths);      // out.y [5, 3, 8], out.state.h [2, 3, 8]
#pragma once

#include <span>
#include <string>
#include <vector>

#include "recurra/autograd/functions/dropout.h"
#include "recurra/autograd/functions/recurrent.h"
#include "recurra/nn/module.h"

namespace recurra {

struct RecurrentOptions {
  Cell cell = Cell::lstm;
  Index input_size = 0, hidden_size = 0;
  Index layers = 1;
  bool bidirectional = false;
  /// Above 0: the LSTM's output size, at most hidden_size, by a linear map of its h (PyTorch's proj_size).
  Index projection = 0;
  Direction direction = Direction::forward;  ///< if not bidirectional; reverse: every layer runs from the end
  bool bias = true;
  bool batch_first = false;  ///< x and y are [B,T,...] instead of [T,B,...]; the state is not affected, as in PyTorch
  double dropout = 0;        ///< on the output of each layer but the last, in [0, 1)
  ops::DropoutKind dropout_kind = ops::DropoutKind::each_step;
  Index heads = 1;                      ///< sLSTM: a unit reads only the units of its head, so U is [G*H, H / heads]
  double recurrent_dropout = 0;         ///< on h_{t-1} in products with U, one mask per sequence, in [0, 1); any cell
  double zoneout_h = 0, zoneout_c = 0;  ///< fraction of h's (LSTM: c's) units that a step leaves unchanged, in [0, 1)
  CellChanges changes = {};             ///< activations and clipping of the gates that differ from the cell's row

  /// Output size of each direction of a layer: the projection's, or the hidden size.
  Index output_size() const { return projection > 0 ? projection : hidden_size; }
  int directions() const { return bidirectional ? 2 : 1; }
  /// Output size of the stack per step.
  Index width() const { return output_size() * directions(); }
};

/// The checks of Recurrent's constructor. Errors: ValueError that begins with `where` if a size is not positive, a rate
/// of dropout or zoneout is outside [0, 1), the clip is negative, a projection is above the hidden size, or an option
/// does not fit the cell or another option: zoneout of c and an output activation require a c; a projection requires an
/// LSTM without zoneout; heads require the sLSTM and must divide the hidden size; a reverse direction requires a net
/// that is not bidirectional.
void check_recurrent_options(const char* where, const RecurrentOptions& options);

template <class T>
struct RecurrentOutput {
  Variable<T> y;            ///< [T, B, R * directions], zero where a sequence has ended; R is output_size()
  StateVariables<T> state;  ///< h and (LSTM) c, [layers * directions, B, H] in PyTorch's order
  Variable<T> packed;       ///< y without its padding, [N, H * directions]
  ops::Packing packing;     ///< of `packed`
  /// One per layer and direction, for ops::saved_gates; null if nothing was recorded.
  std::vector<std::shared_ptr<const ops::RecurrentSaved<T>>> saved;
};

template <class T>
class Recurrent : public Module<T> {
 public:
  /// Errors: those of check_recurrent_options.
  explicit Recurrent(RecurrentOptions options);

  const RecurrentOptions& options() const { return options_; }
  Index output_size() const { return options_.output_size(); }
  /// The weights of each layer and direction, layer by layer, forward before reverse.
  const std::vector<CellVariables<T>>& cells() const { return cells_; }
  int directions() const { return options_.directions(); }
  /// Warnings about options without effect, such as dropout with one layer.
  std::vector<std::string> warnings() const;

  /// Shapes: x [T,B,D], lengths [B] or empty (all T), initial h, c [layers * directions, B, H] or undefined (zeros).
  /// Errors: ShapeError if an extent disagrees; ValueError if a length is outside [0, T].
  RecurrentOutput<T> forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths = {},
                             const StateVariables<T>& initial = {}) const;
  /// weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 and, with peepholes, peephole_l0, with a projection,
  /// weight_hr_l0, with layer normalisation, norm_l0; weight_ih_l0_reverse, ..., weight_ih_l1, ...
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  void check_input(const Variable<T>& x, std::span<const Index> lengths, const StateVariables<T>& initial) const;
  ops::RecurrentNoise<T> draw_noise(Tape<T>& tape, const ops::Packing& packing) const;
  RecurrentVariables<T> run_layer(Tape<T>& tape, std::size_t index, const ops::Packing& packing, const Variable<T>& x,
                                  const StateVariables<T>& initial) const;

  RecurrentOptions options_;
  std::vector<CellVariables<T>> cells_;
};

/// The same values without gradient history: for truncated back-propagation, which keeps the state and cuts the
/// gradient.
template <class T>
StateVariables<T> detach(const StateVariables<T>& state) {
  StateVariables<T> out;
  for (int i = 0; i < kMaxStates; ++i)
    if (state[i].defined()) out[i] = Variable<T>(state[i].value());
  return out;
}

}  // namespace recurra
