// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/likelihood.h"

#include "recurra/ops/quantiles.h"

namespace recurra {

template <class T>
Variable<T> likelihood_loss(Tape<T>& tape, const ops::Family& family, const Variable<T>& raw, const Tensor<T>& target,
                            const Tensor<T>& weights, const Tensor<T>& factors) {
  Context& context = tape.context();
  auto backward = [&context, family, raw = raw.value(), target, weights, factors](const auto& dy) {
    return std::vector<Tensor<T>>{
        ops::likelihood_backward(context, family, raw, target, weights, factors, dy[0].item())};
  };
  return tape.record({raw}, {ops::likelihood_forward(context, family, raw.value(), target, weights, factors)},
                     backward)[0];
}

template <class T>
Variable<T> ordered_quantiles(Tape<T>& tape, const std::vector<double>& levels, const Variable<T>& raw) {
  Context& context = tape.context();
  auto backward = [&context, levels, raw = raw.value()](const auto& dy) {
    return std::vector<Tensor<T>>{ops::ordered_quantiles_backward<T>(context, levels, raw, dy[0])};
  };
  return tape.record({raw}, {ops::ordered_quantiles_forward<T>(context, levels, raw.value())}, backward)[0];
}

template <class T>
Variable<T> pinball_loss(Tape<T>& tape, const std::vector<double>& levels, const Variable<T>& quantiles,
                         const Tensor<T>& target, const Tensor<T>& weights, const std::vector<double>& shares) {
  Context& context = tape.context();
  auto backward = [&context, levels, quantiles = quantiles.value(), target, weights, shares](const auto& dy) {
    return std::vector<Tensor<T>>{
        ops::pinball_backward<T>(context, levels, quantiles, target, weights, dy[0].item(), shares)};
  };
  return tape.record(
      {quantiles}, {ops::pinball_forward<T>(context, levels, quantiles.value(), target, weights, shares)}, backward)[0];
}

#define RECURRA_INSTANTIATE(T)                                                                                  \
  template Variable<T> likelihood_loss(Tape<T>&, const ops::Family&, const Variable<T>&, const Tensor<T>&,      \
                                       const Tensor<T>&, const Tensor<T>&);                                     \
  template Variable<T> ordered_quantiles(Tape<T>&, const std::vector<double>&, const Variable<T>&);             \
  template Variable<T> pinball_loss(Tape<T>&, const std::vector<double>&, const Variable<T>&, const Tensor<T>&, \
                                    const Tensor<T>&, const std::vector<double>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra
