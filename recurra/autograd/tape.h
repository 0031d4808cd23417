// SPDX-License-Identifier: Apache-2.0
// A small eager tape. A node is one op pair (x_forward, x_backward) and may have many outputs; a whole recurrent layer
// over a whole sequence is one node. No lazy graph, no second derivatives, no global state. Example:
//
//   recurra::Tape<float> tape(team);
//   auto y = recurra::linear(tape, x, weight, bias);
//   auto loss = recurra::mse_loss(tape, y, target);
//   tape.backward(loss);                               // weight.grad() now holds dloss/dweight
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "recurra/base/thread_team.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// A tensor that may collect a gradient. A copy is another handle to the same value and gradient.
template <class T>
class Variable {
 public:
  Variable() = default;
  explicit Variable(Tensor<T> value, bool requires_grad = false);

  bool defined() const { return slot_ != nullptr; }
  const Tensor<T>& value() const { return slot_->value; }
  const Shape& shape() const { return slot_->value.shape(); }
  bool requires_grad() const { return slot_ && slot_->requires_grad; }
  /// Undefined until a backward pass has reached this variable.
  const Tensor<T>& grad() const { return slot_->grad; }
  /// Adds to the gradient. Errors: ShapeError unless shaped like the value.
  void accumulate_grad(const Tensor<T>& gradient) const;
  void zero_grad() const { slot_->grad = Tensor<T>(); }

 private:
  struct Slot {
    Tensor<T> value, grad;
    bool requires_grad = false;
  };
  std::shared_ptr<Slot> slot_;
};

struct TapeOptions {
  bool record = true;     ///< false: nothing is saved and backward is not possible
  bool training = true;   ///< dropout acts
  std::uint64_t seed = 0;  ///< with step, the key of every random mask drawn under this tape
  std::uint64_t step = 0;
};

template <class T>
class Tape {
 public:
  explicit Tape(ThreadTeam& team, TapeOptions options = {}) : team_(team), options_(options) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  ThreadTeam& team() const { return team_; }
  const TapeOptions& options() const { return options_; }

  /// Given the gradient of each output (undefined: zero), returns that of each input (undefined: none).
  using Backward = std::function<std::vector<Tensor<T>>(const std::vector<Tensor<T>>& doutputs)>;

  /// True if some input asks for a gradient and the tape records: ops save for backward only then.
  bool wants_grad(const std::vector<Variable<T>>& inputs) const;
  /// Adds one node; `backward` may be empty when wants_grad(inputs) is false.
  std::vector<Variable<T>> record(std::vector<Variable<T>> inputs, std::vector<Tensor<T>> outputs, Backward backward);

  /// Runs the nodes in reverse from `loss` (one element, gradient 1) and frees them: one backward a tape.
  /// Errors: ShapeError unless loss has one element; ValueError if the tape did not record it.
  void backward(const Variable<T>& loss);
  /// The same from any outputs with given gradients.
  void backward(const std::vector<Variable<T>>& outputs, const std::vector<Tensor<T>>& doutputs);

 private:
  struct Node {
    std::vector<Variable<T>> inputs, outputs;
    Backward backward;
  };
  ThreadTeam& team_;
  TapeOptions options_;
  std::vector<Node> nodes_;
};

}  // namespace recurra
