// SPDX-License-Identifier: Apache-2.0
// The plain twin of kernels/gemm.h: three loops, any element type. What the vector kernels are tested against, and what
// double precision runs on. Example:
//
//   const auto plan = recurra::kernels::plan_panels<double>(3, 1);
//   double A[] = {1, 2}, B[] = {1, 0, 0, 0, 1, 0}, C[3];
//   auto panels = recurra::kernels::row_major_panels<double>(plan, B, 3);
//   recurra::kernels::ref::gemm<double>(plan, 1, 2, {A, 2, 1}, panels, C, 3, recurra::kernels::Start::zero, nullptr);
#pragma once

#include "recurra/kernels/gemm.h"

namespace recurra::kernels::ref {

template <class T>
void gemm(const PanelPlan& plan, Index M, Index K, Strided<T> A, Panels<T> B, T* C, Index ldc, Start start,
          const T* bias) noexcept {
  for (Index m = 0; m < M; ++m) {
    for (Index n = 0; n < plan.columns(); ++n) {
      const T* b = B.data + n / plan.panel_width() * B.panel_stride + n % plan.panel_width();
      T sum = start == Start::zero ? T(0) : start == Start::c ? C[m * ldc + n] : bias[n];
      for (Index k = 0; k < K; ++k) sum += A.data[m * A.row_stride + k * A.column_stride] * b[k * B.row_stride];
      C[m * ldc + n] = sum;
    }
  }
}

}  // namespace recurra::kernels::ref
