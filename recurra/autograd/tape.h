// SPDX-License-Identifier: Apache-2.0
// A small eager tape. A node is one op pair (x_forward, x_backward) and may have many outputs; a whole recurrent layer
// over a whole sequence is one node. No lazy graph, no second derivatives, no global state. The functions that record
// are in autograd/functions. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> w(recurra::Tensor<float>({1}, {3}), true);
//   auto twice = [](const std::vector<recurra::Tensor<float>>& dy) {
//     return std::vector<recurra::Tensor<float>>{recurra::Tensor<float>({1}, {2 * dy[0].item()})};
//   };
//   auto loss = tape.record({w}, {recurra::Tensor<float>({1}, {6})}, twice)[0];
//   tape.backward(loss);                               // w.grad() now holds dloss/dw = 2
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/kernels/precision.h"
#include "recurra/ops/batch_rows.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

template <class T>
class Tape;

/// A tensor that may collect a gradient. A copy is another handle to the same value and gradient.
template <class T>
class [[nodiscard]] Variable {
 public:
  Variable() = default;
  explicit Variable(Tensor<T> value, bool requires_grad = false);

  bool defined() const { return slot_ != nullptr; }
  const Tensor<T>& value() const { return slot_->value; }
  /// The value, or an undefined tensor if the variable is undefined: for optional arguments.
  Tensor<T> value_or_none() const { return slot_ ? slot_->value : Tensor<T>(); }
  const Shape& shape() const { return slot_->value.shape(); }
  bool requires_grad() const { return slot_ && slot_->requires_grad; }
  /// Undefined until a backward pass has reached this variable.
  const Tensor<T>& grad() const { return slot_->grad; }
  /// Adds to the gradient. Errors: ShapeError unless shaped like the value.
  void accumulate_grad(const Tensor<T>& gradient);
  void zero_grad() { slot_->grad = Tensor<T>(); }

  /// Moves the value into `value_home`, for all its handles, and collects gradients in `gradient_home` from now on; the
  /// contents of `gradient_home` are kept until the first gradient arrives. Errors: ShapeError unless both have the
  /// value's shape.
  void bind(const Tensor<T>& value_home, const Tensor<T>& gradient_home);

 private:
  friend class Tape<T>;
  struct Slot {
    Tensor<T> value, grad, gradient_home;
    bool requires_grad = false;
    bool owns_grad = false;  ///< false: the gradient's storage is shared with another; copy before adding to it
  };
  std::shared_ptr<Slot> slot_;
};

struct TapeOptions {
  bool record = true;      ///< false: nothing is saved and backward is not possible
  bool training = true;    ///< whether dropout is applied
  std::uint64_t seed = 0;  ///< with step, the key of every random mask drawn under this tape
  std::uint64_t step = 0;
  /// Precision of the products of recurrent layers, in both passes. Double is never rounded.
  Precision precision = Precision::f32;
  /// The rows of a batch that this tape computes: random masks equal those of these rows in the whole batch.
  ops::BatchRows rows{};
};

/// A tape lives for one step: parameters must not change between their first use and the end of the tape.
template <class T>
class Tape {
 public:
  explicit Tape(Context& context, TapeOptions options = {}) : context_(context), options_(options) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  Context& context() const { return context_; }
  const TapeOptions& options() const { return options_; }
  /// For nets whose rows are not the loop's items, or have unequal lengths: call it before the first mask is drawn.
  void set_rows(ops::BatchRows rows) { options_.rows = std::move(rows); }

  /// Maps the gradient of each output (undefined: zero) to that of each input (undefined: none).
  using Backward = std::function<std::vector<Tensor<T>>(const std::vector<Tensor<T>>& doutputs)>;

  /// True if some input requires a gradient and the tape records; only then do ops save anything for backward.
  bool wants_grad(const std::vector<Variable<T>>& inputs) const;
  /// Adds one node; `backward` may be empty when wants_grad(inputs) is false.
  std::vector<Variable<T>> record(std::vector<Variable<T>> inputs, std::vector<Tensor<T>> outputs, Backward backward);

  /// The number of the next random mask of this tape: 0, 1, 2, ... in the order of the calls.
  std::uint64_t next_mask() { return masks_++; }

  /// A cache for the tape's life, keyed by the address of the source data; for example packed weights. Initially null.
  /// Each key must always hold the same type.
  std::shared_ptr<void>& kept(const void* key) { return kept_[key]; }

  /// Runs the nodes in reverse from `loss` (one element, gradient 1) and frees them: one backward per tape.
  /// Errors: ShapeError unless loss has one element; ValueError if the tape did not record it.
  void backward(const Variable<T>& loss);
  /// The same from any outputs with given gradients. A variable used twice collects its gradients in the reverse of the
  /// recorded order, so the sum has the same bits every time.
  /// Errors: ValueError if the tape recorded none of them; ShapeError if a gradient is not shaped like its output.
  void backward(const std::vector<Variable<T>>& outputs, const std::vector<Tensor<T>>& doutputs);

 private:
  struct Node {
    std::vector<Variable<T>> inputs, outputs;
    Backward backward;
  };
  void run_backward(Node& node);

  Context& context_;
  TapeOptions options_;
  std::vector<Node> nodes_;
  std::map<const void*, std::shared_ptr<void>> kept_;
  std::uint64_t masks_ = 0;
};

}  // namespace recurra
