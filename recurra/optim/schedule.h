// SPDX-License-Identifier: Apache-2.0
// The learning rate over a run: constant, in steps, along a cosine, or reduced on a plateau of the validation loss; all
// after an optional linear warm-up. Its state is a few numbers, for checkpoints. Example:
//
//   recurra::Schedule schedule(1e-3, {.kind = recurra::ScheduleKind::cosine, .warmup_steps = 100, .total_steps =
//   1000}); const double rate = schedule.rate(); schedule.after_step();
#pragma once

#include <limits>

#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

enum class ScheduleKind { constant, step, cosine, plateau };
/// The names used by the command, model files and messages.
const Names<ScheduleKind>& schedule_names();

/// Steps are optimiser steps, epochs are passes over the data.
struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::constant;
  Index warmup_steps = 0;  ///< before it the rate of step s is base (s + 1) / warmup_steps
  Index total_steps = 0;   ///< cosine: the step at which the minimum is reached
  Index step_size = 30;    ///< step: epochs between reductions
  double factor = 0.1;     ///< step, plateau: factor of a reduction
  Index patience = 5;      ///< plateau: epochs without a better loss before a reduction
  double minimum = 0;      ///< minimum of the rate after the warm-up
};

class Schedule {
 public:
  /// Errors: ValueError if an option is outside its range.
  Schedule(double base_rate, ScheduleOptions options);

  /// Of the next step. Formula (cosine, s steps after the warm-up of n): min + (base - min) (1 + cos(pi s / n)) / 2.
  /// Source: Loshchilov, Hutter 2017, without restarts.
  double rate() const;
  /// To be called after each update of the weights, and after each epoch.
  void after_step() { ++state_.steps; }
  void after_epoch(double validation_loss);

  struct State {
    Index steps = 0, epochs = 0, bad_epochs = 0;
    double scale = 1;  ///< product of the plateau's reductions
    double best = std::numeric_limits<double>::infinity();
  };
  const State& state() const { return state_; }
  void load(const State& state) { state_ = state; }

 private:
  double base_rate_;
  ScheduleOptions options_;
  State state_;
};

}  // namespace recurra
