// SPDX-License-Identifier: Apache-2.0
// Clears the padding in the gradients of a cell's sums. Compiled once per instruction set: include it between
// foreach_target and the dispatch tail.
#if defined(RECURRA_KERNELS_PADDING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RECURRA_KERNELS_PADDING_INL_H_
#undef RECURRA_KERNELS_PADDING_INL_H_
#else
#define RECURRA_KERNELS_PADDING_INL_H_
#endif

#include "recurra/kernels/arithmetic-inl.h"
#include "recurra/kernels/gemm.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

// Later products multiply the padding of the last block by zero weights, so it must not be NaN. Whole vectors write the
// padding too; doubles, written one by one, do not.
template <class M>
void clear_padding(const PanelPlan& panel, Index rows, Index stride, typename M::T* da) {
  if (panel.gates == 1 || M::lanes() == panel.lanes) return;
  for (Index row = 0; row < rows; ++row)
    for (Index gate = 0; gate < panel.gates; ++gate)
      for (Index unit = panel.units; unit < panel.padded_units(); ++unit)
        da[row * stride + panel.column(gate, unit)] = 0;
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#endif
