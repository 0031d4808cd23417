// SPDX-License-Identifier: Apache-2.0
// One recurrent layer, one direction, over a whole sequence in one call: the unit of fusion of this engine.
// All cells share one driver; stacking and both directions are in nn/recurrent. One input GEMM serves all time steps;
// each step has one recurrent GEMM fused with the gate arithmetic; dW and dU are one GEMM each at the end.
// Example:
//
//   using recurra::ops::recurrent_forward, recurra::ops::recurrent_backward;
//   auto out = recurrent_forward<float>(context, Cell::lstm, Direction::forward, packing, x, {}, weights, true);
//   auto gradients = recurrent_backward<float>(context, *out.saved, dy, {dh_T, dc_T});
#pragma once

#include <memory>

#include "recurra/base/context.h"
#include "recurra/kernels/cell.h"
#include "recurra/kernels/precision.h"
#include "recurra/ops/packing.h"
#include "recurra/ops/recurrent_noise.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Shapes: W [G*H, D], U [G*H, R], b_ih, b_hh [G*H] (both undefined: no bias), peephole [3, H] and norm [kNormRows, H]
/// if the cell has them, projection [R, H] if there is one, else undefined and R = H. Gate order as in
/// kernels/cell.h.
template <class T>
using CellWeights = CellParts<Tensor<T>>;

/// Shapes: [B, H] (h: [B, R]) in the caller's row order for each state of the cell; undefined means zeros.
template <class T>
using CellState = CellStates<Tensor<T>>;

/// What the backward pass needs; opaque outside ops/.
template <class T>
struct RecurrentSaved;

/// The weights of a cell in the layout of the kernels; see ops/packed_cell.h.
template <class T>
class PackedCell;

/// Packs when the result is first used. The weights must not change while it lives. `precision` applies to the products
/// of both passes; double is never rounded.
/// Errors: ShapeError if an extent disagrees.
template <class T>
std::shared_ptr<PackedCell<T>> pack_cell(Cell cell, const CellWeights<T>& weights,
                                         Precision precision = Precision::f32);

template <class T>
struct RecurrentForward {
  Tensor<T> y;                                     ///< packed [N, H]: h_t of each active row
  CellState<T> last;                               ///< state at step len-1 (forward) or 0 (reverse); h0 where len is 0
  std::shared_ptr<const RecurrentSaved<T>> saved;  ///< null unless `save`
};

template <class T>
struct RecurrentGradients {
  Tensor<T> dx;  ///< packed [N, D]
  CellState<T> initial;
  CellWeights<T> weights;
};

/// Formula (LSTM): a = W x_t + b_ih + U h_prev + b_hh;  i,f,o = sigmoid(a_i,a_f,a_o), g = tanh(a_g);
///                 c_t = f c_prev + i g;  h_t = o tanh(c_t)
/// Formula (GRU):  r,z = sigmoid(W x_t + b_ih + U h_prev + b_hh);  n = tanh(W_n x_t + b_in + r (U_n h_prev + b_hn));
///                 h_t = z h_prev + (1 - z) n
/// Formula (GRU, reset before): n = tanh(W_n x_t + b_in + U_n (r h_prev) + b_hn), else the same
/// Formula (LSTM with peepholes): a_i, a_f += p_i, p_f c_prev and a_o += p_o c_t, else the same
/// Formula (RNN):  h_t = phi(W x_t + b_ih + U h_prev + b_hh), phi = tanh, relu or identity
/// Formula (LSTM with layer normalisation): a = LN(W x_t; g_x) + LN(U h_prev; g_h) + b over all 4 H sums, and
///                 h_t = o tanh(LN(c_t; g_c) + b_c), else as the LSTM; LN(v; g) = g (v - mean) / sqrt(variance + 1e-5)
/// Formula (projection): h_t = W_hr m_t, where m_t is the cell's output without projection; y is [N, R]
/// Noise: as ops/recurrent_noise.h. A form may replace these activations and clip the sums before them.
/// Shapes: x packed [N, D]. Errors: ShapeError if an extent disagrees.
/// Cost: 2 N G H (D + H) FLOP; with `save` keeps about N (G + 2) H elements, else nothing.
template <class T>
RecurrentForward<T> recurrent_forward(Context& context, const CellForm& form, Direction direction,
                                      const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
                                      const CellWeights<T>& weights, bool save, const RecurrentNoise<T>& noise = {});

/// The same with weights packed once for many calls.
template <class T>
RecurrentForward<T> recurrent_forward(Context& context, const CellForm& form, Direction direction,
                                      const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
                                      std::shared_ptr<PackedCell<T>> weights, bool save,
                                      const RecurrentNoise<T>& noise = {});

enum class Keep { no, yes };

/// What a backward pass computes besides the gradients of the initial state. Skipping one saves about a third of the
/// products and leaves it undefined: dx of a net's data; dW, dU and db of frozen weights.
struct Wanted {
  bool dx = true, weights = true;
};

/// Shapes: dy packed [N, H] or undefined (zeros); dlast as CellState, undefined parts are zeros.
/// Cost: about twice the forward's.
/// Keep::no overwrites `saved`, which the caller must not use afterwards; this saves N G H elements of memory.
template <class T>
RecurrentGradients<T> recurrent_backward(Context& context, const RecurrentSaved<T>& saved, const Tensor<T>& dy,
                                         const CellState<T>& dlast, Wanted wanted = {}, Keep keep = Keep::yes);

/// Post-activation gates [N, G, H] of a saved forward pass, for traces and teaching figures (GRU: r, z, n).
template <class T>
Tensor<T> saved_gates(const RecurrentSaved<T>& saved);

}  // namespace recurra::ops
