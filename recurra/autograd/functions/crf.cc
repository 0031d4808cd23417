// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/crf.h"

namespace recurra {

template <class T>
Variable<T> crf_loss(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& emissions,
                     const Tensor<std::int64_t>& labels, const CrfVariables<T>& crf) {
  Context& context = tape.context();
  auto saved = ops::crf_forward(context, packing, emissions.value(), labels, crf.values());
  auto backward = [&context, packing, saved, emissions, labels, crf](const auto& dloss) {
    const auto grad =
        ops::crf_backward(context, packing, saved, emissions.value(), labels, crf.values(), dloss[0].item());
    return std::vector<Tensor<T>>{grad.demissions, grad.dweights.transitions, grad.dweights.start, grad.dweights.end};
  };
  return tape.record({emissions, crf.transitions, crf.start, crf.end}, {saved.loss}, backward)[0];
}

template Variable<float> crf_loss(Tape<float>&, const ops::Packing&, const Variable<float>&,
                                  const Tensor<std::int64_t>&, const CrfVariables<float>&);
template Variable<double> crf_loss(Tape<double>&, const ops::Packing&, const Variable<double>&,
                                   const Tensor<std::int64_t>&, const CrfVariables<double>&);

}  // namespace recurra
