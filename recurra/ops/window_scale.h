// SPDX-License-Identifier: Apache-2.0
// Puts each window on its own scale before a net reads it, and what the net says back: a series of millions and one of
// tenths look alike to it, and a level that was never seen in training is 0 again. Example:
//
//   const recurra::Tensor<float> windows({3, 1, 1}, {4, 6, 8});                       // T, B, C
//   const std::vector<double> usual = {2.0};
//   auto scale = recurra::ops::window_scale(context, recurra::ops::WindowScaling::standard, windows, usual);
//   auto seen = recurra::ops::scale_window_forward(context, windows, scale);          // -1.22, 0, 1.22
//   const recurra::Tensor<float> said({1, 2, 1}, {0, 1});                              // B, N, C
//   auto forecast = recurra::ops::unscale_outputs_forward(context, said, scale);       // 6, 7.63
#pragma once

#include <span>

#include "recurra/base/context.h"
#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// none; last: minus the newest value; standard: minus the mean, over the deviation; mean_size: over the mean of |x|,
/// which leaves 0 where it is (for counts and zero-inflated heads).
enum class WindowScaling { none, last, standard, mean_size };
const Names<WindowScaling>& window_scaling_names();

/// scaled = (x - shift) / factor. Shapes: both [B, C].
template <class T>
struct WindowScale {
  Tensor<T> shift, factor;
};

/// Of a factor: no less than this share of the usual one, so that a quiet window does not blow up its noise.
inline constexpr double kLeastFactor = 0.01;

/// Shapes: x [T, B, C], NaN where missing; `usual` [C], or [B, C] where series differ in size: the factor of an
/// ordinary window, such as the deviation or the mean size of the series' training rows. Formulas: deviation =
/// sqrt(mean (x - mean)^2). A factor below 1e-6 of the usual one, that of a constant window, is the usual one; no other
/// is below kLeastFactor of it. A window without a value has shift 0 and the usual factor. Sums run in double. No
/// gradient flows through the scale: it belongs to the data. Errors: ShapeError; ValueError unless every usual factor
/// is above 0.
template <class T>
WindowScale<T> window_scale(Context& context, WindowScaling scaling, const Tensor<T>& x, std::span<const double> usual);

/// Inputs. Shapes: x [T, B, C]; returns the same. NaN stays NaN. Errors: ShapeError.
template <class T>
Tensor<T> scale_window_forward(Context& context, const Tensor<T>& x, const WindowScale<T>& scale);
template <class T>
Tensor<T> scale_window_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale);

/// Targets of the steps that follow. Shapes: y [B, N, C]; returns the same. NaN stays NaN. Errors: ShapeError.
template <class T>
Tensor<T> scale_targets(Context& context, const Tensor<T>& y, const WindowScale<T>& scale);

/// What a net says of those steps, back on the scale of the data: y factor + shift. Shapes: points [B, N, C], or
/// several numbers of one kind each, such as quantiles, [B, N, C, K]; returns the same. Errors: ShapeError.
template <class T>
Tensor<T> unscale_outputs_forward(Context& context, const Tensor<T>& y, const WindowScale<T>& scale);
template <class T>
Tensor<T> unscale_outputs_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale);

}  // namespace recurra::ops
