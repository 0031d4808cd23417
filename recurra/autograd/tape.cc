// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/tape.h"

#include <algorithm>

namespace recurra {

template <class T>
Variable<T>::Variable(Tensor<T> value, bool requires_grad) : slot_(std::make_shared<Slot>()) {
  slot_->value = std::move(value);
  slot_->requires_grad = requires_grad;
}

template <class T>
void Variable<T>::accumulate_grad(const Tensor<T>& gradient) {
  require<ShapeError>(gradient.shape() == shape(), "Variable::accumulate_grad: expected a gradient of shape ", shape(),
                      ", found ", gradient.shape());
  Slot& slot = *slot_;
  if (!slot.grad.defined()) {
    slot.owns_grad = slot.gradient_home.defined();
    slot.grad = slot.owns_grad ? slot.gradient_home : gradient;
    if (slot.owns_grad) slot.grad.copy_from(gradient);
    return;
  }
  if (!slot.owns_grad) slot.grad = slot.grad.clone();
  slot.owns_grad = true;
  T* sum = slot.grad.data();
  const T* term = gradient.data();
  for (Index i = 0; i < gradient.size(); ++i) sum[i] += term[i];
}

template <class T>
void Variable<T>::bind(const Tensor<T>& value_home, const Tensor<T>& gradient_home) {
  require<ShapeError>(gradient_home.shape() == shape(), "Variable::bind: expected a gradient home of shape ", shape(),
                      ", found ", gradient_home.shape());
  value_home.copy_from(slot_->value);
  slot_->value = value_home;
  slot_->gradient_home = gradient_home;
  slot_->grad = Tensor<T>();
}

template <class T>
bool Tape<T>::wants_grad(const std::vector<Variable<T>>& inputs) const {
  return options_.record && std::any_of(inputs.begin(), inputs.end(), [](const auto& v) { return v.requires_grad(); });
}

template <class T>
std::vector<Variable<T>> Tape<T>::record(std::vector<Variable<T>> inputs, std::vector<Tensor<T>> outputs,
                                         Backward backward) {
  const bool wanted = wants_grad(inputs);
  std::vector<Variable<T>> variables;
  variables.reserve(outputs.size());
  for (Tensor<T>& output : outputs) {
    variables.push_back(output.defined() ? Variable<T>(std::move(output), wanted) : Variable<T>());
  }
  if (wanted) nodes_.push_back({std::move(inputs), variables, std::move(backward)});
  return variables;
}

template <class T>
void Tape<T>::backward(const Variable<T>& loss) {
  require(loss.defined(), "Tape::backward: the loss is undefined");
  require<ShapeError>(loss.shape().size() == 1, "Tape::backward: expected a loss of one element, found shape ",
                      loss.shape());
  backward({loss}, {Tensor<T>::full(loss.shape(), T(1))});
}

template <class T>
void Tape<T>::backward(const std::vector<Variable<T>>& outputs, const std::vector<Tensor<T>>& doutputs) {
  require(outputs.size() == doutputs.size(), "Tape::backward: ", outputs.size(), " outputs with ", doutputs.size(),
          " gradients");
  const auto made_here = [this](const Variable<T>& wanted) {
    for (const Node& node : nodes_) {
      for (const Variable<T>& output : node.outputs) {
        if (output.defined() && output.slot_ == wanted.slot_) return true;
      }
    }
    return false;
  };
  require(std::any_of(outputs.begin(), outputs.end(), made_here),
          "Tape::backward: this tape recorded none of the outputs (record is off, no input asks for a gradient, or "
          "backward already ran)");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Variable<T> output = outputs[i];
    if (output.requires_grad() && doutputs[i].defined()) output.accumulate_grad(doutputs[i]);
  }
  while (!nodes_.empty()) {
    Node node = std::move(nodes_.back());
    nodes_.pop_back();
    run_backward(node);
  }
}

template <class T>
void Tape<T>::run_backward(Node& node) {
  std::vector<Tensor<T>> dy(node.outputs.size());
  bool reached = false;
  for (std::size_t i = 0; i < dy.size(); ++i) {
    if (!node.outputs[i].defined() || !node.outputs[i].grad().defined()) continue;
    reached = true;
    dy[i] = node.outputs[i].grad();
    node.outputs[i].slot_->owns_grad = false;  // the node may pass it to its inputs without a copy
  }
  if (!reached) return;
  const std::vector<Tensor<T>> dx = node.backward(dy);
  require(dx.size() == node.inputs.size(), "Tape::backward: a node of ", node.inputs.size(), " inputs returned ",
          dx.size(), " gradients");
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (node.inputs[i].requires_grad() && dx[i].defined()) node.inputs[i].accumulate_grad(dx[i]);
  }
}

template class Variable<float>;
template class Variable<double>;
template class Tape<float>;
template class Tape<double>;

}  // namespace recurra
