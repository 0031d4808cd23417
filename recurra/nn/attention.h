// SPDX-License-Identifier: Apache-2.0
// Learnt attention: projections around the op. The memory is prepared once and then read by any number of queries, all
// steps at once or step by step. Example:
//
//   recurra::Attention<float> attention({recurra::ops::AttentionScore::dot, /*query=*/8, /*memory=*/4, /*width=*/8});
//   recurra::Tape<float> tape(context);
//   const auto packed = recurra::ops::Packing::full(5, 3);
//   const auto memory = attention.prepare(tape, recurra::Variable<float>(x.reshape({15, 4})), packed);
//   auto out = attention.forward(tape, recurra::Variable<float>(recurra::Tensor<float>({3, 8})),
//                                recurra::ops::Packing::full(1, 3), memory);                       // context [3, 4]
#pragma once

#include <optional>
#include <vector>

#include "recurra/autograd/functions/attention.h"
#include "recurra/nn/linear.h"

namespace recurra {

struct AttentionOptions {
  ops::AttentionScore score = ops::AttentionScore::dot;
  Index query_size = 0, memory_size = 0;
  Index width = 0;  ///< additive: of the tanh layer; dot: unused, keys have the size of the queries
};

/// Encoder outputs, ready to be read. Shapes: packed keys [N, A], values [N, D].
template <class T>
struct AttentionMemory {
  Variable<T> keys, values;
  ops::Packing packing;
};

template <class T>
class Attention : public Module<T> {
 public:
  /// Errors: ValueError unless all sizes in use are positive.
  explicit Attention(const AttentionOptions& options);

  /// Shapes: values packed [N, memory_size].
  AttentionMemory<T> prepare(Tape<T>& tape, const Variable<T>& values, const ops::Packing& packing) const;
  /// Shapes: queries packed [Nq, query_size]. memory_row: see ops::AttentionLayout.
  /// Formula (dot): s_ij = q_i . (W m_j), Luong's "general" score. (additive): s_ij = v . tanh(U q_i + W m_j + b).
  AttentionOutput<T> forward(Tape<T>& tape, const Variable<T>& queries, const ops::Packing& packing,
                             const AttentionMemory<T>& memory, const std::vector<Index>& memory_row = {}) const;
  /// key.weight; additive: also key.bias, query.weight and v.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  AttentionOptions options_;
  Linear<T> key_;
  std::optional<Linear<T>> query_;
  Variable<T> v_;
};

}  // namespace recurra
