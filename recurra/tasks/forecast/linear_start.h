// SPDX-License-Identifier: Apache-2.0
// The linear model that the skip of a net begins at, fitted to windows of a set: a ridge regression on all that the
// skip reads, or one on the targets alone after the effect of what is known ahead is taken out of them, which needs far
// fewer windows. Example:
//
//   auto start = [](recurra::Context& context, recurra::ForecastNet& net, const recurra::ForecastOptions& options,
//                   const recurra::RidgeRows& train, const recurra::RidgeRows& validation) {
//     net.start_from(recurra::fit_skip(context, net, options, train, validation).map);
//   };
#pragma once

#include "recurra/tasks/forecast/net.h"
#include "recurra/tasks/forecast/options.h"
#include "recurra/tasks/forecast/ridge_rows.h"

namespace recurra {

struct SkipStart {
  LinearMap map = {};
  double penalty = 0;
  bool effects_first = false;  ///< the effects of what is known ahead were fitted before the rest
};

/// A row holds the inputs of the skip in a window (skip_inputs) and its targets, NaN where missing. Of the two models
/// and of their penalties the one that does best on the validation windows (on the training ones without them), or the
/// one that `as` is. The effects are those on the change from the last step of a window to the first of its horizon;
/// they are tried where the skip reads the plan of both, and the targets are not differenced. Errors: ValueError
/// without a training window. Cost: as fit_ridge_rival, twice.
SkipStart fit_skip(Context& context, const ForecastNet& net, const ForecastOptions& options, const RidgeRows& train,
                   const RidgeRows& validation, const SkipStart* as = nullptr);

}  // namespace recurra
