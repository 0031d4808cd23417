// SPDX-License-Identifier: Apache-2.0
// All parameters of a model as views into one block, and their gradients into another, so that an optimiser, a norm or
// a checkpoint runs over one flat span. The variables stay the same handles; only their storage moves. Example:
//
//   recurra::Variable<float> w(recurra::Tensor<float>({2, 3}), true), b(recurra::Tensor<float>({2}), true);
//   recurra::ParameterBlock<float> block({{"weight", w, {}}, {"bias", b, {}}});
//   block.values().fill(0.1f);                          // w and b see it
//   block.zero_grad();
#pragma once

#include <vector>

#include "recurra/autograd/parameter.h"

namespace recurra {

template <class T>
class ParameterBlock {
 public:
  /// Errors: ValueError if two parameters share a name or one variable comes twice.
  explicit ParameterBlock(std::vector<Parameter<T>> parameters);

  const std::vector<Parameter<T>>& parameters() const { return parameters_; }
  Index size() const { return values_.size(); }
  /// [size()], the parameters one after the other.
  const Tensor<T>& values() const { return values_; }
  /// [size()]; zero where no backward pass has reached a parameter since zero_grad.
  const Tensor<T>& gradients() const;
  /// Call before each step's backward pass, or let several passes add up. The block is a list of handles: it stays as
  /// it is, their gradients change.
  void zero_grad() const;
  /// Replaces all gradients. Shapes: [size()].
  void set_gradients(const Tensor<T>& gradients) const;

 private:
  std::vector<Parameter<T>> parameters_;
  Tensor<T> values_, gradients_;
};

}  // namespace recurra
