// SPDX-License-Identifier: Apache-2.0
// Split conformal calibration: widens or narrows prediction intervals by what they missed on windows that the net has
// not learned from, so that they cover as often as they say, whatever the net and the data are like. Example:
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

/// together: one offset moves both ends. apart: each end has its own, for half of what may lie outside: intervals of
/// points follow the skewness of their errors, and need twice as many windows.
enum class Tails { together, apart };

struct ConformalOptions {
  std::vector<double> coverages = {0.8, 0.95};  ///< ascending, each in (0, 1)
  Index horizon = 1;
  Index groups = 1;  ///< series, or groups of series
  Tails tails = Tails::together;
};

/// Guarantee: where the n calibration windows of a (group, step) and the new one are exchangeable, an interval of
/// coverage c holds the new value with probability at least c, and with tails together and scores without ties below
/// c + 1 / (n + 1); the probability is over both. Windows that overlap, or a series that changes, are not exchangeable:
/// there it is an approximation, which the scores of a backtest show.
/// Formula: with scores s = max(lower - y, y - upper) / unit the offset is the score of rank ceil((n + 1) c), and the
/// interval [lower - offset unit, upper + offset unit]; apart, each end by its own scores at rank ceil((n + 1) (1 + c)
/// / 2). Source: Vovk, Gammerman, Shafer 2005; Romano, Patterson, Candes 2019 (intervals from quantiles).
class Conformal {
 public:
  /// Errors: ValueError for coverages that are not in (0, 1) and ascending, or a horizon or a number of groups below 1.
  explicit Conformal(ConformalOptions options);

  /// What calibrate subtracts from the lower end and adds to the upper, in units. Errors: as calibrate.
  struct Offset {
    double lower = 0, upper = 0;
  };
  /// One that was fitted before: `offsets` [groups, horizon, coverages], as offsets() gave them to a model file.
  /// Errors: as the other constructor; ShapeError for another number of offsets; ValueError for one that is not finite.
  Conformal(ConformalOptions options, std::vector<Offset> offsets);

  /// One step of one calibration window. Shapes: lower and upper [coverages]; both the point where the forecast is one.
  /// A missing actual value or interval is left out. Errors: ValueError for a group or step outside the range, or after
  /// fit, or for a unit that is not above 0; ShapeError.
  /// `unit`: what scores are measured in, such as the factor of the window's scale (ops/window_scale.h), so that series
  /// of different sizes share a group or stand in for one another; it may depend on what was known at the origin alone.
  void add(Index group, Index step, std::span<const double> lower, std::span<const double> upper, double actual,
           double unit = 1);

  /// Computes the offsets. A (group, step) with fewer scores than a coverage needs, ceil(1 / (1 - c)) - 1 of them or
  /// twice that and one apart, takes the scores of its step in all groups; where these are too few, those of all steps;
  /// and where even these are, their largest, without a guarantee. `notes` say how many did. Errors: ValueError if
  /// nothing was added.
  void fit(std::vector<std::string>& notes);

  /// Moves the ends of a new forecast. A wider coverage never lies within a narrower one. An interval that would be
  /// empty is its middle. Shapes and errors: as add, before fit.
  void calibrate(Index group, Index step, std::span<double> lower, std::span<double> upper, double unit = 1) const;

  Offset offset(Index group, Index step, std::size_t coverage) const;
  /// At any coverage up to the largest: linear between the fitted ones, and below the smallest that one's.
  /// Errors: ValueError for a coverage that is not above 0, or is above the largest.
  Offset offset_at(Index group, Index step, double coverage) const;
  /// Shapes: [groups, horizon, coverages] row-major; empty before fit.
  const std::vector<Offset>& offsets() const { return offsets_; }
  const ConformalOptions& options() const { return options_; }

 private:
  std::size_t cell(Index group, Index step, std::size_t coverage) const;
  void check_place(const char* function, Index group, Index step, std::size_t lower, std::size_t upper) const;

  struct Scores {
    std::vector<double> below, above;  ///< lower - y and y - upper of each window
  };
  ConformalOptions options_;
  std::vector<Scores> scores_;   ///< [group][step][coverage]
  std::vector<Offset> offsets_;  ///< the same, after fit
};

}  // namespace recurra
