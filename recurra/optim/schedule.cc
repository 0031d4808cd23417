// SPDX-License-Identifier: Apache-2.0
#include "recurra/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "recurra/base/error.h"

namespace recurra {

const Names<ScheduleKind>& schedule_names() {
  static const Names<ScheduleKind> names = {{"constant", ScheduleKind::constant},
                                            {"step", ScheduleKind::step},
                                            {"cosine", ScheduleKind::cosine},
                                            {"plateau", ScheduleKind::plateau}};
  return names;
}

Schedule::Schedule(double base_rate, ScheduleOptions options) : base_rate_(base_rate), options_(options) {
  const auto& o = options;
  require(base_rate > 0, "Schedule: expected a learning rate above 0, found ", base_rate);
  require(o.warmup_steps >= 0, "Schedule: expected at least 0 warm-up steps, found ", o.warmup_steps);
  require(o.kind != ScheduleKind::cosine || o.total_steps > o.warmup_steps, "Schedule: a cosine over ", o.total_steps,
          " steps has no room after a warm-up of ", o.warmup_steps);
  require(o.step_size > 0, "Schedule: expected a step size above 0, found ", o.step_size);
  require(o.factor > 0 && o.factor <= 1, "Schedule: expected a factor in (0, 1], found ", o.factor);
  require(o.patience >= 0, "Schedule: expected a patience of at least 0, found ", o.patience);
  require(o.minimum >= 0 && o.minimum <= base_rate, "Schedule: expected a minimum in [0, ", base_rate, "], found ",
          o.minimum);
}

double Schedule::rate() const {
  const auto& [kind, warmup, total, step_size, factor, patience, minimum] = options_;
  if (state_.steps < warmup) return base_rate_ * static_cast<double>(state_.steps + 1) / static_cast<double>(warmup);
  switch (kind) {
    case ScheduleKind::constant:
      return base_rate_;
    case ScheduleKind::step: {
      const Index cuts = state_.epochs / step_size;
      return std::max(minimum, base_rate_ * std::pow(factor, static_cast<double>(cuts)));
    }
    case ScheduleKind::plateau:
      return std::max(minimum, base_rate_ * state_.scale);
    case ScheduleKind::cosine:
      break;
  }
  const double done = static_cast<double>(state_.steps - warmup) / static_cast<double>(total - warmup);
  return minimum + (base_rate_ - minimum) * 0.5 * (1 + std::cos(std::numbers::pi * std::min(done, 1.0)));
}

void Schedule::after_epoch(double validation_loss) {
  ++state_.epochs;
  if (validation_loss < state_.best) {
    state_.best = validation_loss;
    state_.bad_epochs = 0;
  } else if (++state_.bad_epochs > options_.patience) {
    state_.bad_epochs = 0;
    state_.scale *= options_.factor;
  }
}

}  // namespace recurra
