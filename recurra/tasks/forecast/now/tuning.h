// SPDX-License-Identifier: Apache-2.0
// Fine-tuning: the net of a forecast without a training goes on learning from the windows of a user's series. Example:
//
//   auto tune = [](recurra::Context& context, const recurra::SeriesSet& set) {
//     const recurra::NowModel start = recurra::shipped_now_model();
//     const recurra::TunedNow tuned = recurra::tune_now(context, start, set, {.season = {7, 1, ""}});
//     return tuned.after / tuned.before;                                    // of the loss on validation windows
//   };
#pragma once

#include "recurra/data/window_source.h"
#include "recurra/tasks/forecast/now/forecast_now.h"
#include "recurra/train/trainer.h"

namespace recurra {

/// Parts of each series for training, validation and test, oldest first.
inline constexpr std::array<double, 3> kTuningSplit = {0.7, 0.1, 0.2};

struct TuningOptions {
  NowSeason season;
  Index horizon = kNowHorizon;  ///< steps that the loss counts, at most kNowHorizon
  bool frozen = false;          ///< the recurrent layer stays as it is
  Index epochs = 20;            ///< at most; it stops when validation windows do not improve for 4
  double learning_rate = 3e-4;
  std::uint64_t seed = 1;
};

struct TunedNow {
  NowModel model;
  double before = 0, after = 0;  ///< pinball loss on the validation windows; equal where nothing was learned
  Index windows = 0, epochs = 0;
  StopReason reason = StopReason::finished;
};

/// Windows of all targets whose steps lie in the training part, at most kTuningWindows an epoch; the test part is never
/// looked at. Errors: ValueError if there is no window for training or for validation.
TunedNow tune_now(Context& context, const NowModel& start, const SeriesSet& set, const TuningOptions& options,
                  TrainObserver* observer = nullptr);
inline constexpr Index kTuningWindows = 6'400;

}  // namespace recurra
