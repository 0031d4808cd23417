// SPDX-License-Identifier: Apache-2.0
// Sample paths: futures of one series, each drawn as a whole. Quantities that are not linear in a value, or depend on
// several steps, are computed on each path and only then summarised: the quantiles of a level are not the sum of the
// quantiles of its differences. Example:
//
//   const std::vector<double> past = {1, 2, 4};
//   const recurra::SamplePaths changes{2, 2, {1, 1, 3, 0}};                            // two paths of two steps
//   const recurra::SamplePaths levels = recurra::undo_difference(past, changes, 1);    // {5, 6} and {7, 7}
//   const std::vector<double> medians = recurra::path_quantiles(levels, std::vector<double>{0.5});  // {6, 6.5}
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// `count` futures of `horizon` steps; values [count, horizon] row-major.
struct SamplePaths {
  Index count = 0, horizon = 0;
  std::vector<double> values;

  std::span<const double> path(Index i) const {
    return std::span(values).subspan(static_cast<std::size_t>(i * horizon), static_cast<std::size_t>(horizon));
  }
};

/// Turns each path of differences at `lag` into levels, by undo_difference of data/difference.h: a step beyond the lag
/// uses the same path's earlier level. Undo repeated differences one by one, the last one first, with the history of
/// each stage. Errors: ShapeError unless values are [count, horizon]; ValueError for a lag
/// below 1.
SamplePaths undo_difference(std::span<const double> history, const SamplePaths& differences, Index lag);

/// Quantiles of each step over the paths. Shapes: returns [horizon, levels] row-major, NaN where a path is NaN.
/// Formula: linear interpolation of the sorted values x_0 .. x_{n-1} at p (n - 1) (type 7 of Hyndman, Fan 1996).
/// Errors: ValueError without a path, or for a level outside [0, 1].
std::vector<double> path_quantiles(const SamplePaths& paths, std::span<const double> levels);

/// The mean of each step over the paths. Shapes: returns [horizon]. Errors: ValueError without a path.
std::vector<double> path_means(const SamplePaths& paths);

/// The sum over the steps of each path, for quantiles of a total. Shapes: returns `count` paths of one step.
SamplePaths path_totals(const SamplePaths& paths);

}  // namespace recurra
