// SPDX-License-Identifier: Apache-2.0
// The gradients of a recurrent layer's weights after its reverse sweep: dW = da^T x and dU = da^T h_prev, each one
// product over all rows and steps, and the sums for the biases. Only ops/ needs it. Example:
//
//   // recurra::ops::WeightGradients<float, float> weights(context, saved, da, da_new);
//   // team.run([&](int thread, int threads) { weights.pack_inputs(thread, threads); team.barrier();
//   //                                         weights.run(thread, threads); });
#pragma once

#include <vector>

#include "recurra/ops/recurrent_saved.h"

namespace recurra::ops {

/// Further gradients of a backward sweep with layer normalisation, where da is the gradient of W x; else undefined.
template <class T>
struct NormGradients {
  Tensor<T> recurrent;  ///< [N, stride]: of U h_prev
  Tensor<T> sums;       ///< [N, stride]: of the gates' sums
  Tensor<T> normed;     ///< [N, H]: of c normalised, with its gain and bias
};

/// Each thread owns whole gate columns, so every output is one chain over all N rows in their order.
/// E: the element of the products' operands.
template <class T, class E>
class WeightGradients {
 public:
  /// Shapes: da [N, stride]; da_new [N, H], the GRU's gradient of U_n h_prev + b_hn, elsewhere undefined. Both may be
  /// filled later, before run.
  /// dh [N, gate_stride(R)]: the whole gradient of h if there is a projection, else undefined.
  WeightGradients(Context& context, const RecurrentSaved<T>& saved, const Tensor<T>& da, const Tensor<T>& da_new,
                  const Tensor<T>& dh, const NormGradients<T>& norm);

  /// Packs a thread's share of x and h_prev in panels.
  void pack_inputs(int thread, int threads) const;
  /// Computes a thread's share of the products; all inputs must be packed.
  void run(int thread, int threads) const;
  const CellWeights<T>& result() const { return result_; }

 private:
  void find_rows();
  void products(const GateSection& section, Share vectors, const E* lines, Index first_row, Index rows,
                const kernels::PanelPlan& plan, const Tensor<T>& packed, const Tensor<T>& out) const;
  /// Packs da, or another gradient in its columns, and adds to the sums of the columns.
  void pack_lines(const GateSection& section, Share vectors, Index first_row, Index rows, const Tensor<T>& da,
                  const Tensor<T>& sums, E* lines) const;
  void replace_new_gate(Share vectors, Index first_row, Index rows, E* lines) const;
  void bias(const GateSection& section, Share vectors, const Tensor<T>& new_gate_sums, const Tensor<T>& out) const;
  /// A projection's dW_hr = dh^T m.
  void projection(int thread, int threads, E* lines) const;
  /// dP_i = sum of da_i c_prev, dP_f of da_f c_prev, dP_o of da_o c, for this thread's units.
  void peepholes(int thread, int threads) const;
  /// The gradients of the gains and biases of a layer normalisation, for this thread's units.
  void norms(int thread, int threads) const;
  /// Calls fn(vector, first row of the weight, rows) for the columns of one vector: consecutive units of one gate.
  template <class Fn>
  void for_each_vector(const GateSection& section, Share vectors, Fn fn) const;

  const RecurrentSaved<T>& s_;
  Tensor<T> da_, da_new_, dh_;
  NormGradients<T> norm_;
  /// Pointers to x, h_prev, r h_prev, c_prev and the input of a projection, for each packed row.
  std::vector<const T*> x_rows_, h_rows_, reset_rows_, c_rows_, made_rows_;
  Tensor<T> made_panels_, dh_sums_;               ///< only for a projection: memory for E, and unused sums
  Tensor<T> x_panels_, h_panels_, reset_panels_;  ///< memory for E; the last only for late gates
  Tensor<T> lines_;                               ///< memory for E, scratch of each thread
  Tensor<T> sums_, new_sums_;                     ///< of da and of da_new (norm_.recurrent), one per column
  CellWeights<T> result_;
};

}  // namespace recurra::ops
