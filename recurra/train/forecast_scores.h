// SPDX-License-Identifier: Apache-2.0
// Scores of forecasts of many series: errors of points, losses of quantiles, coverage and width of intervals, CRPS; in
// total, per series, per step of the horizon, and the worst series. Definitions with worked examples:
// docs/reference/scores.md. Example:
//
//   recurra::ForecastScores scores({.horizon = 1, .levels = {0.1, 0.5, 0.9}, .coverages = {0.8}});
//   const std::vector<double> past = {1, 3, 2, 4}, quantiles = {2, 3, 5}, lower = {2}, upper = {5};
//   scores.begin_series("shop 7", past, /*season=*/1);
//   scores.add(/*step=*/0, {.actual = 4, .point = 3, .quantiles = quantiles, .lower = lower, .upper = upper});
//   const double mase = scores.total().mase;                                            // 1 / (5 / 3) = 0.6
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct ScoreSettings {
  Index horizon = 1;
  std::vector<double> levels = {};     ///< of the quantiles that are scored; ascending, in (0, 1)
  std::vector<double> coverages = {};  ///< of the intervals that are scored, in (0, 1)
};

/// One step of one forecast. Spans may be empty if the method lacks them, but then for all steps.
struct ScoredStep {
  double actual = 0;                               ///< NaN: the step is not scored
  double point = 0;                                ///< NaN counts: a method cannot choose what it is scored on
  std::span<const double> quantiles = {};          ///< [levels]
  std::span<const double> lower = {}, upper = {};  ///< ends of the intervals, [coverages]
  std::span<const double> samples = {};            ///< for CRPS; if empty it is computed from the quantiles
};

/// NaN if there is nothing to score. Vectors are empty if nothing of their kind was given.
struct Scores {
  Index count = 0;
  double mae = 0, rmse = 0;                         ///< in the target's unit
  double smape = 0;                                 ///< percent, 0 to 200
  double nd = 0;                                    ///< sum |e| / sum |actual|
  double mase = 0, rmsse = 0;                       ///< relative to the seasonal naive forecast within the history
  double crps = 0;                                  ///< in the target's unit
  std::vector<double> pinball = {};                 ///< by level, in the target's unit
  std::vector<double> weighted_quantile_loss = {};  ///< by level: 2 sum pinball / sum |actual|
  double mean_weighted_quantile_loss = 0;
  std::vector<double> coverage = {}, width = {};  ///< by coverage: fraction of actual values inside; mean width
  std::vector<double> msis = {};                  ///< by coverage: mean interval score / MASE's scale
};

struct SeriesScores {
  std::string id;
  Scores scores;
};

/// The sums from which scores are computed; sums of parts can be added.
struct ScoreSums {
  double count = 0, absolute = 0, square = 0, symmetric = 0, size = 0, crps = 0;
  double scaled_count = 0, scaled_absolute = 0, scaled_square_count = 0, scaled_square = 0;
  std::vector<double> pinball, covered, width, scaled_interval;
};

class ForecastScores {
 public:
  /// Errors: ValueError for a horizon below 1, or levels or coverages outside (0, 1) or not ascending.
  explicit ForecastScores(ScoreSettings settings);

  /// Steps added from now on belong to this series. `history`: the values before all of its forecasts, NaN where
  /// missing; the scales of MASE, RMSSE and MSIS are its seasonal naive errors. A history without such errors, or with
  /// errors that are all 0, gives no scale: the series is then left out of scaled scores (see unscaled()). Errors:
  /// ValueError for a season below 1.
  void begin_series(std::string id, std::span<const double> history, Index season);

  /// `step` from 0. Errors: ValueError before begin_series or for a step outside the horizon; ShapeError for spans of
  /// another length.
  void add(Index step, const ScoredStep& scored);

  /// Over all points; MASE, RMSSE and MSIS: the mean over the series that have a scale, as in the M4 and M5
  /// competitions. Per step they are over the points of that step.
  Scores total() const;
  std::vector<SeriesScores> by_series() const;
  std::vector<Scores> by_step() const;
  /// The series with the largest MASE, or if no series has a scale with the largest MAE; the first is the worst.
  std::vector<SeriesScores> worst(Index most = 10) const;
  Index unscaled() const;

 private:
  struct Series {
    std::string id;
    double scale, square_scale;  ///< NaN without one
    ScoreSums sums;
  };
  Scores scores_of(const ScoreSums& sums) const;

  ScoreSettings settings_;
  std::vector<Series> series_;
  std::vector<ScoreSums> steps_;
};

/// Overall weighted average of the M4 competition: (sMAPE / sMAPE of Naive2 + MASE / MASE of Naive2) / 2.
double owa(const Scores& method, const Scores& naive2);

/// Continuous ranked probability score of samples. Formula: mean |x - y| - sum over ordered pairs |x - x'| / (2 n (n -
/// 1)), which is unbiased for any n. Source: Gneiting, Raftery 2007; Ferro 2014. NaN without a sample. Cost: n log n.
double crps_of_samples(std::span<const double> samples, double actual);
/// The same from quantiles: 2 sum w pinball, w the part of [0, 1] nearest to each level. Errors: ShapeError.
double crps_of_quantiles(std::span<const double> levels, std::span<const double> quantiles, double actual);

}  // namespace recurra
