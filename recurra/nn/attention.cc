// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/attention.h"

#include <cmath>

namespace recurra {
namespace {

bool additive(const AttentionOptions& options) {
  return options.score == ops::AttentionScore::additive;
}

}  // namespace

template <class T>
Attention<T>::Attention(const AttentionOptions& options)
    : options_(options),
      key_(options.memory_size, additive(options) ? options.width : options.query_size, additive(options)) {
  if (!additive(options)) return;
  query_.emplace(options.query_size, options.width, false);
  v_ = Variable<T>(Tensor<T>({options.width}), true);
}

template <class T>
AttentionMemory<T> Attention<T>::prepare(Tape<T>& tape, const Variable<T>& values, const ops::Packing& packing) const {
  return {key_.forward(tape, values), values, packing};
}

template <class T>
AttentionOutput<T> Attention<T>::forward(Tape<T>& tape, const Variable<T>& queries, const ops::Packing& packing,
                                         const AttentionMemory<T>& memory, const std::vector<Index>& memory_row) const {
  const Variable<T> q = query_ ? query_->forward(tape, queries) : queries;
  return attention<T>(tape, options_.score, {packing, memory.packing, memory_row}, {q, memory.keys, memory.values, v_});
}

template <class T>
void Attention<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  key_.collect(prefix + "key.", out);
  if (!query_) return;
  query_->collect(prefix + "query.", out);
  const double bound = 1 / std::sqrt(static_cast<double>(options_.width));
  out.push_back({prefix + "v", v_, {ParameterKind::weight, bound}});
}

template class Attention<float>;
template class Attention<double>;

}  // namespace recurra
