// SPDX-License-Identifier: Apache-2.0
// All parameters of a model as views into one block, and their gradients into another, so that an optimiser, a norm or
// a checkpoint works on one flat span. The variables stay the same handles; only their storage moves. Example:
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
  /// Errors: ValueError if two parameters share a name or a variable occurs twice.
  explicit ParameterBlock(std::vector<Parameter<T>> parameters);

  const std::vector<Parameter<T>>& parameters() const { return parameters_; }
  Index size() const { return values_.size(); }
  /// [size()], the parameters in sequence.
  const Tensor<T>& values() const { return values_; }
  /// [size()]; zero where no backward pass has reached a parameter since zero_grad.
  const Tensor<T>& gradients() const;
  /// Call before each step's backward pass, or let several passes accumulate. const because the block is a list of
  /// handles, which stay the same.
  void zero_grad() const;
  /// Replaces all gradients. Shapes: [size()].
  void set_gradients(const Tensor<T>& gradients) const;

 private:
  std::vector<Parameter<T>> parameters_;
  Tensor<T> values_, gradients_;
};

}  // namespace recurra
