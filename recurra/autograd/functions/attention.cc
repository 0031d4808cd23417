// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/attention.h"

namespace recurra {

template <class T>
AttentionOutput<T> attention(Tape<T>& tape, ops::AttentionScore score, const ops::AttentionLayout& layout,
                             const AttentionVariables<T>& in) {
  Context& context = tape.context();
  const ops::AttentionInputs<T> values{in.q.value(), in.keys.value(), in.values.value(), in.v.value_or_none()};
  const auto out = ops::attention_forward(context, score, layout, values);
  auto backward = [&context, score, layout, values, weights = out.weights](const auto& dy) {
    const auto d = ops::attention_backward(context, score, layout, values, weights, dy[0]);
    return std::vector<Tensor<T>>{d.q, d.keys, d.values, d.v};
  };
  return {tape.record({in.q, in.keys, in.values, in.v}, {out.context}, backward)[0], out.weights};
}

template AttentionOutput<float> attention(Tape<float>&, ops::AttentionScore, const ops::AttentionLayout&,
                                          const AttentionVariables<float>&);
template AttentionOutput<double> attention(Tape<double>&, ops::AttentionScore, const ops::AttentionLayout&,
                                           const AttentionVariables<double>&);

}  // namespace recurra
