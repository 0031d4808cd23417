// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {
namespace {

template <class T>
T* packed_place(const PanelPlan& plan, Index K, Index column, T* packed) {
  const Index width = plan.panel_width();
  return packed + column / width * width * K + column % width;
}

}  // namespace

template <class T>
void pack_columns(const PanelPlan& plan, Index K, Strided<T> source, T* packed) noexcept {
  const Index width = plan.panel_width();
  std::fill_n(packed, plan.packed_size(K), T(0));
  for (Index gate = 0; gate < plan.gates; ++gate) {
    for (Index begin = 0; begin < plan.units; begin += plan.lanes) {
      const Index count = std::min<Index>(plan.lanes, plan.units - begin);
      const T* from = source.data + (gate * plan.units + begin) * source.row_stride;
      T* to = packed_place(plan, K, plan.column(gate, begin), packed);
      for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < count; ++i) to[k * width + i] = from[i * source.row_stride + k * source.column_stride];
    }
  }
}

template <class T>
void pack_interleaved_rows(const PanelPlan& plan, const PanelPlan& rows, Strided<T> source, T* packed) noexcept {
  const Index K = rows.columns(), width = plan.panel_width();
  std::fill_n(packed, plan.packed_size(K), T(0));
  for (Index gate = 0; gate < rows.gates; ++gate) {
    for (Index unit = 0; unit < rows.units; ++unit) {
      const T* from = source.data + (gate * rows.units + unit) * source.row_stride;
      T* to = packed + rows.column(gate, unit) * width;
      for (Index begin = 0; begin < plan.units; begin += width, to += width * K)
        for (Index i = 0; i < std::min(width, plan.units - begin); ++i)
          to[i] = from[(begin + i) * source.column_stride];
    }
  }
}

template void pack_columns(const PanelPlan&, Index, Strided<float>, float*) noexcept;
template void pack_columns(const PanelPlan&, Index, Strided<double>, double*) noexcept;
template void pack_interleaved_rows(const PanelPlan&, const PanelPlan&, Strided<float>, float*) noexcept;
template void pack_interleaved_rows(const PanelPlan&, const PanelPlan&, Strided<double>, double*) noexcept;

}  // namespace recurra::kernels
