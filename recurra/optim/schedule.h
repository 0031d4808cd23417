// SPDX-License-Identifier: Apache-2.0
// The learning rate over a run: constant, by steps, along a cosine, or lowered on a plateau of the validation loss;
// each after an optional linear warm-up. Its state is a few numbers, for checkpoints. Example:
//
//   recurra::Schedule schedule(1e-3, {.kind = recurra::ScheduleKind::cosine, .warmup_steps = 100, .total_steps =
//   1000}); const double rate = schedule.rate(); schedule.after_step();
#pragma once

#include <limits>

#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

enum class ScheduleKind { constant, step, cosine, plateau };
/// As the command, model files and messages write them.
const Names<ScheduleKind>& schedule_names();

/// Steps are optimiser steps, epochs are passes over the data.
struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::constant;
  Index warmup_steps = 0;  ///< the rate of step s is base (s + 1) / warmup_steps until then
  Index total_steps = 0;   ///< cosine: where it reaches the minimum
  Index step_size = 30;    ///< step: epochs between two cuts
  double factor = 0.1;     ///< step, plateau: what a cut multiplies by
  Index patience = 5;      ///< plateau: epochs without a better loss before a cut
  double minimum = 0;      ///< no rate below it, warm-up aside
};

class Schedule {
 public:
  /// Errors: ValueError if an option is outside its range.
  Schedule(double base_rate, ScheduleOptions options);

  /// For the next step. Formula (cosine, s steps after the warm-up of n): min + (base - min) (1 + cos(pi s / n)) / 2.
  /// Source: Loshchilov, Hutter 2017, without restarts.
  double rate() const;
  void after_step() { ++state_.steps; }
  void after_epoch(double validation_loss);

  struct State {
    Index steps = 0, epochs = 0, bad_epochs = 0;
    double scale = 1;  ///< product of the plateau's cuts
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
