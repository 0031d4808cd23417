// SPDX-License-Identifier: Apache-2.0
// A cell's weights in the layouts of the products, each packed at first use and kept: a layer that is called step by
// step under one tape packs once for forward; the backward packing then replaces it.
// The weights must not change while it lives. Only ops/ and autograd/ need it. Example:
//
//   recurra::ops::CellWeights<float> of_rnn{recurra::Tensor<float>({8, 4}), recurra::Tensor<float>({8, 8}), {}, {}};
//   const auto packed = recurra::ops::pack_cell(Cell::rnn_tanh, of_rnn);
//   packed->prepare_forward(context);
#pragma once

#include <vector>

#include "recurra/kernels/pack.h"
#include "recurra/ops/recurrent.h"

namespace recurra::ops {

/// Gates whose columns are laid out together because their recurrent products share a left side. A cell has one
/// section, followed by a second one for late gates if it has any.
struct GateSection {
  kernels::PanelPlan plan;  ///< columns of x W^T and h U^T
  int first_gate;
  Index column;  ///< first column in a row of gates
};

template <class T>
class PackedCell {
 public:
  PackedCell(Cell cell, const CellWeights<T>& weights, Precision precision);

  Cell cell() const { return cell_; }
  const CellWeights<T>& weights() const { return weights_; }
  Precision precision() const { return precision_; }
  const std::vector<GateSection>& sections() const { return sections_; }
  /// Columns of a row of gates: all sections in sequence.
  Index columns() const { return sections_.back().column + sections_.back().plan.columns(); }
  Index column(int gate, Index unit) const;
  /// Number of blocks on the diagonal of U, or 1: U is [G*H, H / heads], and a unit reads only the units of its head.
  Index heads() const { return heads_; }
  /// The units [begin, end) that those of [first, last) read: whole heads; begin is even, as pairs require.
  Share seen(Index first, Index last) const {
    const Index H = state_.units, width = H / heads_;
    if (heads_ == 1) return {0, H};
    return {first / width * width / 2 * 2, std::min((last + width - 1) / width * width, H)};
  }
  const kernels::PanelPlan& state() const { return state_; }  ///< columns of da U: R, or H without a projection
  const kernels::PanelPlan& units() const { return units_; }  ///< columns of dh W_hr: H
  const kernels::PanelPlan& input() const { return input_; }  ///< columns of da W

  /// One thread calls these before a team uses the packed weights of that pass; cheap if they exist already.
  void prepare_forward(Context& context);
  void prepare_backward(Context& context, bool want_dx);
  /// Within the team's work: packs this thread's share. A barrier must follow before the panels are read.
  void pack_forward(int thread, int threads) const;
  void pack_backward(int thread, int threads) const;

  /// E is T, or Bf16Pair for Precision::bf16.
  template <class E>
  kernels::Panels<E> W(std::size_t section) const {
    return panels<E>(sections_[section].plan, weights_.W.dim(1), W_, packed_before(section, weights_.W.dim(1)));
  }
  template <class E>
  kernels::Panels<E> U(std::size_t section) const {
    return panels<E>(sections_[section].plan, state_.units, U_, packed_before(section, state_.units));
  }
  template <class E>
  kernels::Panels<E> W_rows() const {
    return panels<E>(input_, columns(), W_rows_, 0);
  }
  template <class E>
  kernels::Panels<E> U_rows(std::size_t section) const {
    return panels<E>(state_, sections_[section].plan.columns(), U_rows_, rows_before(section));
  }
  /// The panels of a projection: for h = m W_hr^T, and for dm = dh W_hr.
  template <class E>
  kernels::Panels<E> projection() const {
    return panels<E>(state_, units_.units, projection_, 0);
  }
  template <class E>
  kernels::Panels<E> projection_rows() const {
    return panels<E>(units_, state_.units, projection_rows_, 0);
  }

  /// Rows of biases in the gates' columns. b_hh stays with a separate recurrent sum, such as the GRU's, whose b_hn is
  /// inside r (U_n h + b_hn); otherwise both biases are added to the input's sums.
  const T* input_bias() const { return input_bias_.data(); }
  const T* recurrent_bias() const { return recurrent_bias_.data(); }
  /// The parameters of a layer normalisation, kNormParameters rows of H elements, including the cell's bias.
  const T* norms() const { return norms_.data(); }

 private:
  template <class E>
  static kernels::Panels<E> panels(const kernels::PanelPlan& plan, Index K, const Tensor<T>& packed, Index begin) {
    return kernels::packed_panels<E>(plan, kernels::depth<E>(K), reinterpret_cast<const E*>(packed.data()) + begin);
  }
  template <class E>
  void pack_forward_as(int thread, int threads) const;
  template <class E>
  void pack_backward_as(int thread, int threads) const;
  /// Packed elements before a section: of a weight with K columns in the order of the gates, and of U by rows.
  Index packed_before(std::size_t section, Index K) const;
  Index rows_before(std::size_t section) const;
  Index depth(Index K) const { return precision_ == Precision::bf16 ? kernels::depth<kernels::Bf16Pair>(K) : K; }

  Cell cell_;
  CellWeights<T> weights_;
  Precision precision_;
  std::vector<GateSection> sections_;
  kernels::PanelPlan state_, units_, input_;
  Tensor<T> projection_, projection_rows_;  ///< memory for E
  Index heads_;
  Tensor<T> square_U_;                                            ///< U with zeros outside the heads
  Tensor<T> W_, U_, W_rows_, U_rows_;                             ///< memory for E, which is as large as T
  bool W_due_ = false, W_rows_due_ = false, U_rows_due_ = false;  ///< to be packed by the next team work
  std::vector<T> input_bias_, recurrent_bias_, norms_;
};

}  // namespace recurra::ops
