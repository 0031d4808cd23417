// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/elementwise.h"

namespace recurra {
namespace {

template <class T>
Variable<T> activation(Tape<T>& tape, ops::Activation kind, const Variable<T>& x) {
  Context& context = tape.context();
  Tensor<T> y = ops::activation_forward(context, kind, x.value());
  auto backward = [&context, kind, y](const auto& dy) {
    return std::vector<Tensor<T>>{ops::activation_backward(context, kind, y, dy[0])};
  };
  return tape.record({x}, {y}, backward)[0];
}

}  // namespace

template <class T>
Variable<T> add(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b) {
  auto backward = [](const auto& dy) { return std::vector<Tensor<T>>{dy[0], dy[0]}; };
  return tape.record({a, b}, {ops::add(tape.context(), a.value(), b.value())}, backward)[0];
}

template <class T>
Variable<T> subtract(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b) {
  Context& context = tape.context();
  auto backward = [&context](const auto& dy) {
    return std::vector<Tensor<T>>{dy[0], ops::scale(context, dy[0], T(-1))};
  };
  return tape.record({a, b}, {ops::subtract(context, a.value(), b.value())}, backward)[0];
}

template <class T>
Variable<T> multiply(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b) {
  Context& context = tape.context();
  auto backward = [&context, a = a.value(), b = b.value()](const auto& dy) {
    return std::vector<Tensor<T>>{ops::multiply(context, dy[0], b), ops::multiply(context, dy[0], a)};
  };
  return tape.record({a, b}, {ops::multiply(context, a.value(), b.value())}, backward)[0];
}

template <class T>
Variable<T> divide(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b) {
  Context& context = tape.context();
  const Tensor<T> y = ops::divide(context, a.value(), b.value());
  auto backward = [&context, b = b.value(), y](const auto& dy) {
    const Tensor<T> da = ops::divide(context, dy[0], b);
    return std::vector<Tensor<T>>{da, ops::scale(context, ops::multiply(context, da, y), T(-1))};
  };
  return tape.record({a, b}, {y}, backward)[0];
}

template <class T>
Variable<T> scale(Tape<T>& tape, const Variable<T>& a, T factor) {
  Context& context = tape.context();
  auto backward = [&context, factor](const auto& dy) {
    return std::vector<Tensor<T>>{ops::scale(context, dy[0], factor)};
  };
  return tape.record({a}, {ops::scale(context, a.value(), factor)}, backward)[0];
}

template <class T>
Variable<T> tanh(Tape<T>& tape, const Variable<T>& x) {
  return activation(tape, ops::Activation::tanh, x);
}

template <class T>
Variable<T> sigmoid(Tape<T>& tape, const Variable<T>& x) {
  return activation(tape, ops::Activation::sigmoid, x);
}

template <class T>
Variable<T> relu(Tape<T>& tape, const Variable<T>& x) {
  return activation(tape, ops::Activation::relu, x);
}

template <class T>
Variable<T> exp(Tape<T>& tape, const Variable<T>& x) {
  return activation(tape, ops::Activation::exp, x);
}

template <class T>
Variable<T> log_sigmoid(Tape<T>& tape, const Variable<T>& x) {
  return activation(tape, ops::Activation::log_sigmoid, x);
}

template Variable<float> add(Tape<float>&, const Variable<float>&, const Variable<float>&);
template Variable<float> subtract(Tape<float>&, const Variable<float>&, const Variable<float>&);
template Variable<float> multiply(Tape<float>&, const Variable<float>&, const Variable<float>&);
template Variable<float> divide(Tape<float>&, const Variable<float>&, const Variable<float>&);
template Variable<float> scale(Tape<float>&, const Variable<float>&, float);
template Variable<float> tanh(Tape<float>&, const Variable<float>&);
template Variable<float> sigmoid(Tape<float>&, const Variable<float>&);
template Variable<float> relu(Tape<float>&, const Variable<float>&);
template Variable<float> exp(Tape<float>&, const Variable<float>&);
template Variable<float> log_sigmoid(Tape<float>&, const Variable<float>&);
template Variable<double> add(Tape<double>&, const Variable<double>&, const Variable<double>&);
template Variable<double> subtract(Tape<double>&, const Variable<double>&, const Variable<double>&);
template Variable<double> multiply(Tape<double>&, const Variable<double>&, const Variable<double>&);
template Variable<double> divide(Tape<double>&, const Variable<double>&, const Variable<double>&);
template Variable<double> scale(Tape<double>&, const Variable<double>&, double);
template Variable<double> tanh(Tape<double>&, const Variable<double>&);
template Variable<double> sigmoid(Tape<double>&, const Variable<double>&);
template Variable<double> relu(Tape<double>&, const Variable<double>&);
template Variable<double> exp(Tape<double>&, const Variable<double>&);
template Variable<double> log_sigmoid(Tape<double>&, const Variable<double>&);

}  // namespace recurra
