// SPDX-License-Identifier: Apache-2.0
// The reference for kernels/gemm.h: plain loops, any element type. The vector kernels are tested against it, and double
// precision uses it. Example:
//
//   const auto plan = recurra::kernels::plan_panels<double>(3, 1);
//   double A[] = {1, 2}, B[] = {1, 0, 0, 0, 1, 0}, C[3];
//   auto panels = recurra::kernels::row_major_panels<double>(plan, B, 3);
//   recurra::kernels::ref::gemm<double>(plan, 1, 2, {A, 2, 1}, panels, C, 3, recurra::kernels::Start::zero, nullptr);
#pragma once

#include <algorithm>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels::ref {

/// W neighbouring columns of one row: c = start + a [K] b [K, W]. Computed together so that the compiler can vectorise
/// them; each is one chain over ascending k.
template <int W, class T>
void columns(Index K, const T* a, Index a_stride, const T* b, Index b_stride, T* c, Start start,
             const T* bias) noexcept {
  T sums[W];
  for (int n = 0; n < W; ++n) sums[n] = start == Start::zero ? T(0) : start == Start::c ? c[n] : bias[n];
  for (Index k = 0; k < K; ++k)
    for (int n = 0; n < W; ++n) sums[n] += a[k * a_stride] * b[k * b_stride + n];
  std::copy_n(sums, W, c);
}

template <class T>
void gemm(const PanelPlan& plan, Index M, Index K, Strided<T> A, Panels<T> B, T* C, Index ldc, Start start,
          const T* bias) noexcept {
  constexpr int kSideBySide = 4;
  for (Index m = 0; m < M; ++m) {
    const T* a = A.data + m * A.row_stride;
    for (Index n = 0; n < plan.columns();) {
      const T* b = B.data + n / plan.panel_width() * B.panel_stride + n % plan.panel_width();
      T* c = C + m * ldc + n;
      const T* from = bias ? bias + n : nullptr;
      if (n + kSideBySide <= plan.columns() && n % plan.panel_width() + kSideBySide <= plan.panel_width()) {
        columns<kSideBySide>(K, a, A.column_stride, b, B.row_stride, c, start, from);
        n += kSideBySide;
      } else {
        columns<1>(K, a, A.column_stride, b, B.row_stride, c, start, from);
        ++n;
      }
    }
  }
}

}  // namespace recurra::kernels::ref
