// SPDX-License-Identifier: Apache-2.0
// Attention of packed queries over packed memory sequences as one tape node (see ops/attention.h). Example:
//
//   recurra::Tape<float> tape(context);
//   const auto packed = recurra::ops::Packing::full(5, 3);
//   recurra::Variable<float> memory(x.reshape({15, 4}), true);
//   auto out = recurra::attention<float>(tape, recurra::ops::AttentionScore::dot, {packed, packed},
//                                        {memory, memory, memory, {}});
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/attention.h"

namespace recurra {

/// Shapes: q [Nq, A], keys [Nk, A], values [Nk, D], packed; v [A], undefined for dot.
template <class T>
struct AttentionVariables {
  Variable<T> q, keys, values, v;
};

template <class T>
struct AttentionOutput {
  Variable<T> context;  ///< packed [Nq, D]
  Tensor<T> weights;    ///< packed [Nq, S]; for inspection: no gradient flows through it
};

/// Formula and errors as ops::attention_forward.
template <class T>
AttentionOutput<T> attention(Tape<T>& tape, ops::AttentionScore score, const ops::AttentionLayout& layout,
                             const AttentionVariables<T>& in);

}  // namespace recurra
