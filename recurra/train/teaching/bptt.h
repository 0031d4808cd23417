// SPDX-License-Identifier: Apache-2.0
// One shared weight, T gradients: an unrolled tanh RNN in double in which every step has its own copy of U on the tape,
// so that the part of dL_t/dU that flows through each step can be inspected. For lessons, not for training.
// Example:
//
//   recurra::BpttTrace trace = recurra::trace_bptt(context, {.inputs = {1, 0, 1}, .targets = {0, 0, 1}, .step = 2,
//                                                         .U = {0.9, -0.2, 0.2, 0.9}, .W = {0.5, -0.3}, .b = {0, 0}});
//   double through_first_step = trace.norms.at({0, 2});
#pragma once

#include <vector>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

enum class Truncation { sliding, chunked };

struct BpttOptions {
  std::vector<double> inputs, targets;  ///< [T] each
  Index step = 0;                       ///< t of the loss that is differentiated, from 0
  std::vector<double> U, W, b;          ///< [H, H] row-major, [H], [H]
  Index truncation = 0;                 ///< K: maximum steps that a gradient reaches back; 0: all
  Truncation mode = Truncation::sliding;
};

struct BpttTrace {
  Tensor<double> a, h;             ///< [T, H] sums and states
  Tensor<double> y, losses;        ///< [T]
  Tensor<double> norms, kept;      ///< [T (k), T (t)]; NaN where k > t; kept is 0 or 1
  Tensor<double> parts, dh;        ///< [T, H, H] and [T, H] for the requested step; zero after it
  Tensor<double> full, truncated;  ///< [H, H] dL_step/dU: sum of all parts, and of the kept ones
  Tensor<double> numeric;          ///< [H, H] the full one by central differences
  double full_norm = 0, truncated_norm = 0;
  double sum_of_norms = 0;  ///< of the parts: at least full_norm
  double check_error = 0;   ///< largest |full - numeric| / largest |full|
  double cosine = 0;        ///< between full and truncated; NaN if one is zero
};

/// Formula: h_t = tanh(W x_t + b + U h_{t-1}), h_{-1} = 0; y_t = sum of h_t; L_t = (y_t - target_t)^2 / 2.
/// Truncation: sliding keeps step k for the loss at t if t - k < K; chunked if both are in one run of K steps.
/// Errors: ValueError for no inputs, sizes that disagree, or a bad step. Cost: T + 2 H^2 runs of T small steps.
BpttTrace trace_bptt(Context& context, const BpttOptions& options);

}  // namespace recurra
