// SPDX-License-Identifier: Apache-2.0
// From the outputs of a forecaster's net to a point and quantiles of each step, in the unit of the data: the head's
// distribution, with scale and differences undone, corrected by the calibration (docs/maths/heads.md). Example:
//
//   auto upper = [](const recurra::ForecastModel& model, const recurra::Series& series) {
//     recurra::Context two(2);
//     const recurra::Forecast next = recurra::forecast_next(two, model, series, {90});
//     return next.intervals[0][0].upper;                                   // of the first target, 95 % lie below it
//   };
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/interval_rivals.h"

namespace recurra {

/// Whether a model has intervals: its head is no point, or its errors were calibrated.
bool has_intervals(const ForecastModel& model);

/// Checks levels, in percent, of a model's intervals. Errors: ValueError as check_levels, for a model without
/// intervals, and for a level above the highest one that was calibrated.
void check_forecast_levels(const ForecastModel& model, const std::vector<double>& levels);

/// The ends of intervals as levels of quantiles, ascending, with the median between. `levels`: percent, ascending.
std::vector<double> quantile_levels(const std::vector<double>& levels);

/// What describes the whole distribution of a step: the ends of these intervals, and those of a few more.
std::vector<double> scored_levels(const std::vector<double>& levels);

/// One target from one origin. `said`: a row of forecast_windows. `levels`: of quantiles, ascending, in (0, 1); empty:
/// the point alone. Quantiles do not cross: each lies outward of the one nearer to the median, which is the point of a
/// point forecast. Steps whose differences refer to forecasts get the quantiles of sample paths.
/// Beyond what is calibrated, the correction is that of the widest interval that is.
IntervalForecast forecast_target(const ForecastModel& model, const Prepared& prepared, std::size_t target, Index origin,
                                 std::span<const float> said, std::span<const double> levels);

/// Adds a target to a forecast. `next`: at quantile_levels(levels).
void add_target(Forecast& forecast, const ForecastModel& model, const IntervalForecast& next,
                const std::vector<double>& levels);

/// The calibration of the model's net on windows of the validation part, thinned evenly if they are many: at coverages
/// of 10 to 90 % by tens and the levels of the options. All series of a set are calibrated together, in units of their
/// scales if each has its own. The prior of a point is its errors on windows of the training part, that of other heads
/// their own intervals. Nothing without a validation window. `notes` report what is uncertain.
std::optional<Conformal> calibrate_intervals(Context& context, const ForecastModel& model, const PreparedSet& prepared,
                                             const std::vector<Origin>& training, const std::vector<Origin>& validation,
                                             std::vector<std::string>& notes);

nlohmann::json to_json(const Conformal& calibration);
/// Errors: FormatError.
Conformal conformal_from(const JsonReader& reader, const ForecastOptions& options);

}  // namespace recurra
