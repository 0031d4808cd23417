// SPDX-License-Identifier: Apache-2.0
// The Problem of tasks whose items are whole sequences: batches of similar length, and a validation loss over batches
// sorted by length. The task supplies the loss of some items. Example:
//
//   auto fit = [](const recurra::Module<float>& net, std::vector<recurra::Index> lengths, recurra::SequenceLoss loss) {
//     recurra::Context two(2);
//     recurra::SequenceProblem problem(net, lengths, /*train=*/{0, 1, 2}, /*validation=*/{3}, loss);
//     return recurra::train(two, problem, {}).best_validation_loss;
//   };
#pragma once

#include <functional>

#include "recurra/nn/module.h"
#include "recurra/train/trainer.h"

namespace recurra {

/// The mean loss of these items, given by index in the whole data, and the divisor of the mean.
using SequenceLoss = std::function<Problem::Loss(Tape<float>& tape, std::span<const Index> items)>;

class SequenceProblem : public Problem {
 public:
  /// `lengths`: steps of every item of the data; `train` and `validation` (may be empty): indices of items.
  SequenceProblem(const Module<float>& net, const std::vector<Index>& lengths, std::vector<Index> train,
                  std::vector<Index> validation, SequenceLoss loss);

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return static_cast<Index>(train_.size()); }
  std::span<const Index> training_lengths() const override { return train_lengths_; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override;
  Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const override;
  std::optional<double> validation_loss(Context& context) const override;

  /// The padding of the first epoch in words. `sides`: as padding_share, of all items; empty: their lengths.
  std::string padding_note(const TrainOptions& options, const std::vector<std::span<const Index>>& sides = {}) const;

 private:
  ParameterBlock<float> block_;
  std::vector<Index> train_, train_lengths_;
  std::vector<std::vector<Index>> validation_;  ///< batches
  SequenceLoss loss_;
};

/// "12 % of the steps of the padded batches are padding, none computed".
std::string padding_note(double share);

/// Batches of all items of these lengths for a forward pass.
std::vector<std::vector<Index>> evaluation_batches(std::span<const Index> lengths);

}  // namespace recurra
