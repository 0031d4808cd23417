// SPDX-License-Identifier: Apache-2.0
// Packs the operands of a product in the order of its tiles' accesses: right-hand sides in panels (kernels/gemm.h),
// a transposed left side in lines. E is the packed element: T itself, or a Bf16Pair of two rounded k.
// Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(2, 1);
//   const float W[] = {1, 2, 3, 4};
//   std::vector<float> packed(plan.packed_size(2));
//   recurra::kernels::pack_columns<float, float>(plan, 0, plan.panels(), 2, W, 2, packed.data());
#pragma once

#include "recurra/kernels/bf16.h"
#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// Packs panels [first, end) of B [K, gates * units], the transpose of the row-major source [gates * units, K], into
/// packed_size(depth(K)), where panel p has a fixed position. Source rows are `leading` apart.
template <class T, class E>
void pack_columns(const PanelPlan& plan, Index first, Index end, Index K, const T* source, Index leading,
                  E* packed) noexcept;

/// Packs panels [first, end) of K rows of B [.., plan.units], row k found at rows[k] (null: zeros), to
/// packed + p * panel_stride + k * panel_width() for panel p; k counts pairs in bfloat16. Elements after the last
/// column are unchanged. plan.gates must be 1.
template <class T, class E>
void pack_rows(const PanelPlan& plan, Index first, Index end, Index K, const T* const* rows, E* packed,
               Index panel_stride) noexcept;

/// Packs vectors of neighbouring columns as lines, the left side of a product: vector v of row n is copied from
/// `from + n * stride + v * lanes` to `lines + (v * depth(rows) + n) * lanes`. Adds the rows to
/// sums [vectors * lanes], each column as one chain over the unrounded elements.
template <class T, class E>
void pack_lines(const PanelPlan& plan, Index vectors, Index rows, const T* from, Index stride, E* lines,
                T* sums) noexcept;

}  // namespace recurra::kernels
