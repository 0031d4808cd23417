// SPDX-License-Identifier: Apache-2.0
// The training loop: shuffled batches, back-propagation, clipping, an optimiser step, a validation pass each epoch,
// early stopping with the best weights put back, checkpoints. It knows neither nets nor data: a Problem supplies the
// loss of some items. It prints nothing: an observer hears of every batch and epoch, and may ask for a stop.
// Killed at any moment and resumed from its checkpoint, a run ends with the same bits as one that was not. Example:
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
  /// Steps of each training item: a batch then holds items of similar length. Empty: all alike.
  virtual std::span<const Index> training_lengths() const { return {}; }

  struct Loss {
    Variable<float> mean;  ///< [1]
    double weight = 0;     ///< what the mean divides by: joins the means of several batches
  };
  /// The loss of these items, recorded on the tape.
  virtual Loss training_loss(Tape<float>& tape, std::span<const Index> items) const = 0;
  /// The loss of items [first, last) of a batch: the batch is a sum over such shards, computed in order, each on a tape
  /// of its own, which knows where its rows stand (TapeOptions::rows). To be overridden where that takes more to know
  /// than the places of the items: lengths, or rows that are other than items.
  virtual Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const {
    return training_loss(tape, batch.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
  }
  /// What early stopping minimises, with the parameters as they are now; nothing without validation data: the last
  /// weights are then the best.
  virtual std::optional<double> validation_loss(Context& context) const = 0;

  /// What a batch hands to the next beside the parameters, where the order of the items matters (train without
  /// shuffling): the state of a text's streams. A checkpoint keeps it. The batch with item 0 must begin without it.
  virtual NamedTensors<float> carried() const { return {}; }
  /// What carried() gave. Errors: any, for tensors that do not fit.
  virtual void load_carried(const NamedTensors<float>&) {}
};

struct TrainOptions {
  Index epochs = 100;
  Index batch_size = 32;
  bool shuffle = true;
  Index patience = 10;     ///< epochs without a better validation loss before it stops; 0: never
  double clip_norm = 1.0;  ///< of the global gradient norm; 0: off
  double clip_value = 0;   ///< of each element, instead of the norm; 0: off
  OptimizerOptions optimizer;
  ScheduleOptions schedule;  ///< steps count batches; total_steps 0: all epochs
  std::uint64_t seed = 1;
  /// Of the products while training; weights, sums, optimiser and validation are float32 in either.
  Precision precision = Precision::f32;
  /// Parts that each batch is cut into by the order of its items, each with a tape and a gradient of its own; these are
  /// added in one fixed tree. The bits depend on it. See docs/adr/0004.
  Index shards = 1;

  std::string checkpoint;      ///< file to write; empty: none
  Index checkpoint_every = 1;  ///< epochs; 0: only when a stop was asked for
  /// What else must be equal when a checkpoint is resumed: settings of the task; "data", a digest; "data size", words
  /// that stand for the digest in a message ("200 rows").
  std::vector<std::pair<std::string, std::string>> settings;

  /// What of the task's own settings may make a run diverge, in words: "noise 1000, where ...". For the message.
  std::vector<std::string> suspects;

  std::string from;  ///< a model file that a task begins with instead of random weights; train() does not look at it

  /// The name of a later part of one run; empty: the first. Checkpoints of all parts share one file.
  std::string phase;
  /// A later part keeps the finished state of the one before in its checkpoints, so that either can be resumed.
  std::shared_ptr<const ModelFile> before;
  bool keep_state = false;  ///< the result holds the finished state, for such a part
};

/// Errors: ValueError that names the option.
void check_train_options(const TrainOptions& options);

struct EpochRecord {
  Index epoch = 0;  ///< from 1; 0 is the state before training, with the validation loss alone
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
  double seconds_left;  ///< if no early stop comes
};

class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void on_batch(const BatchReport&) {}
  virtual void on_epoch(const EpochRecord&, bool /*best*/) {}
  /// A later part of the run begins, told in a sentence.
  virtual void on_phase(const std::string&) {}
  /// What a user should hear of at once: a checkpoint that cannot be written, a resumed run on another instruction set.
  virtual void on_note(const std::string&) {}
  /// Asked after every batch. True: write the checkpoint and return.
  virtual bool stop_requested() { return false; }
};

enum class [[nodiscard]] StopReason{finished, early, interrupted};

struct [[nodiscard]] TrainResult {
  std::vector<EpochRecord> history;
  Index best_epoch = 0;
  double best_validation_loss = 0;  ///< NaN without validation data
  StopReason reason = StopReason::finished;
  std::shared_ptr<const ModelFile> state;  ///< see TrainOptions::keep_state
  std::vector<std::string> notes;          ///< all that the observer was told by on_note
  /// Why the checkpoint file does not hold the end of the run, though one was asked for; empty: it does.
  std::string checkpoint_error;
};

/// The loss or the gradient was no longer finite. The parameters are those of the last good step.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

/// A stop was asked for, and the checkpoint could not be written. Carries what it would have held: write_checkpoint
/// puts it elsewhere.
class UnkeptStateError : public IoError {
 public:
  UnkeptStateError(const std::string& what, std::shared_ptr<const ModelFile> its_state)
      : IoError(what), state(std::move(its_state)) {}

  std::shared_ptr<const ModelFile> state;
};

/// Trains in place; at the end the parameters are those of the best epoch (of the last step if interrupted).
/// Where the context has ranks they share the shards of each batch, and end with the bits of one process with as many
/// shards, for any number of ranks that divides these. All must call it with the same problem and options; rank 0 alone
/// writes the checkpoint, and a stop that one is asked for stops all. A resumed run may have other ranks than before.
/// `resume` names a checkpoint of the same options, settings and data; only epochs already done are skipped. `epochs`
/// and `patience` may differ, which prolongs the run, unless the schedule depends on the number of epochs (cosine).
/// A later part (`phase`) that the checkpoint does not hold, or holds for other settings, begins anew.
/// A checkpoint that cannot be written does not end the run: it is told once and tried again at the next one.
/// Errors: ValueError for options outside their range, for no items and for a checkpoint of other settings (it names
/// them, old and new), and on every rank for ranks whose versions, instruction sets, settings or data differ;
/// DivergenceError with the step, the gradient norm and likely causes; IoError and FormatError for a checkpoint that is
/// to be resumed; UnkeptStateError; as Ranks.
TrainResult train(Context& context, Problem& problem, const TrainOptions& options, TrainObserver* observer = nullptr,
                  const std::string& resume = "");

}  // namespace recurra
