// SPDX-License-Identifier: Apache-2.0
// The building block of nets: a module lists its parameters under PyTorch's names and stores and loads their values by
// name. There is no registry: a module with children collects from each under a prefix. Values are zero (gains 1) until
// nn/init draws them. Example:
//
//   struct Net : recurra::Module<float> {
//     recurra::Variable<float> w{recurra::Tensor<float>({3}), true};
//     void collect(const std::string& prefix, std::vector<recurra::Parameter<float>>& out) const override {
//       out.push_back({prefix + "weight", w, {}});
//     }
//   } net;
//   net.load(net.state());
#pragma once

#include <string>
#include <vector>

#include "recurra/autograd/parameter.h"

namespace recurra {

template <class T>
class Module {
 public:
  virtual ~Module() = default;

  /// Appends every parameter, named prefix + its own name. A child is collected under prefix + "child.".
  virtual void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const = 0;

  std::vector<Parameter<T>> parameters() const;
  /// Total number of elements of the parameters.
  Index parameter_count() const;

  /// A copy of every parameter's value, by name.
  NamedTensors<T> state() const;
  /// Copies values in by name, in any order. On an error nothing is changed.
  /// Errors: ValueError that lists all missing, unknown and repeated names; ShapeError for the first wrong shape.
  void load(const NamedTensors<T>& tensors);
};

}  // namespace recurra
