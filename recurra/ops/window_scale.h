// SPDX-License-Identifier: Apache-2.0
// Scales each window by its own statistics before a net reads it, and scales the net's outputs back: a series of
// millions and one of tenths look alike to the net, and a level never seen in training becomes 0. Example:
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

/// none; last: minus the newest value; standard: minus the mean, over the standard deviation; mean_size: over the mean
/// of |x|, which keeps 0 at 0 (for counts and zero-inflated heads).
enum class WindowScaling { none, last, standard, mean_size };
const Names<WindowScaling>& window_scaling_names();

/// scaled = (x - shift) / factor. Shapes: both [B, C].
template <class T>
struct WindowScale {
  Tensor<T> shift, factor;
};

/// The minimum of a factor relative to the usual one, so that the noise of a quiet window is not magnified.
inline constexpr double kMinFactor = 0.01;

/// Shapes: x [T, B, C], NaN where missing; `usual` [C], or [B, C] if series differ in size: the factor of an ordinary
/// window, such as the deviation or the mean size of the series' training rows. Formula: deviation =
/// sqrt(mean (x - mean)^2). A factor below 1e-6 of the usual one (a constant window) becomes the usual one; any other
/// is at least kMinFactor of it. A window without a value has shift 0 and the usual factor. Sums are in double. No
/// gradient flows through the scale: it belongs to the data. Errors: ShapeError; ValueError unless every usual factor
/// is above 0.
template <class T>
WindowScale<T> window_scale(Context& context, WindowScaling scaling, const Tensor<T>& x, std::span<const double> usual);

template <class T>
struct ColumnScale {
  T shift = 0, factor = 1;
};
/// The same of one column of one window: `count` values from x on, `stride` apart. `usual`: its ordinary factor.
template <class T>
ColumnScale<T> column_scale(WindowScaling scaling, const T* x, Index stride, Index count, double usual);

/// Inputs. Shapes: x [T, B, C]; returns the same. NaN stays NaN. Errors: ShapeError.
template <class T>
Tensor<T> scale_window_forward(Context& context, const Tensor<T>& x, const WindowScale<T>& scale);
template <class T>
Tensor<T> scale_window_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale);

/// Scales targets after the window. Shapes: y [B, N, C]; returns the same. NaN stays NaN. Errors: ShapeError.
template <class T>
Tensor<T> scale_targets(Context& context, const Tensor<T>& y, const WindowScale<T>& scale);

/// Scales a net's outputs for those steps back: y factor + shift. Shapes: points [B, N, C], or several values of one
/// kind per point, such as quantiles, [B, N, C, K]; returns the same. Errors: ShapeError.
template <class T>
Tensor<T> unscale_outputs_forward(Context& context, const Tensor<T>& y, const WindowScale<T>& scale);
template <class T>
Tensor<T> unscale_outputs_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale);

}  // namespace recurra::ops
