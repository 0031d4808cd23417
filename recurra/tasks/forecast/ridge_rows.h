// SPDX-License-Identifier: Apache-2.0
// Ridge regression for many inputs, many rows and missing outputs: rows are computed on demand, and nothing
// of their number or of inputs^2 is held. Small problems are solved exactly by ridge.h. Example:
//
//   recurra::RidgeRows rows{100, 1, 1, [](recurra::Index row, double* x, double* y) {
//                             x[0] = static_cast<double>(row);
//                             y[0] = 2 * x[0] + 1;
//                           }};
//   recurra::RidgeSolution solution = recurra::solve_ridge(context, rows, /*alpha=*/1e-6);
//   const double at_three = solution.map.apply_one(std::vector<double>{3}.data(), 0);        // 7
#pragma once

#include <functional>
#include <optional>

#include "recurra/base/context.h"
#include "recurra/tasks/common/ridge.h"

namespace recurra {

struct RidgeRows {
  Index rows = 0, inputs = 0, outputs = 0;
  /// Writes a row: x [inputs], finite, and y [outputs], NaN where missing. Several threads call it at once;
  /// it must not throw.
  std::function<void(Index row, double* x, double* y)> row;
};

/// Up to this many inputs, and nothing missing, the Gram matrix is factorised.
inline constexpr Index kExactRidgeInputs = 512;

/// The problem to factorise; nothing for more inputs, or where an output is missing. Cost: rows inputs^2 / 2.
std::optional<RidgeProblem> collect_rows(const RidgeRows& rows);

struct RidgeSolution {
  LinearMap map;
  int iterations = 0;   ///< 0 where it was solved exactly
  double residual = 0;  ///< largest of |b - A w| / |b| over the outputs; 0 where exact
};

struct RidgeLimits {
  double tolerance = 1e-6;
  int most_iterations = 300;
};

/// Formula: of each output, over the rows that have it, W = argmin mean (y - W x - b)^2 + alpha |W|^2, x and y centred.
/// An output without a row is 0. Method: conjugate gradients on the normal equations of all outputs at once, with the
/// diagonal as preconditioner, from `start` where it is given; an output ends at limits.tolerance or
/// limits.most_iterations, whatever the others do.
/// Errors: ValueError if there is no row, input or output, or alpha is not above 0; ShapeError for a start of other
/// sizes. Cost: 4 rows inputs outputs per iteration, shared among the threads by outputs, so the bits are the same for
/// any number.
RidgeSolution solve_ridge(Context& context, const RidgeRows& rows, double alpha, const LinearMap* start = nullptr,
                          const RidgeLimits& limits = {});

}  // namespace recurra
