// SPDX-License-Identifier: Apache-2.0
// The nets of a classifier. Example:
//
//   recurra::ClassifyOptions options;
//   options.ensemble = 3;
//   recurra::ClassifierNets nets(options, /*inputs=*/4, /*classes=*/3);
//   std::vector<recurra::Index> lengths = {5, 2, 0};
//   auto p = nets.probabilities(context, x, lengths);           // [3, 3]
#pragma once

#include <memory>

#include "recurra/tasks/classify/options.h"

namespace recurra {

/// One net, or several initialised with different seeds, whose class probabilities are averaged.
class ClassifierNets : public Module<float> {
 public:
  /// options.ensemble nets.
  ClassifierNets(const ClassifyOptions& options, Index inputs, Index classes);

  Index count() const { return static_cast<Index>(nets_.size()); }
  const SequenceNet& net(Index k) const { return *nets_.at(static_cast<std::size_t>(k)); }

  /// Shapes: x [T, B, inputs], lengths [B]; returns the mean over the nets of softmax(logits), [B, classes].
  Tensor<float> probabilities(Context& context, const Tensor<float>& x, std::span<const Index> lengths) const;
  /// Parameters of net k: without a prefix if it is the only one, else under net1., net2., ...
  void collect_net(Index k, const std::string& prefix, std::vector<Parameter<float>>& out) const;
  /// Parameters of all nets.
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  std::vector<std::unique_ptr<SequenceNet>> nets_;
};

}  // namespace recurra
