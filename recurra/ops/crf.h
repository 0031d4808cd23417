// SPDX-License-Identifier: Apache-2.0
// A linear-chain conditional random field over packed sequences: the score of a label sequence is the sum of the
// emissions of its labels, of the transitions between neighbours, and of the scores of the first and last label.
// Probabilities by the forward algorithm, the best label sequence by Viterbi's. Example:
//
//   recurra::ops::CrfWeights<float> crf{recurra::Tensor<float>({2, 2}), recurra::Tensor<float>({2}),
//                                       recurra::Tensor<float>({2})};
//   auto pairs = recurra::ops::Packing::full(5, 3);
//   auto best = recurra::ops::crf_decode(context, pairs, recurra::Tensor<float>({15, 2}), crf);       // [15]
#pragma once

#include <cstdint>

#include "recurra/base/context.h"
#include "recurra/ops/packing.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

template <class T>
struct CrfWeights {
  Tensor<T> transitions;  ///< [K, K], from the row's label to the column's
  Tensor<T> start, end;   ///< [K], for the first and the last label
};

template <class T>
struct CrfForward {
  Tensor<T> loss;                ///< [1]
  Tensor<double> log_partition;  ///< [B] in the caller's row order; 0 for an empty sequence
  Tensor<double> alpha;          ///< [N, K] p(label | this and earlier steps)
  Tensor<double> norm;           ///< [N] divisor of each row of alpha
};

/// Minus the log-likelihood of the labels, summed over the sequences and divided by the number of steps N (0 if none).
/// Shapes: emissions packed [N, K], labels packed [N].
/// Formula: score = start[k_0] + sum_t emissions[t, k_t] + sum_t transitions[k_{t-1}, k_t] + end[k_last];
/// loss = (log sum over all label sequences of exp(score) - score of the labels) / N. In double, scaled at each step.
/// Source: Lafferty, McCallum, Pereira 2001; scaling: Rabiner 1989.
/// Scores of neighbours may differ by up to 700; beyond that a path counts as impossible and the loss may be infinite.
/// Errors: ShapeError; ValueError if a label is outside [0, K). Cost: N K^2.
template <class T>
CrfForward<T> crf_forward(Context& context, const Packing& packing, const Tensor<T>& emissions,
                          const Tensor<std::int64_t>& labels, const CrfWeights<T>& weights);

template <class T>
struct CrfGradients {
  Tensor<T> demissions;  ///< [N, K]
  CrfWeights<T> dweights;
};

/// Formula: for each weight, its expected count minus its count in the labels, times dloss / N.
/// Cost: that of forward, twice.
template <class T>
CrfGradients<T> crf_backward(Context& context, const Packing& packing, const CrfForward<T>& saved,
                             const Tensor<T>& emissions, const Tensor<std::int64_t>& labels,
                             const CrfWeights<T>& weights, T dloss);

/// The label sequence with the highest score, packed [N]; ties go to the lower label. Source: Viterbi 1967.
template <class T>
Tensor<std::int64_t> crf_decode(Context& context, const Packing& packing, const Tensor<T>& emissions,
                                const CrfWeights<T>& weights);

}  // namespace recurra::ops
