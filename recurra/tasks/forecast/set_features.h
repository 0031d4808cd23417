// SPDX-License-Identifier: Apache-2.0
// A window of a set of series as one row of numbers for a linear model: what the target did, what is known up to now
// and ahead, and what belongs to the series. Numbers of other columns are standardised, categories are one column each.
// Example:
//
//   recurra::Series demand{"demand.csv", {"demand"}, {{1, 2, 3, 4, 5, 6}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const recurra::WindowSource windows(set, {.lookback = 3, .horizon = 1}, recurra::whole_range(set));
//   const std::vector<recurra::Origin> origins = {windows.origin(0)};
//   const recurra::SetBatch batch = windows.gather(origins);
//   std::vector<std::string> notes;
//   const recurra::SetFeatures features(set, windows.options(), batch, notes);
//   std::vector<double> row(static_cast<std::size_t>(features.width()));
//   const recurra::SetFeatures::Scale scale = features.fill(batch, /*b=*/0, /*target=*/0, row.data());
#pragma once

#include <string>
#include <vector>

#include "recurra/data/window_source.h"

namespace recurra {

/// A category with more values than this is left out, with a note.
inline constexpr Index kMaxIndicators = 50;

class SetFeatures {
 public:
  /// The columns of the set; means and deviations from `sample`, windows of the training part.
  SetFeatures(const SeriesSet& set, const WindowOptions& options, const SetBatch& sample,
              std::vector<std::string>& notes);

  /// lookback numbers of the target, lookback of each past column, lookback + horizon of each one that is known ahead,
  /// one of each static one; a category counts once for each of its values.
  Index width() const { return width_; }

  /// scaled = (x - shift) / factor, of the target: shift is its newest value in the window, factor its deviation there,
  /// or its mean size where it is constant, or 1 where it is 0.
  struct Scale {
    double shift = 0, factor = 1;
  };
  /// Writes the row of window b and one target. A missing value of the target is the one before it (0 at the start),
  /// other missing numbers are their mean. Shapes: x [width].
  Scale fill(const SetBatch& batch, Index b, Index target, double* x) const;

 private:
  struct Column {
    Role role;
    Index place;       ///< among the columns of its role
    Index indicators;  ///< of a category; 0 for numbers
    double mean, deviation;
  };
  double* fill_column(const Column& column, const Tensor<double>& from, Index steps, Index b, double* x) const;

  WindowOptions options_;
  std::vector<Column> columns_;
  Index width_ = 0;
};

}  // namespace recurra
