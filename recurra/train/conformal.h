// SPDX-License-Identifier: Apache-2.0
// Split conformal calibration: widens or narrows prediction intervals by their errors on windows that the net was not
// trained on, so that they have their nominal coverage for any net and data. Example:
//
//   recurra::Conformal conformal({.coverages = {0.8}, .horizon = 1});
//   const std::vector<double> point = {10};                            // or the lower and upper ends of an interval
//   for (int i = 0; i < 99; ++i) conformal.add(/*group=*/0, /*step=*/0, point, point, 10 + i % 7);
//   std::vector<std::string> notes;
//   conformal.fit(notes);
//   std::vector<double> lower = {12}, upper = {12};
//   conformal.calibrate(0, 0, lower, upper);                           // 12 -+ 5
#pragma once

#include <span>
#include <string>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// together: one offset moves both ends. apart: each end has its own, for half of the miscoverage: intervals around
/// points follow the skewness of the errors, but need twice as many windows.
enum class Tails { together, apart };

struct ConformalOptions {
  std::vector<double> coverages = {0.8, 0.95};  ///< ascending, each in (0, 1)
  Index horizon = 1;
  Index groups = 1;  ///< series, or groups of series
  Tails tails = Tails::together;
  /// The weight of the prior against the scores, in windows: prior + (offset - prior) n / (n + weight), where n is the
  /// effective number of windows, and the weight is widening_prior for an offset above that of the prior, else
  /// narrowing_prior. The prior is the given intervals, or that of fit. 0: the scores alone decide, and the guarantee
  /// holds.
  double widening_prior = 0, narrowing_prior = 0;
};

/// The number of independent values whose mean would have the same variance as the mean of these, which are in the
/// order of time. Formula: n / (1 + 2 sum r_k) over the autocorrelations r_k of lags 1, 2, ... before the first one
/// that is not above 1.96 / sqrt(n), and at most kMaxCorrelationLag. Cost: n times the number of lags.
double effective_count(std::span<const double> values);
inline constexpr std::size_t kMaxCorrelationLag = 200;

/// Guarantee: if the n calibration windows of a (group, step) and the new one are exchangeable, an interval of coverage
/// c contains the new value with probability at least c, and with tails together and scores without ties below
/// c + 1 / (n + 1); the probability is over both. Overlapping windows and changing series are not exchangeable: the
/// coverage is then approximate, as the scores of a backtest show. Overlapping windows tell no more than
/// effective_count independent ones; if these are few, the given intervals may be the better evidence (the priors).
/// Formula: with scores s = max(lower - y, y - upper) / unit the offset is the score of rank ceil((n + 1) c), and the
/// interval [lower - offset unit, upper + offset unit]; apart, each end by its own scores at rank ceil((n + 1) (1 + c)
/// / 2). Source: Vovk, Gammerman, Shafer 2005; Romano, Patterson, Candes 2019 (intervals from quantiles).
class Conformal {
 public:
  /// Errors: ValueError for coverages that are not in (0, 1) and ascending, or a horizon or a number of groups below 1.
  explicit Conformal(ConformalOptions options);

  /// The amounts that calibrate subtracts from the lower end and adds to the upper end, in units.
  struct Offset {
    double lower = 0, upper = 0;
  };
  /// Restores a fitted one: `offsets` [groups, horizon, coverages], as returned by offsets().
  /// Errors: as the other constructor; ShapeError for another number of offsets; ValueError for one that is not finite.
  Conformal(ConformalOptions options, std::vector<Offset> offsets);

  /// Adds one step of one calibration window, the windows of a group in the order of time. Shapes: lower and upper
  /// [coverages]; for a point forecast both are the point. A missing actual value or interval is skipped. Errors:
  /// ValueError for a group or step outside the range, after fit, or for a unit that is not positive; ShapeError.
  /// `unit`: the unit of the scores, such as the factor of the window's scale (ops/window_scale.h), so that series of
  /// different sizes can share a group or replace one another; it may depend only on what is known at the origin.
  void add(Index group, Index step, std::span<const double> lower, std::span<const double> upper, double actual,
           double unit = 1);

  /// Computes the offsets. A coverage needs ceil(1 / (1 - c)) - 1 scores, with tails apart twice that plus one. A
  /// (group, step) with fewer uses the scores of its step in all groups; if these are too few, those of all steps; and
  /// if even these are, the largest of them, without a guarantee. `notes` say how many did. Errors: ValueError if
  /// nothing was added; ShapeError for a prior of other coverages, horizon or groups. `prior`: fitted to other windows,
  /// such as those that the net was trained on; null: offsets of 0.
  void fit(std::vector<std::string>& notes, const Conformal* prior = nullptr);

  /// Moves the ends of a new forecast. The interval of a larger coverage always contains that of a smaller one. An
  /// interval that would be empty becomes its midpoint. Shapes and errors: as add; ValueError before fit.
  void calibrate(Index group, Index step, std::span<double> lower, std::span<double> upper, double unit = 1) const;

  /// The fitted offset of coverages[coverage]. Errors: ValueError before fit and for an index outside its range.
  Offset offset(Index group, Index step, std::size_t coverage) const;
  /// The offset at any coverage up to the largest: linear between the fitted ones, constant below the smallest.
  /// Errors: ValueError for a coverage that is not positive or exceeds the largest.
  Offset offset_at(Index group, Index step, double coverage) const;
  /// Shapes: [groups, horizon, coverages] row-major; empty before fit.
  const std::vector<Offset>& offsets() const { return offsets_; }
  const ConformalOptions& options() const { return options_; }

 private:
  std::size_t cell(Index group, Index step, std::size_t coverage) const;
  void check_place(const char* function, Index group, Index step, std::size_t lower, std::size_t upper) const;

  struct Scores {
    std::vector<double> below, above;  ///< lower - y and y - upper of each window
    std::vector<double> worse_ends() const;
  };
  ConformalOptions options_;
  std::vector<Scores> scores_;   ///< [group][step][coverage]
  std::vector<Offset> offsets_;  ///< the same, after fit
};

}  // namespace recurra
