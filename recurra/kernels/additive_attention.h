// SPDX-License-Identifier: Apache-2.0
// The scores of additive attention and their backward pass. The tanh is not saved: backward recomputes it, which costs
// less than storing [queries, keys, width] elements. Example:
//
//   const float q[4] = {}, k[8] = {}, v[4] = {1, 1, 1, 1};
//   float scores[2];
//   recurra::kernels::additive_scores<float>({.queries = 1, .keys = 2, .width = 4, .q = q, .k = k, .v = v}, scores);
#pragma once

#include <cstdint>

namespace recurra::kernels {

template <class T>
struct AdditiveScores {
  std::int64_t queries = 0, keys = 0, width = 0;
  const T* q = nullptr;  ///< [queries, width]
  const T* k = nullptr;  ///< [keys, width]
  const T* v = nullptr;  ///< [width]
};

/// Formula: scores[i, j] = sum_a v_a tanh(q_ia + k_ja). Source: Bahdanau, Cho, Bengio 2015.
template <class T>
void additive_scores(const AdditiveScores<T>& in, T* scores) noexcept;

/// Adds the gradients for dscores [queries, keys] to dq [queries, width], dk [keys, width] and dv [width].
template <class T>
void additive_scores_backward(const AdditiveScores<T>& in, const T* dscores, T* dq, T* dk, T* dv) noexcept;

}  // namespace recurra::kernels
