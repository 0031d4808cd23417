// SPDX-License-Identifier: Apache-2.0
// A yardstick, not for use: the float32 Stepper as it was on 2026-11-28, one LSTM or GRU layer and a head, with the
// kernels and the activations it had. bench/programs/steps.cc runs it in turns with the one of today, so that a figure
// from a busy machine is a ratio. Example:
//
//   recurra::frozen::Stepper stepper(Cell::lstm, W_ih, W_hh, b_ih, b_hh, head, head_b);
//   float y = stepper.step(&x)[0];
#pragma once

#include <vector>

#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra::frozen {

/// Vectors that are computed together.
constexpr Index group_of(Index left) {
  return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

struct Product {
  Index K;
  const float *x, *packed, *start;
  float* sums;
};

struct Matrix {
  Matrix(const Tensor<float>& W, int gates);
  Index row_of(Index column) const;
  std::vector<float> row(const Tensor<float>& b) const;
  void run(const float* x, const float* start, float* sums) const noexcept;

  Index K, lanes, units, vectors;
  std::vector<float> packed;

 private:
  int gates_;
};

class Stepper {
 public:
  Stepper(Cell cell, const Tensor<float>& W_ih, const Tensor<float>& W_hh, const Tensor<float>& b_ih,
          const Tensor<float>& b_hh, const Tensor<float>& head, const Tensor<float>& head_b);
  const float* step(const float* x) noexcept;

 private:
  Cell cell_;
  Matrix W_, U_, head_;
  std::vector<float> input_bias_, recurrent_bias_, head_bias_, sums_, recurrent_sums_, n_recurrent_, h_, c_, y_;
};

}  // namespace recurra::frozen
