// SPDX-License-Identifier: Apache-2.0
// A trained forecaster, one row at a time: its recurrent state is kept, so a new row costs one step instead of a
// window. The first forecast is that of forecast_next. After it the state has seen more rows than the windows that the
// net was trained on; read_past begins a window anew. Example:
//
//   auto watch = [](const recurra::ForecastModel& model, const recurra::Series& past) {
//     recurra::ForecastStream stream = recurra::stream(model, past);
//     stream.push(std::vector<double>{17.5});             // a value for each target, then for each feature
//     return stream.forecast().values[0][0];              // of the first target, one step ahead, in its own unit
//   };
#pragma once

#include <span>
#include <vector>

#include "recurra/nn/stepper.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

class ForecastStream {
 public:
  /// Reads the newest window of `past`. The model must outlive it.
  /// Errors: UnsupportedError, with the reason, for a net that cannot be streamed: one that reads in both directions,
  /// one with a decoder, one whose inputs are relative to the last value of each window, one that feeds its own
  /// forecasts back; ValueError as forecast_next.
  ForecastStream(const ForecastModel& model, const Series& past, StepperOptions options = {});

  /// Begins again, at the newest window of `past`, from an empty state. Errors: ValueError as forecast_next.
  void read_past(const Series& past);

  /// The next row: a value for each target, then for each feature, in their own units, NaN where missing.
  /// Errors: ShapeError for another number of values. Cost: one step of the net, and the preparation of two windows.
  void push(std::span<const double> row);

  /// The steps after the newest row. Cost: the linear path beside the net, if there is one.
  Forecast forecast() const;

  /// The part that allocates nothing: the stack with its head. It takes prepared rows (targets and features scaled,
  /// flags of missing values, calendar) and gives the forecast on the net's scale, without the linear path.
  Stepper& stepper() { return stepper_; }

 private:
  float linear_part(Index output) const;

  const ForecastModel& model_;
  Stepper stepper_;
  Series tail_;           ///< twice the rows that a window needs, the newest last
  Prepared prepared_;     ///< of the tail
  std::vector<float> y_;  ///< the head's numbers, without the linear path
};

ForecastStream stream(const ForecastModel& model, const Series& past, StepperOptions options = {});

}  // namespace recurra
