// SPDX-License-Identifier: Apache-2.0
// Attention of a batch of packed query sequences over a batch of packed memory sequences, all steps in one call. Each
// query step reads only the valid steps of its own memory: its weights there sum to 1, and are exactly 0 on padding.
// A memory of length 0 reads as zeros. Projections are separate linear layers. Example:
//
//   const auto packed = recurra::ops::Packing::full(5, 3);
//   const recurra::ops::AttentionLayout layout{packed, packed};
//   const auto keys = x.reshape({15, 4});
//   auto out = recurra::ops::attention_forward<float>(context, recurra::ops::AttentionScore::dot, layout,
//                                                     {keys, keys, keys, {}});
#pragma once

#include <vector>

#include "recurra/base/context.h"
#include "recurra/ops/packing.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// dot: s_ij = q_i . k_j (Luong, Pham, Manning 2015). additive: s_ij = v . tanh(q_i + k_j) (Bahdanau, Cho, Bengio
/// 2015).
enum class AttentionScore { dot, additive };

/// The batches of queries and memories, and which query reads which memory.
struct AttentionLayout {
  Packing queries, memory;
  /// [queries.batch()]: the caller's row of the memory that each caller's row of queries reads; empty: the same row.
  std::vector<Index> memory_row = {};
};

/// Shapes: q [Nq, A], keys [Nk, A], values [Nk, D], packed; v [A], undefined for dot.
template <class T>
struct AttentionInputs {
  Tensor<T> q, keys, values, v;
};

template <class T>
struct AttentionForward {
  Tensor<T> context;  ///< packed [Nq, D]
  Tensor<T> weights;  ///< packed [Nq, S], S = memory.steps()
};

/// Formula: p_i = softmax over the valid j of s_ij;  context_i = sum_j p_ij values_j.
/// Errors: ShapeError if an extent disagrees; ValueError if memory_row has another size or an invalid row.
/// Cost: 2 sum_b T_b S_b (A + D) FLOP; additive also T_b S_b A tanh.
template <class T>
AttentionForward<T> attention_forward(Context& context, AttentionScore score, const AttentionLayout& layout,
                                      const AttentionInputs<T>& in);

/// Shapes: dcontext packed [Nq, D]; returns the gradient of each input.
template <class T>
AttentionInputs<T> attention_backward(Context& context, AttentionScore score, const AttentionLayout& layout,
                                      const AttentionInputs<T>& in, const Tensor<T>& weights,
                                      const Tensor<T>& dcontext);

}  // namespace recurra::ops
