// SPDX-License-Identifier: Apache-2.0
// The state of an unfinished run, and its checkpoint file: weights, best weights, optimiser, schedule, position in the
// epoch, sums so far, history. Random numbers need no state: they are keyed by seed and step.
// Only train/trainer.cc uses it. Example:
//
//   recurra::EpochSums sums;
//   sums.add(/*loss=*/0.5, /*weight=*/32, /*norm before=*/2.0, /*after=*/1.0);
//   recurra::EpochRecord record = sums.record(1);
#pragma once

#include "recurra/io/model_file.h"
#include "recurra/train/trainer.h"

namespace recurra {

/// Sums over the batches of an unfinished epoch.
struct EpochSums {
  double loss = 0, weight = 0;
  double norm = 0, clipped_norm = 0, largest_norm = 0;
  double learning_rate = 0, seconds = 0;
  Index batches = 0;

  void add(double batch_loss, double batch_weight, double norm_before, double norm_after);
  double mean_loss() const { return weight > 0 ? loss / weight : 0; }
  EpochRecord record(Index epoch) const;
};

struct TrainState {
  Index epoch = 0;  ///< completed epochs
  Index batch = 0;  ///< completed batches of the next epoch
  EpochSums sums;
  std::vector<EpochRecord> history;
  Index best_epoch = 0, bad_epochs = 0;
  double best_validation_loss = 0;
  Tensor<float> best_values;    ///< shaped like the block
  NamedTensors<float> carried;  ///< of the problem
  std::string isa;              ///< on which the checkpoint was written; empty: by an earlier version
};

/// The checkpoint, with copies of the block's values. `moments`: Optimizer::state of the whole block.
ModelFile train_state_file(const TrainState& state, const TrainOptions& options, const ParameterBlock<float>& block,
                           Index optimizer_steps, const NamedTensors<float>& moments, const Schedule& schedule);

/// Puts the weights into the block and loads optimiser and schedule. Returns nothing for an empty path, and for a later
/// part of the run (options.phase) that the file lacks or holds for other settings.
/// Errors: IoError; FormatError; ValueError that names the settings that differ, old and new.
std::optional<TrainState> read_train_state(const std::string& path, const TrainOptions& options,
                                           const ParameterBlock<float>& block, Optimizer<float>& optimizer,
                                           Schedule& schedule);

}  // namespace recurra
