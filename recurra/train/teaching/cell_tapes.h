// SPDX-License-Identifier: Apache-2.0
// The RNN, the LSTM and the GRU on the same input, with every state and gate of every step; both conventions for the
// GRU's z, and both positions of its reset gate. In double, for lessons. Example:
//
//   const recurra::CellTapes tapes = recurra::run_cells(context, {.inputs = {1, 1, 1}, .weights =
//   recurra::TapeWeights::counter}); double counted = tapes.lstm.c.at({2, 0});                   // 3
#pragma once

#include <array>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/nn/composed_cell.h"
#include "recurra/ops/recurrent.h"

namespace recurra {

/// random: as PyTorch draws them. counter: one unit, set by hand: the LSTM's c sums the signs of its input, the RNN has
/// U = W = 1, the GRU has z = 0.88.
enum class TapeWeights { random, counter };
/// keeps_old: h = z h + (1 - z) n (Cho 2014, PyTorch). keeps_new: h = (1 - z) h + z n (Chung 2014).
enum class UpdateConvention { keeps_old, keeps_new };

struct CellTapesOptions {
  std::vector<double> inputs;  ///< [T]
  TapeWeights weights = TapeWeights::random;
  Index hidden_size = 1;
  UpdateConvention convention = UpdateConvention::keeps_old;
  Cell gru = Cell::gru;  ///< or gru_reset_before
  std::uint64_t seed = 1;
};

struct CellTapes {  ///< all [T, H]; the weights W [G H, 1], U [G H, H], b_ih and b_hh [G H], gates as in kernels/cell.h
  struct {
    Tensor<double> h;
    ops::CellWeights<double> weights;
  } rnn;
  struct {
    Tensor<double> i, f, g, o, c, h;
    ops::CellWeights<double> weights;
  } lstm;
  struct {
    Tensor<double> r, z, n, h;
    ops::CellWeights<double> weights;  ///< for z as given here, in either convention
  } gru;
};

/// Errors: ValueError for no inputs, a size below 1, or a counter of more than one unit.
CellTapes run_cells(Context& context, const CellTapesOptions& options);

/// Parameters of one layer of RNN, LSTM, GRU with both biases, counted on the layers themselves.
std::array<Index, 3> count_parameters(Index input_size, Index hidden_size);

}  // namespace recurra
