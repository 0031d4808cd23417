// SPDX-License-Identifier: Apache-2.0
// Sample paths from a predicted distribution per step. Steps of one path depend on one another: a series that is above
// its forecast at one step is likely to be above it at the next. That dependence is measured on windows that the net
// was not trained on, as correlations of normal scores (a Gaussian copula), and applied to the paths; the distribution
// of each step stays as predicted. Example:
//
//   const std::vector<double> level = {10, 2};
//   const std::vector<recurra::Predictive> steps(3, recurra::Predictive({.kind = recurra::HeadKind::normal}, level));
//   const recurra::SamplePaths paths = recurra::draw_paths(steps, 100, seed, recurra::stream_id("samples/shop 7"));
#pragma once

#include <span>
#include <string>
#include <vector>

#include "recurra/base/random.h"
#include "recurra/data/sample_paths.h"
#include "recurra/nn/predictive.h"

namespace recurra {

/// The dependence between the steps of a horizon. Empty: independent.
struct StepDependence {
  Index horizon = 0;
  std::vector<double> lower;  ///< Cholesky factor of the correlations, [horizon, horizon], lower triangle
};

/// The position of an observation in its predicted distribution as a standard normal value: the normal quantile of
/// P(Y < y) + P(Y = y) / 2, within +-6. NaN for a missing observation.
double normal_score(const Predictive& predicted, double observed);

/// Correlations of normal scores over windows, shrunk towards 0 by horizon / (horizon + windows), because few windows
/// estimate many correlations poorly. Shapes: scores [windows, horizon] row-major, NaN where missing. Errors:
/// ShapeError unless the scores are whole windows.
StepDependence fit_step_dependence(std::span<const double> scores, Index horizon);

/// Draw i of step h is the quantile of the stream's number at counter i horizon + h: the same draws for any order and
/// number of threads, and a longer list of paths begins with the shorter one.
/// Errors: ValueError for a negative count; ShapeError for a dependence of another horizon.
SamplePaths draw_paths(std::span<const Predictive> steps, Index count, std::uint64_t seed, std::uint64_t stream,
                       const StepDependence& dependence = {});

}  // namespace recurra
