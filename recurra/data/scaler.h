// SPDX-License-Identifier: Apache-2.0
// Scales a column to a range suited to a net, and back. Fit it on training rows only. Example:
//
//   std::vector<double> train = {1, 2, 3};
//   recurra::Scaler scaler = recurra::fit_scaler(recurra::ScaleKind::standard, train);
//   double same = scaler.invert(scaler.apply(7.0));
#pragma once

#include <span>
#include <vector>

#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

enum class ScaleKind { none, standard, robust, minmax };
const Names<ScaleKind>& scale_names();

/// scaled = (x - shift) / factor. NaN stays NaN.
struct Scaler {
  double shift = 0, factor = 1;

  double apply(double x) const { return (x - shift) / factor; }
  double invert(double scaled) const { return scaled * factor + shift; }
};

/// standard: mean and standard deviation; robust: median and interquartile range / 1.349; minmax: to [0, 1]. Skips NaN.
/// A constant column gets factor 1. Errors: ValueError if nothing is present.
Scaler fit_scaler(ScaleKind kind, std::span<const double> x);

}  // namespace recurra
