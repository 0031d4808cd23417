// SPDX-License-Identifier: Apache-2.0
// Ridge regression with many outputs, solved exactly: the linear baseline that every backtest fits to the net's
// windows, and the initial value of the net's linear skip. Small problems only: the whole Gram matrix is factorised.
// Not here: windows, scaling and differencing; rows are passed ready to use. Example:
//
//   recurra::RidgeProblem problem(/*inputs=*/1, /*outputs=*/1);
//   const double one = 1, two = 2, three = 3;
//   problem.add(&one, &two);
//   problem.add(&two, &three);
//   recurra::LinearMap map = problem.solve(1e-6);
//   double forecast = map.apply(&three)[0];                              // about 4
#pragma once

#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// y = W x + b in double. Shapes: weight [outputs, inputs] row-major, bias [outputs].
struct LinearMap {
  Index inputs = 0, outputs = 0;
  std::vector<double> weight, bias;

  /// `x` points at `inputs` numbers; returns `outputs` numbers.
  std::vector<double> apply(const double* x) const;
  /// The same for one output.
  double apply_one(const double* x, Index output) const;
};

/// The factorisation of a problem's inputs for one penalty, for solving any outputs.
struct RidgeFactor {
  double alpha = 0;
  std::vector<double> lower;  ///< Cholesky factor, lower triangle, [inputs, inputs]
};

/// Collects rows one by one and keeps only their moments, so memory does not grow with the rows.
class RidgeProblem {
 public:
  /// Errors: ValueError unless both are at least 1; UnsupportedError above 4096 inputs.
  RidgeProblem(Index inputs, Index outputs);

  /// Adds one row: `x` points at `inputs` numbers, `y` at `outputs`, all finite.
  void add(const double* x, const double* y);
  /// Adds `change` to one output of a previously added row with inputs `x`.
  void change_output(const double* x, Index output, double change);
  Index rows() const { return rows_; }

  /// Formula: W = argmin mean |y - W x - b|^2 + alpha |W|^2, x and y centred, b not penalised.
  /// Errors: ValueError if there is no row or alpha is not above 0. Cost: inputs^3 / 3 + inputs^2 outputs.
  LinearMap solve(double alpha) const { return solve(factorise(alpha)); }
  /// The two parts of solve(alpha): inputs^3 / 3 once per penalty, then inputs^2 outputs.
  RidgeFactor factorise(double alpha) const;
  LinearMap solve(const RidgeFactor& factor) const;

 private:
  Index inputs_, outputs_, rows_ = 0;
  std::vector<double> gram_;   ///< sum x x^T, lower triangle, [inputs, inputs]
  std::vector<double> cross_;  ///< sum x y^T, [inputs, outputs]
  std::vector<double> sum_x_, sum_y_;
};

}  // namespace recurra
