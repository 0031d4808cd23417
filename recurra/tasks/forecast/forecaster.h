// SPDX-License-Identifier: Apache-2.0
// A forecaster: options, what was fitted to the data, the net, and how its training went. Trains, saves, loads,
// forecasts. Not here: scoring, which is recurra/tasks/forecast/backtest.h. Example:
//
//   auto run = [](const recurra::Series& series, recurra::ForecastOptions options) {
//     recurra::Context two(2);
//     recurra::TrainedForecaster trained = recurra::train_forecaster(two, series, options);
//     recurra::save_forecaster("model.safetensors", trained.model);
//     return recurra::forecast_next(two, trained.model, series).values;
//   };
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recurra/tasks/common/training.h"
#include "recurra/tasks/forecast/data_memory.h"
#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/tasks/forecast/net.h"
#include "recurra/tasks/forecast/prepared_set.h"
#include "recurra/tasks/forecast/set_shape.h"
#include "recurra/train/conformal.h"

namespace recurra {

struct ModelFile;

/// A net and what was fitted to the data that it reads.
struct PreparedNet {
  Preparation preparation;
  std::shared_ptr<ForecastNet> net;
};

struct ForecastModel {
  ForecastOptions options;  ///< resolved: nothing is automatic
  Preparation preparation;
  std::shared_ptr<ForecastNet> net;  ///< what forecasts
  TrainingSummary summary;           ///< of the tested net
  Index rows = 0;                    ///< of the series it was trained on
  DataMemory data;                   ///< what is known of that series
  std::optional<SetShape> set;       ///< of a model that was trained on a set: how its files are read
  /// The net that has seen only the training and validation rows: what a backtest scores on the rows that `net` has
  /// learned from. Nothing where `net` is that net itself.
  std::optional<PreparedNet> tested;
  /// Of the tested net's intervals, by its errors on the validation rows; the final net uses it too. A group is a
  /// target. Nothing where the options or the data gave none.
  std::optional<Conformal> calibration;

  bool follows_errors() const { return calibration && options.follow_errors; }
  /// The same model with the tested net in the place of the final one.
  ForecastModel as_tested() const;
};

/// A forecaster that is ready to be trained: what the training loop takes, or a caller that steps by itself. It stays
/// where it is, since the problem refers to the rest.
struct ForecastTraining {
  ForecastTraining() = default;
  ForecastTraining(const ForecastTraining&) = delete;
  ForecastModel model;
  PreparedSet prepared;  ///< the problem refers to it
  std::unique_ptr<Problem> problem;
  Index rows = 0;                  ///< steps of all series
  std::vector<double> penalties;   ///< of the linear model that the skip begins at
  bool effects_first = false;      ///< the same of a set: see SkipStart
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};
/// Trains on the oldest part of the series, validates on the middle part, leaves the newest alone. Reads no file: what
/// options.train.from names is not looked at.
/// Errors: as check_options and fit_preparation; ValueError for a net that does not fit into the machine's memory.
std::unique_ptr<ForecastTraining> begin_forecaster(const Series& series, ForecastOptions options);
/// The same for a set, each of whose series is split by itself; it must outlive the result. The columns of the set go
/// by their roles. Of many windows each epoch draws kWindowsOfEpoch, one from each of as many equal stretches, others
/// in each step. Errors: also ValueError for a set without the columns of the options, and where no series has a
/// window.
std::unique_ptr<ForecastTraining> begin_forecaster(Context& context, const SeriesSet& set, ForecastOptions options);
inline constexpr Index kWindowsOfEpoch = 100'000;

struct [[nodiscard]] TrainedForecaster {
  ForecastModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// The whole of it: stops by the middle part; then, with options.refit, begins again with all rows and makes as many
/// passes over them as the tested net had made at its best. The model holds both nets.
/// `resume`: a checkpoint of the same options and data. Errors: as begin_forecaster and train.
TrainedForecaster train_forecaster(Context& context, const Series& series, ForecastOptions options,
                                   TrainObserver* observer = nullptr, const std::string& resume = "");

/// The same for a set; `asked`: how its files were read, stored in the model.
TrainedForecaster train_forecaster(Context& context, const SeriesSet& set, const SetRequest& asked,
                                   ForecastOptions options, TrainObserver* observer = nullptr,
                                   const std::string& resume = "");

/// The model file, in memory. Errors: as check_description.
std::string forecaster_bytes(const ForecastModel& model);
/// Errors: also IoError.
void save_forecaster(const std::string& path, const ForecastModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task. Its weights load in PyTorch by their names.
ForecastModel load_forecaster(const std::string& path);
/// The same of a file that has been read.
ForecastModel forecaster_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` replaces the file name in messages.
ForecastModel parse_forecaster(std::string_view bytes, const std::string& name);

/// What the net reads for windows of a series. Errors: ValueError if one leaves the series.
ForecastInputs inputs_of(const ForecastModel& model, const Prepared& prepared, std::span<const Index> origins);

/// The same for windows of a set.
ForecastInputs inputs_of(const ForecastModel& model, const PreparedSet& prepared, std::span<const Origin> origins);

/// The outputs of the net, in its own scale: head_parameters of each step and target. Shapes: returns [origins, horizon
/// * O
/// * K], horizon-major, K = head_width.
Tensor<float> forecast_windows(Context& context, const ForecastModel& model, const Prepared& prepared,
                               std::span<const Index> origins);

Tensor<float> forecast_windows(Context& context, const ForecastModel& model, const PreparedSet& prepared,
                               std::span<const Origin> origins);

/// The intervals of one level.
struct IntervalSteps {
  double level = 0;                  ///< percent that they should cover
  std::vector<double> lower, upper;  ///< [horizon], in the target's unit
};

struct Forecast {
  std::vector<std::string> stamps;                         ///< empty without a time column
  std::vector<std::vector<double>> values;                 ///< [target][horizon], in its own unit
  std::vector<std::vector<IntervalSteps>> intervals = {};  ///< [target][level]; no levels where the model has none
  std::vector<std::string> notes = {};                     ///< what replaces values that the data lack

  /// Whether the data left nothing to forecast from, so that some value is NaN or infinite.
  bool has_gaps() const;
};

/// The steps after the end of the series, with intervals at `levels` (percent; empty: those of the model's options)
/// where the model has intervals. Errors: ValueError if the series is shorter than the lookback (and the lag of the
/// difference), or lacks a column; for levels as check_forecast_levels. `follow`: the intervals also follow the errors
/// on the newest rows (recent_errors.h), where it is known which rows the nets have learned from and the last one has a
/// target; ignored in a build for the browser.
Forecast forecast_next(Context& context, const ForecastModel& model, const Series& series,
                       std::vector<double> levels = {}, bool follow = false);

/// A model that forecasts from any step of the series of a set, in its own unit. Model and set must outlive it.
class WindowForecaster {
 public:
  /// `fitted`: the steps of each series that its own scale comes from.
  WindowForecaster(Context& context, const ForecastModel& model, const SeriesSet& set, const SetRange& fitted);

  /// Of each origin, and within it of each target. `levels`: of quantiles, ascending; the highest that was calibrated
  /// stands in for what is beyond it. Errors: ValueError where what is known ahead is not known.
  std::vector<IntervalForecast> forecast(Context& context, std::span<const Origin> origins,
                                         std::span<const double> levels = {}) const;

 private:
  const ForecastModel* model_;
  PreparedSet prepared_;
};

struct SetForecast {
  std::vector<std::string> ids;
  std::vector<Forecast> series;    ///< of each id
  std::vector<std::string> notes;  ///< of the whole

  bool has_gaps() const;
};

/// The steps after the last present target of each series, with intervals as of one series. Errors: ValueError as
/// require_plan, for a set that lacks a column, and for levels as check_forecast_levels.
SetForecast forecast_next(Context& context, const ForecastModel& model, const SeriesSet& set,
                          std::vector<double> levels = {}, bool follow = false);

}  // namespace recurra
