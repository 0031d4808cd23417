// SPDX-License-Identifier: Apache-2.0
// The recurrent cells written in small tape ops, one step at a time: the readable definition, against which the fused
// layer is tested. Slow by design; for training use autograd/functions/recurrent. Example:
//
//   recurra::Tape<double> tape(context);
//   auto var = [](recurra::Shape shape) { return recurra::Variable<double>(recurra::Tensor<double>(shape), true); };
//   recurra::CellVariables<double> lstm{var({8, 4}), var({8, 2}), var({8}), var({8})};
//   auto next = recurra::composed_step(tape, Cell::lstm, var({3, 4}), {var({3, 2}), var({3, 2})}, lstm);
#pragma once

#include "recurra/autograd/functions/recurrent.h"

namespace recurra {

/// One step of B rows. Shapes: x [B,D], each state of the cell [B,H] (h of a projection [B,R]), all defined.
/// Formula (RNN):  h' = phi(W x + b_ih + U h + b_hh)
/// Formula (LSTM): i,f,g,o = sigmoid, sigmoid, tanh, sigmoid of W x + b_ih + U h + b_hh;  c' = f c + i g;
///                 h' = o tanh(c')
/// Formula (GRU):  r,z = sigmoid(W x + b_ih + U h + b_hh);  h' = z h + (1 - z) n  with
///   reset after:  n = tanh(W_n x + b_in + r (U_n h + b_hn));  before: n = tanh(W_n x + b_in + U_n (r h) + b_hn)
/// Formula (minGRU):  a = W x + b_ih;  z = sigmoid(a_z);  h' = (1 - z) h + z n  with n = a_n, or for the log-space form
///                    n = a_n + 1/2 where a_n >= 0, else sigmoid(a_n)
/// Formula (minLSTM): a = W x + b_ih;  f,i = sigmoid(a_f, a_i);  h' = (f h + i n) / (f + i), n as above
/// Formula (sLSTM):   a = W x + b_ih + U h;  m' = max(a_i, log sigmoid(a_f) + m), or a_i where n is 0;
///                    i = exp(a_i - m'), f = exp(min(log sigmoid(a_f) + m - m', 0));
///                    c' = f c + i tanh(a_z);  n' = f n + i;  h' = sigmoid(a_o) c' / n'
/// Formula (peepholes): a_i, a_f += p_i, p_f c and a_o += p_o c', in the LSTM
/// Formula (layer normalisation): a = LN(W x) + LN(U h) + b_ih;  h' = o tanh(LN(c')), in the LSTM
/// Formula (projection): h' = W_hr of the above
/// A form may replace these activations and clip the sums before them. product_h, if defined, replaces h in products
/// with U.
template <class T>
StateVariables<T> composed_step(Tape<T>& tape, const CellForm& form, const Variable<T>& x,
                                const StateVariables<T>& state, const CellVariables<T>& weights,
                                const Variable<T>& product_h = {});

/// A whole packed sequence, as `recurrent`; `saved` of the result is null.
template <class T>
RecurrentVariables<T> composed_recurrent(Tape<T>& tape, const CellForm& form, Direction direction,
                                         const ops::Packing& packing, const Variable<T>& x,
                                         const StateVariables<T>& initial, const CellVariables<T>& weights,
                                         const ops::RecurrentNoise<T>& noise = {});

}  // namespace recurra
