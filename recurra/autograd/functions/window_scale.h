// SPDX-License-Identifier: Apache-2.0
// Scales windows by their own statistics, and back (ops/window_scale.h). The scale belongs to the data: no gradient
// flows through it. nn/head_scale.h scales the parameters of distributions. Example:
//
//   recurra::Tape<float> tape(context);
//   const std::vector<double> usual(4, 1.0);
//   auto scale = recurra::ops::window_scale(context, recurra::ops::WindowScaling::standard, x, usual);
//   auto seen = recurra::scale_window(tape, recurra::Variable<float>(x), scale);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/window_scale.h"

namespace recurra {

/// Shapes: x [T, B, C]; returns the same.
template <class T>
Variable<T> scale_window(Tape<T>& tape, const Variable<T>& x, const ops::WindowScale<T>& scale);

/// Shapes: y [B, N, C] or [B, N, C, K]; returns the same.
template <class T>
Variable<T> unscale_outputs(Tape<T>& tape, const Variable<T>& y, const ops::WindowScale<T>& scale);

}  // namespace recurra
