// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/losses.h"

namespace recurra {

template <class T>
Variable<T> element_loss(Tape<T>& tape, const ops::ElementLoss& loss, const Variable<T>& prediction,
                         const Tensor<T>& target, const Tensor<T>& weights) {
  Context& context = tape.context();
  auto backward = [&context, loss, prediction = prediction.value(), target, weights](const auto& dy) {
    return std::vector<Tensor<T>>{ops::element_loss_backward(context, loss, prediction, target, weights, dy[0].item())};
  };
  return tape.record({prediction}, {ops::element_loss_forward(context, loss, prediction.value(), target, weights)},
                     backward)[0];
}

template <class T>
Variable<T> cross_entropy_loss(Tape<T>& tape, const Variable<T>& logits, const Tensor<std::int64_t>& labels,
                               const Tensor<T>& weights) {
  Context& context = tape.context();
  auto saved = ops::cross_entropy_forward(context, logits.value(), labels, weights);
  auto backward = [&context, saved, labels, weights](const auto& dy) {
    return std::vector<Tensor<T>>{ops::cross_entropy_backward(context, saved, labels, weights, dy[0].item())};
  };
  return tape.record({logits}, {saved.loss}, backward)[0];
}

template Variable<float> element_loss(Tape<float>&, const ops::ElementLoss&, const Variable<float>&,
                                      const Tensor<float>&, const Tensor<float>&);
template Variable<float> cross_entropy_loss(Tape<float>&, const Variable<float>&, const Tensor<std::int64_t>&,
                                            const Tensor<float>&);
template Variable<double> element_loss(Tape<double>&, const ops::ElementLoss&, const Variable<double>&,
                                       const Tensor<double>&, const Tensor<double>&);
template Variable<double> cross_entropy_loss(Tape<double>&, const Variable<double>&, const Tensor<std::int64_t>&,
                                             const Tensor<double>&);

}  // namespace recurra
