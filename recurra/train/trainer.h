// SPDX-License-Identifier: Apache-2.0
// The training loop: shuffled batches, back-propagation, clipping, optimiser steps, a validation pass per epoch, early
// stopping that restores the best weights, checkpoints. It is independent of nets and data: a Problem supplies the loss
// of some items. It prints nothing: an observer is called for every batch and epoch, and may request a stop.
// A run killed at any moment and resumed from its checkpoint ends with the same bits as an undisturbed one. Example:
//
//   auto fit = [](recurra::Problem& problem, const recurra::TrainOptions& options) {
//     recurra::Context two(2);
//     return recurra::train(two, problem, options).best_validation_loss;
//   };
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "recurra/autograd/parameter_block.h"
#include "recurra/optim/optimizer.h"
#include "recurra/optim/schedule.h"

namespace recurra {

struct ModelFile;

/// What is trained. An item is one sequence or window of the training set.
class Problem {
 public:
  virtual ~Problem() = default;
  virtual const ParameterBlock<float>& parameters() const = 0;
  virtual Index training_items() const = 0;
  /// Steps of each training item; a batch then holds items of similar length. Empty: all equal.
  virtual std::span<const Index> training_lengths() const { return {}; }

  struct Loss {
    Variable<float> mean;  ///< [1]
    double weight = 0;     ///< divisor of the mean, to combine the means of several batches
  };
  /// The loss of these items, recorded on the tape.
  virtual Loss training_loss(Tape<float>& tape, std::span<const Index> items) const = 0;
  /// The loss of items [first, last) of a batch: the batch is a sum over such shards, computed in order, each on a tape
  /// of its own, which knows the position of its rows (TapeOptions::rows). Override it if random masks depend on more
  /// than the positions of items: on lengths, or if rows are not items.
  virtual Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const {
    return training_loss(tape, batch.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
  }
  /// The loss that early stopping minimises, with the current parameters. Nothing without validation data: the last
  /// weights are then the best.
  virtual std::optional<double> validation_loss(Context& context) const = 0;

  /// State other than parameters that one batch passes to the next, if the order of the items matters (train without
  /// shuffling): for example of a text's streams. Stored in checkpoints. The batch with item 0 must begin without it.
  virtual NamedTensors<float> carried() const { return {}; }
  /// Restores the result of carried(). Errors: any, for tensors that do not fit.
  virtual void load_carried(const NamedTensors<float>&) {}
};

struct TrainOptions {
  Index epochs = 100;
  Index batch_size = 32;
  bool shuffle = true;
  Index patience = 10;     ///< epochs without a better validation loss before stopping; 0: never
  double clip_norm = 1.0;  ///< of the global gradient norm; 0: off
  double clip_value = 0;   ///< of each element, instead of the norm; 0: off
  OptimizerOptions optimizer;
  ScheduleOptions schedule;  ///< steps count batches; total_steps 0: all epochs
  std::uint64_t seed = 1;
  /// Precision of the products in training; weights, sums, optimiser and validation are always float32.
  Precision precision = Precision::f32;
  /// Number of consecutive parts of each batch, each with its own tape and gradient; gradients are added in one fixed
  /// tree. The bits depend on it. See docs/adr/0004.
  Index shards = 1;

  std::string checkpoint;      ///< file to write; empty: none
  Index checkpoint_every = 1;  ///< epochs; 0: only if a stop was requested
  /// Further settings that must be equal to resume a checkpoint: settings of the task; "data", a digest; "data size",
  /// words that replace the digest in a message ("200 rows").
  std::vector<std::pair<std::string, std::string>> settings;

  /// Settings of the task that may make a run diverge, in words for the message: "noise 1000, where ...".
  std::vector<std::string> suspects;

  std::string from;  ///< a model file with which a task begins instead of random weights; not used by train()

  /// The name of a later part of one run; empty: the first. Checkpoints of all parts share one file.
  std::string phase;
  /// A later part stores the final state of the previous one in its checkpoints, so that either can be resumed.
  std::shared_ptr<const ModelFile> before;
  bool keep_state = false;  ///< the result holds the final state, for a later part
};

/// Errors: ValueError that names the option.
void check_train_options(const TrainOptions& options);

struct EpochRecord {
  Index epoch = 0;  ///< from 1; 0 is the state before training, with only a validation loss
  double train_loss = 0;
  double validation_loss = 0;        ///< NaN without validation data
  double learning_rate = 0;          ///< of the last batch
  double gradient_norm = 0;          ///< before clipping, mean over the batches
  double largest_gradient_norm = 0;  ///< before clipping
  double clipped_norm = 0;           ///< after clipping, mean over the batches
  double seconds = 0;
};

struct BatchReport {
  Index epoch, epochs, batch, batches;
  double loss;           ///< mean over the epoch so far
  double gradient_norm;  ///< of this batch, before clipping
  double items_per_s;
  double seconds_left;  ///< without early stopping
};

class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void on_batch(const BatchReport&) {}
  virtual void on_epoch(const EpochRecord&, bool /*best*/) {}
  /// A later part of the run begins; the text is a sentence about it.
  virtual void on_phase(const std::string&) {}
  /// A note for the user: a checkpoint that cannot be written, a resumed run on another instruction set.
  virtual void on_note(const std::string&) {}
  /// Called after every batch. True: write the checkpoint and return.
  virtual bool stop_requested() { return false; }
};

enum class [[nodiscard]] StopReason{finished, early, interrupted};

struct [[nodiscard]] TrainResult {
  std::vector<EpochRecord> history;
  Index best_epoch = 0;
  double best_validation_loss = 0;  ///< NaN without validation data
  StopReason reason = StopReason::finished;
  std::shared_ptr<const ModelFile> state;  ///< see TrainOptions::keep_state
  std::vector<std::string> notes;          ///< all texts passed to on_note
  /// Why the requested checkpoint file does not hold the end of the run; empty if it does.
  std::string checkpoint_error;
};

/// The loss or the gradient was no longer finite. The parameters are those of the last good step.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

/// A stop was requested, and the checkpoint could not be written. Holds the state, for write_checkpoint to another
/// path.
class UnkeptStateError : public IoError {
 public:
  UnkeptStateError(const std::string& what, std::shared_ptr<const ModelFile> its_state)
      : IoError(what), state(std::move(its_state)) {}

  std::shared_ptr<const ModelFile> state;
};

/// Trains in place; at the end the parameters are those of the best epoch (of the last step if interrupted).
/// If the context has ranks, they share the shards of each batch and end with the bits of one process with as many
/// shards, for any number of ranks that divides these. All must call it with the same problem and options; only rank 0
/// writes the checkpoint; a stop requested on one stops all. A resumed run may have another number of ranks.
/// `resume` names a checkpoint of the same options, settings and data; only epochs already done are skipped. `epochs`
/// and `patience` may differ, which prolongs the run, unless the schedule depends on the number of epochs (cosine).
/// A later part (`phase`) that the checkpoint lacks, or holds for other settings, begins anew.
/// A checkpoint that cannot be written does not end the run: a note says so once, and the next one is tried again.
/// Errors: ValueError for options outside their range, for no items and for a checkpoint of other settings (it names
/// them, old and new), and on every rank for ranks whose versions, instruction sets, settings or data differ;
/// DivergenceError with the step, the gradient norm and likely causes; IoError and FormatError for a checkpoint that is
/// to be resumed; UnkeptStateError; as Ranks.
TrainResult train(Context& context, Problem& problem, const TrainOptions& options, TrainObserver* observer = nullptr,
                  const std::string& resume = "");

}  // namespace recurra
