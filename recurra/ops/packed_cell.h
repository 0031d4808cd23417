// SPDX-License-Identifier: Apache-2.0
// A cell's weights in the layouts that the products read, made at the first use of each and kept: a layer that is
// called step by step under one tape packs once. The weights must not change while it lives. Only ops/ and autograd/
// need it. Example:
//
//   using Weights = recurra::ops::CellWeights<float>;
//   recurra::ops::PackedCell<float> packed(Cell::rnn_tanh, Weights{recurra::Tensor<float>({8, 4}),
//                                                                  recurra::Tensor<float>({8, 8}), {}, {}});
//   packed.prepare_forward(team);
#pragma once

#include <vector>

#include "recurra/kernels/gemm.h"
#include "recurra/ops/recurrent.h"

namespace recurra::ops {

template <class T>
class PackedCell {
 public:
  PackedCell(Cell cell, const CellWeights<T>& weights);

  const CellWeights<T>& weights() const { return weights_; }
  const kernels::PanelPlan& gates() const { return gates_; }  ///< columns of x W^T and h U^T
  const kernels::PanelPlan& state() const { return state_; }  ///< columns of da U
  const kernels::PanelPlan& input() const { return input_; }  ///< columns of da W

  /// Called by one thread before a team works with what it names; cheap when that is there already.
  void prepare_forward(ThreadTeam& team);
  void prepare_backward(ThreadTeam& team, bool want_dx);
  /// Inside the team's work: packs this thread's share. The threads must meet before the panels are read.
  void pack_forward(int thread, int threads) const;
  void pack_backward(int thread, int threads) const;

  kernels::Panels<T> W() const { return kernels::packed_panels<T>(gates_, weights_.W.dim(1), W_.data()); }
  kernels::Panels<T> U() const { return kernels::packed_panels<T>(gates_, weights_.U.dim(1), U_.data()); }
  kernels::Panels<T> W_rows() const { return kernels::packed_panels<T>(input_, gates_.columns(), W_rows_.data()); }
  kernels::Panels<T> U_rows() const { return kernels::packed_panels<T>(state_, gates_.columns(), U_rows_.data()); }

  /// Rows of biases in the gates' columns. The GRU's b_hn acts inside r (U_n h + b_hn), so its recurrent biases stay
  /// with the recurrent product; elsewhere both are added to the input's.
  const T* input_bias() const { return input_bias_.data(); }
  const T* recurrent_bias() const { return recurrent_bias_.data(); }

 private:
  CellWeights<T> weights_;
  kernels::PanelPlan gates_, state_, input_;
  Tensor<T> W_, U_, W_rows_, U_rows_;
  bool W_due_ = false, W_rows_due_ = false, U_rows_due_ = false;  ///< to be packed by the coming work
  std::vector<T> input_bias_, recurrent_bias_;
};

}  // namespace recurra::ops
