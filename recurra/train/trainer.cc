// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "recurra/io/model_file.h"
#include "recurra/simd/isa.h"
#include "recurra/train/batch_step.h"
#include "recurra/train/distributed/agreement.h"
#include "recurra/train/divergence.h"
#include "recurra/train/train_state.h"

namespace recurra {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Index kMaxShards = 1024;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ScheduleOptions with_length(ScheduleOptions schedule, Index steps) {
  if (schedule.total_steps == 0) schedule.total_steps = std::max<Index>(steps, schedule.warmup_steps + 1);
  return schedule;
}

class Trainer {
 public:
  Trainer(Context& context, Problem& problem, const TrainOptions& options, TrainObserver& observer)
      : context_(context),
        problem_(problem),
        block_(problem.parameters()),
        options_(options),
        observer_(observer),
        order_(batch_order(problem, options)),
        optimizer_(block_, options.optimizer, updated_part(context, block_.size())),
        schedule_(options.optimizer.learning_rate, with_length(options.schedule, options.epochs * order_.batches())) {}

  TrainResult run(const std::string& resume) {
    if (context_.ranks()) require_same_run(*context_.ranks(), options_, problem_);
    if (auto state = read_train_state(resume, options_, block_, optimizer_, schedule_)) {
      state_ = std::move(*state);
      saved_ = resume == options_.checkpoint;
      problem_.load_carried(state_.carried);
      if (!state_.isa.empty() && state_.isa != isa_in_use())
        note(concat(resume, ": written on the instruction set ", state_.isa, ", and this run continues on ",
                    isa_in_use(), "; its last bits may differ from those of an uninterrupted run"));
    } else {
      begin();
    }
    StopReason reason = StopReason::finished;
    while (state_.epoch < options_.epochs && reason == StopReason::finished) {
      if (stops_early()) {
        reason = StopReason::early;
      } else if (!run_epoch()) {
        reason = StopReason::interrupted;
      }
    }
    std::shared_ptr<const ModelFile> end;
    if (options_.keep_state) {
      moments_ = whole_moments();
      end = state_file();
      moments_.clear();
    }
    if (reason != StopReason::interrupted && on_any_rank(!checkpoint_error_.empty())) save();
    if (reason != StopReason::interrupted) block_.values().copy_from(state_.best_values);
    return {state_.history, state_.best_epoch, state_.best_validation_loss, reason, std::move(end),
            notes_,         checkpoint_error_};
  }

 private:
  bool stops_early() const { return options_.patience > 0 && state_.bad_epochs >= options_.patience; }

  /// The untrained weights count as epoch 0: a net that starts at a good linear model must not end worse than it.
  void begin() {
    state_.best_values = block_.values().clone();
    EpochRecord record;
    record.validation_loss = validate();
    keep_if_best(record);
    state_.history.push_back(record);
    observer_.on_epoch(record, true);
  }

  double validate() const {
    const auto loss = problem_.validation_loss(context_);
    if (!loss) return std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(*loss))
      throw DivergenceError(concat("train: the validation loss is ", *loss, " after step ", optimizer_.steps(),
                                   " (epoch ", state_.epoch, ")", explanation()));
    return *loss;
  }

  std::string explanation() const {
    return concat(causes_of_divergence(options_, optimizer_.steps() > 0),
                  saved_ ? "; the last good checkpoint is " + options_.checkpoint : "");
  }

  void note(const std::string& sentence) {
    notes_.push_back(sentence);
    observer_.on_note(sentence);
  }

  bool keep_if_best(const EpochRecord& record) {
    const bool unknown = std::isnan(record.validation_loss);
    const bool best = unknown || record.epoch == 0 || record.validation_loss < state_.best_validation_loss;
    state_.bad_epochs = best ? 0 : state_.bad_epochs + 1;
    if (!best) return false;
    state_.best_epoch = record.epoch;
    state_.best_validation_loss = record.validation_loss;
    state_.best_values.copy_from(block_.values());
    return true;
  }

  /// False: a stop was requested, and the checkpoint is written.
  bool run_epoch() {
    const auto start = Clock::now();
    const double seconds_before = state_.sums.seconds;
    const Index first = state_.batch;
    while (state_.batch < order_.batches()) {
      run_batch();
      state_.sums.seconds = seconds_before + seconds_since(start);
      report_batch(seconds_since(start), state_.batch - first);
      if (on_any_rank(observer_.stop_requested())) {
        save();
        if (!checkpoint_error_.empty()) throw UnkeptStateError(checkpoint_error_, state_file());
        return false;
      }
    }
    finish_epoch();
    return true;
  }

  bool on_any_rank(bool here) { return context_.ranks() ? any_rank(*context_.ranks(), here) : here; }

  bool writes_files() const { return !context_.ranks() || context_.ranks()->rank() == 0; }

  void run_batch() {
    const auto items = order_.batch(static_cast<std::uint64_t>(state_.epoch), state_.batch);
    const double rate = schedule_.rate();
    const BatchStep step = step_batch(context_, problem_, options_, optimizer_, rate, items);
    if (!step.finite())
      throw DivergenceError(concat("train: the loss is ", step.loss, " at step ", optimizer_.steps() + 1, " (epoch ",
                                   state_.epoch + 1, ", batch ", state_.batch + 1, "), where the gradient norm is ",
                                   std::abs(step.norm_before), explanation()));  // a NaN without its sign
    state_.sums.learning_rate = rate;
    schedule_.after_step();
    state_.sums.add(step.loss, step.weight, step.norm_before, step.norm_after);
    last_norm_ = step.norm_before;
    ++state_.batch;
  }

  void report_batch(double seconds, Index done) {
    const double per_batch = seconds / static_cast<double>(done);
    const Index left = (options_.epochs - state_.epoch) * order_.batches() - state_.batch;
    observer_.on_batch({state_.epoch + 1, options_.epochs, state_.batch, order_.batches(), state_.sums.mean_loss(),
                        last_norm_, static_cast<double>(options_.batch_size) / per_batch,
                        per_batch * static_cast<double>(left)});
  }

  void finish_epoch() {
    const auto start = Clock::now();
    EpochRecord record = state_.sums.record(++state_.epoch);
    record.validation_loss = validate();
    record.seconds += seconds_since(start);
    schedule_.after_epoch(std::isnan(record.validation_loss) ? record.train_loss : record.validation_loss);
    const bool best = keep_if_best(record);
    state_.history.push_back(record);
    state_.batch = 0;
    state_.sums = {};
    observer_.on_epoch(record, best);
    if (options_.checkpoint_every > 0 && state_.epoch % options_.checkpoint_every == 0) save();
  }

  std::shared_ptr<const ModelFile> state_file() const {
    return std::make_shared<ModelFile>(
        train_state_file(state_, options_, block_, optimizer_.steps(), moments_, schedule_));
  }

  /// The optimiser's, of which each rank holds a part.
  NamedTensors<float> whole_moments() {
    NamedTensors<float> out = optimizer_.state();
    if (!context_.ranks()) return out;
    const Share part = updated_part(context_, block_.size());
    for (auto& [name, moments] : out) {
      const Tensor<float> whole({block_.size()});
      whole.slice(part.begin, part.end).copy_from(moments);
      context_.ranks()->share_parts(whole.span());
      moments = whole;
    }
    return out;
  }

  void save() {
    state_.carried = problem_.carried();
    if (options_.checkpoint.empty()) return;
    moments_ = whole_moments();
    if (!writes_files()) return moments_.clear();
    const std::string before = std::move(checkpoint_error_);
    checkpoint_error_.clear();
    try {
      write_checkpoint(options_.checkpoint, *state_file());
      moments_.clear();
      saved_ = true;
      if (!before.empty()) note(concat(options_.checkpoint, ": the checkpoint is written again"));
    } catch (const IoError& error) {
      checkpoint_error_ = error.what();
      if (before.empty())
        note(concat("the checkpoint cannot be written; the run continues and tries again at the next one: ",
                    checkpoint_error_));
    }
  }

  Context& context_;
  Problem& problem_;
  const ParameterBlock<float>& block_;
  const TrainOptions& options_;
  TrainObserver& observer_;
  BatchOrder order_;
  Optimizer<float> optimizer_;
  Schedule schedule_;
  TrainState state_;
  NamedTensors<float> moments_;  ///< of the whole block, for a file that is not written yet
  double last_norm_ = 0;
  bool saved_ = false;            ///< the checkpoint file is of this run
  std::string checkpoint_error_;  ///< of the last attempt to write it
  std::vector<std::string> notes_;
};

}  // namespace

void check_train_options(const TrainOptions& o) {
  const auto at_least_0 = [](const char* name, double value) {
    require(value >= 0 && std::isfinite(value), name, ": expected a finite number of at least 0, found ", value);
  };
  require(o.epochs >= 0, "epochs: expected at least 0, found ", o.epochs);
  require(o.batch_size >= 1, "batch: expected at least 1, found ", o.batch_size);
  require(o.shards >= 1 && o.shards <= kMaxShards, "shards: expected 1 to ", kMaxShards, ", found ", o.shards);
  require(o.patience >= 0, "patience: expected at least 0, found ", o.patience);
  at_least_0("clip", o.clip_norm);
  at_least_0("clip-value", o.clip_value);
  require(o.checkpoint_every >= 0, "checkpoint-every: expected at least 0, found ", o.checkpoint_every);
  require(o.optimizer.learning_rate > 0 && std::isfinite(o.optimizer.learning_rate),
          "lr: expected above 0 and finite, found ", o.optimizer.learning_rate);
  at_least_0("weight-decay", o.optimizer.weight_decay);
  at_least_0("momentum", o.optimizer.momentum);
  require(o.schedule.warmup_steps >= 0, "warmup: expected at least 0, found ", o.schedule.warmup_steps);
}

TrainResult train(Context& context, Problem& problem, const TrainOptions& options, TrainObserver* observer,
                  const std::string& resume) {
  check_train_options(options);
  require(problem.training_items() > 0, "train: there is nothing to train on");
  TrainObserver silent;
  return Trainer(context, problem, options, observer ? *observer : silent).run(resume);
}

}  // namespace recurra
