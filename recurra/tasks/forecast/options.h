// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a forecaster, with defaults that work. Example:
//
//   recurra::ForecastOptions options;
//   options.targets = {"demand"};
//   options.horizon = 48;
//   recurra::check_options(options);
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "recurra/data/scaler.h"
#include "recurra/nn/head.h"
#include "recurra/ops/losses.h"
#include "recurra/ops/window_scale.h"
#include "recurra/tasks/common/forcing_options.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// WebAssembly is downloaded, and a page forecasts one series with given options: its build has no sets of series, no
/// strategy decoder, and tries no options.
#ifdef __EMSCRIPTEN__
inline constexpr bool kWholeForecaster = false;
#else
inline constexpr bool kWholeForecaster = true;
#endif

/// What is taken out of the targets before the net sees them: nothing, the value one step or one season before each, or
/// the last value of the window from all of it.
enum class DifferenceKind { automatic, none, first, seasonal, last };
/// direct: one output for each step of the horizon. recursive: one step, fed back. decoder: a second net writes the
/// horizon step by step, reading the window through attention.
/// segments: stretches of the window are read as steps, and all stretches of the horizon written side by side.
enum class Strategy { direct, recursive, decoder, segments };
/// How several targets are forecast: all by one output, or each from its own window by the same weights; automatic:
/// independently from kIndependentFrom targets on.
enum class Channels { automatic, joint, independent };
inline constexpr std::size_t kIndependentFrom = 4;

/// Whether a set of series has a scale for each of them or one for all; automatic: each, where there are several.
enum class ScaleBy { automatic, series, all };

struct ForecastOptions : NetOptions {
  std::vector<std::string> targets;   ///< at least one column
  std::vector<std::string> features;  ///< further input columns, known up to the origin
  std::vector<std::string> known;     ///< those that are known ahead through the horizon; of a set of series
  std::vector<std::string> fixed;     ///< those with one value for each series; of a set of series
  std::string time_column;            ///< empty: found by itself; "none": each row is one step
  std::string time_format;            ///< empty: found by itself; else as time_format_from takes it

  Index lookback = 0;                                     ///< steps that the net sees; 0: chosen by validation
  Index horizon = 1;                                      ///< steps that it forecasts
  Index season = 0;                                       ///< steps of one season; 0: looked for, 1: none
  DifferenceKind difference = DifferenceKind::automatic;  ///< automatic: chosen by validation
  /// The scale that each window gives itself beside the fitted one; nothing: chosen. "last" is the difference of that
  /// name.
  std::optional<ops::WindowScaling> scale_window;
  bool log = false;    ///< works on the logarithm of the targets
  bool log1p = false;  ///< works on log(1 + x) of the targets, which may be 0
  ScaleKind scale = ScaleKind::standard;
  ScaleBy scale_by = ScaleBy::automatic;
  std::array<double, 3> split = {0.7, 0.1, 0.2};  ///< train, validation, test, oldest first

  bool skip = true;  ///< a linear map from the window of the targets to the forecast, beside the net (LSTNet, Lai 2018)
  /// One map for the window of each target alone, as in LSTNet; else one of all targets. Set for many targets, and
  /// where these are independent.
  bool skip_shared = false;
  bool refit = true;  ///< after the tested net, one that learns from all rows
  Strategy strategy = Strategy::direct;
  Index segment = 0;  ///< strategy segments: steps of one; 0: by the season and the window
  Channels channels = Channels::automatic;
  ForcingOptions forcing;  ///< strategy decoder: how often it is fed the truth while it is trained
  Index tbptt = 0;         ///< steps of the window that gradients flow back through; 0: all

  std::optional<HeadKind> head;           ///< what the net predicts for each step; nothing: chosen (resolve_head)
  bool zero_inflated = false;             ///< of a distribution: mixed with a point mass at 0
  std::vector<double> levels = {80, 95};  ///< of intervals, percent that they cover; ascending
  /// Of quantiles: what the median weighs in the loss, in units of all other levels together; 0: as any of them.
  double median_weight = 1;
  bool calibrate = true;  ///< intervals, by the errors on the validation rows
  /// The weight of the training windows against those errors, in windows; 0: the errors alone.
  double interval_prior = 20;
  bool follow_errors = true;  ///< calibrated intervals become wider or narrower by the newest errors

  ops::ElementLoss loss = {ops::LossKind::mae};  ///< of a point

  /// A net that starts at a good linear model needs a small learning rate, and improves within a few epochs or not.
  ForecastOptions() {
    train.patience = 8;
    train.optimizer.learning_rate = 3e-4;
  }
};

/// Names as the command, model files and messages write them.
const Names<DifferenceKind>& difference_names();
const Names<Strategy>& strategy_names();
const Names<ScaleBy>& scale_by_names();
const Names<Channels>& channel_names();
/// "auto" and the names of window_scaling_names.
const Names<std::optional<ops::WindowScaling>>& scale_window_names();
/// "auto" and the names of heads.
const Names<std::optional<HeadKind>>& forecast_head_names();
/// Of the losses that a forecaster can be trained by.
const Names<ops::LossKind>& loss_names();

/// What a user may give, in the order and groups of the help.
void add_options(OptionTable& table, ForecastOptions& options);
/// The column of the times and their format: two of the options, which other verbs have too.
void add_time_options(OptionTable& table, ForecastOptions& options);

/// The names of all columns that the net reads: targets, features, static ones, those known ahead.
std::vector<std::string> input_columns(const ForecastOptions& options);
/// Errors: ValueError unless these percentages ascend, each above 0 and below 100.
void check_levels(const std::vector<double>& levels);

/// The head of the options, which must be resolved. Of quantiles: the levels 0.1 to 0.9 by tenths and the ends
/// of the intervals of `levels`.
Head head_of(const ForecastOptions& options);
/// Chooses the head where it is open: quantiles, but a point where one number is fed back (strategies recursive and
/// decoder) or where the loss is one of a point; `notes` say so. Counts, and heads that must keep 0 where it is, are
/// forecast without differences.
void resolve_head(ForecastOptions& options, std::vector<std::string>& notes);

/// Whether each target is forecast from its own window. Errors: ValueError where that is still open.
bool independent(const ForecastOptions& options);
/// The scale of each window: subtracting its last value counts as one. Where it is open: none.
ops::WindowScaling scaling_of(const ForecastOptions& options);
/// Chooses what depends on the number of targets and the lookback: channels and the segment. `notes` report it.
void resolve_shape(ForecastOptions& options, std::vector<std::string>& notes);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const ForecastOptions& options);

/// The options that a forecast depends on; those of training are in the summary.
nlohmann::json to_json(const ForecastOptions& options);
/// Errors: FormatError; ValueError as check_options.
ForecastOptions forecast_options_from(const JsonReader& reader);

}  // namespace recurra
