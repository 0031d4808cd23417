// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/stepwise.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/train/conformal.h"
#include "recurra/train/metrics.h"

namespace recurra {
namespace {

std::unique_ptr<ForecastTraining> begin(const Series& series, const ForecastOptions& options) {
  require(options.targets.size() == 1, "StepwiseForecaster: expected one target, found ", options.targets.size());
  require(options.strategy == Strategy::recursive, "StepwiseForecaster: expected the recursive strategy");
  check_options(options);
  std::unique_ptr<ForecastTraining> training = begin_forecaster(series, options);
  training->model.summary.source = series.source;
  training->model.summary.training_items = training->problem->training_items();
  return training;
}

std::vector<Index> rows_from(Index first, Index end) {
  std::vector<Index> out(static_cast<std::size_t>(std::max<Index>(0, end - first)));
  std::iota(out.begin(), out.end(), first);
  return out;
}

/// `known`, `said`: actual values and one-step forecasts of rows that the net was not trained on.
void add_band(std::span<const double> known, const std::vector<double>& said, ForecastLook& out) {
  out.lower.assign(out.one_step.size(), std::nan(""));
  out.upper = out.lower;
  out.covered = std::nan("");
  Conformal conformal({.coverages = {kBandCoverage}});
  Index scores = 0, present = 0, within = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (!std::isfinite(said[i]) || std::isnan(known[i])) continue;
    conformal.add(0, 0, {&said[i], 1}, {&said[i], 1}, known[i]);
    ++scores;
  }
  if (scores == 0) return;
  std::vector<std::string> notes;
  conformal.fit(notes);
  for (std::size_t i = 0; i < out.one_step.size(); ++i) {
    if (!std::isfinite(out.one_step[i])) continue;
    out.lower[i] = out.upper[i] = out.one_step[i];
    conformal.calibrate(0, 0, {&out.lower[i], 1}, {&out.upper[i], 1});
    if (std::isnan(out.truth[i])) continue;
    ++present;
    within += out.truth[i] >= out.lower[i] && out.truth[i] <= out.upper[i];
  }
  if (present > 0) out.covered = static_cast<double>(within) / static_cast<double>(present);
}

double mae(const std::vector<double>& forecast, const std::vector<double>& truth) {
  if (forecast.empty()) return std::nan("");
  ErrorSums sums;
  for (std::size_t i = 0; i < truth.size(); ++i) sums.add(forecast[i], truth[i]);
  return sums.errors(std::nan("")).mae;
}

}  // namespace

StepwiseForecaster::StepwiseForecaster(Series series, const ForecastOptions& options)
    : series_(std::move(series)),
      training_(begin(series_, options)),
      split_(chronological_split(series_.length(), options.split)) {
  TrainOptions& train = training_->model.options.train;
  train.seed = options.seed;
  stepped_ = std::make_unique<SteppedTraining>(*training_->problem, train);
}

/// `horizon` steps from each origin, recursively, one row after the other.
std::vector<double> StepwiseForecaster::forecast_rows(Context& context, std::span<const Index> origins,
                                                      Index horizon) const {
  ForecastModel view = model();  // shares the net
  view.options.horizon = horizon;
  const Tensor<float> y = forecast_windows(context, view, training_->prepared.one(), origins);
  std::vector<double> out;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const float* row = y.data() + static_cast<Index>(i) * horizon;
    const std::vector<double> scaled(row, row + horizon);
    const auto values =
        undo_preparation(view.preparation, view.options, training_->prepared.one(), 0, origins[i], scaled);
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

ForecastModel StepwiseForecaster::calibrated(Context& context) const {
  ForecastModel out = model();  // shares the net
  const auto origins = [&](Index begin, Index end) {
    return origins_within(training_->prepared, out.options.horizon, begin, end);
  };
  std::vector<std::string> notes;
  out.calibration = calibrate_intervals(context, out, training_->prepared, origins(0, split_.train_end),
                                        origins(split_.train_end, split_.validation_end), notes);
  return out;
}

ForecastLook StepwiseForecaster::look(Context& context) const {
  const ForecastOptions& o = model().options;
  const std::vector<double>& column = series_.column(o.targets[0]);
  ForecastLook out;
  out.validation_loss = training_->problem->validation_loss(context).value_or(std::nan(""));
  out.first_row = split_.validation_end;
  out.truth.assign(column.begin() + out.first_row, column.end());
  const std::vector<Index> origins = rows_from(out.first_row, series_.length());
  require(!origins.empty(), series_.source, ": the test part is empty");
  out.one_step = forecast_rows(context, origins, 1);
  out.free_running = forecast_rows(context, std::span(origins).first(1), static_cast<Index>(origins.size()));
  const auto validation = std::span(column).subspan(static_cast<std::size_t>(split_.train_end),
                                                    static_cast<std::size_t>(out.first_row - split_.train_end));
  const std::vector<Index> validating = rows_from(split_.train_end, out.first_row);
  add_band(validation, validating.empty() ? std::vector<double>() : forecast_rows(context, validating, 1), out);
  for (const Index origin : origins) {
    const std::span<const double> history = std::span(column).first(static_cast<std::size_t>(origin));
    out.persistence.push_back(repeat_last(history, 1)[0]);
    if (o.season > 1) out.seasonal.push_back(seasonal_naive(history, o.season, 1)[0]);
  }
  out.one_step_mae = mae(out.one_step, out.truth);
  out.free_running_mae = mae(out.free_running, out.truth);
  out.persistence_mae = mae(out.persistence, out.truth);
  out.seasonal_mae = mae(out.seasonal, out.truth);
  return out;
}

}  // namespace recurra
