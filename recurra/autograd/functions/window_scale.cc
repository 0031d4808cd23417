// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/window_scale.h"

namespace recurra {

template <class T>
Variable<T> scale_window(Tape<T>& tape, const Variable<T>& x, const ops::WindowScale<T>& scale) {
  Context& context = tape.context();
  auto backward = [&context, scale](const auto& dy) {
    return std::vector<Tensor<T>>{ops::scale_window_backward(context, dy[0], scale)};
  };
  return tape.record({x}, {ops::scale_window_forward(context, x.value(), scale)}, backward)[0];
}

template <class T>
Variable<T> unscale_outputs(Tape<T>& tape, const Variable<T>& y, const ops::WindowScale<T>& scale) {
  Context& context = tape.context();
  auto backward = [&context, scale](const auto& dy) {
    return std::vector<Tensor<T>>{ops::unscale_outputs_backward(context, dy[0], scale)};
  };
  return tape.record({y}, {ops::unscale_outputs_forward(context, y.value(), scale)}, backward)[0];
}

template Variable<float> scale_window(Tape<float>&, const Variable<float>&, const ops::WindowScale<float>&);
template Variable<float> unscale_outputs(Tape<float>&, const Variable<float>&, const ops::WindowScale<float>&);
template Variable<double> scale_window(Tape<double>&, const Variable<double>&, const ops::WindowScale<double>&);
template Variable<double> unscale_outputs(Tape<double>&, const Variable<double>&, const ops::WindowScale<double>&);

}  // namespace recurra
