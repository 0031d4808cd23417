// SPDX-License-Identifier: Apache-2.0
// Matrix products with a right-hand side cut into panels, each a few vectors wide. Every output is one chain of
// multiply-adds over ascending k, so its bits depend on neither the other rows nor the threads.
// For the gates of a cell, a panel holds one vector of units of every gate (of 2 gates two): "interleaved". Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(128, 4);   // an LSTM of 128 units
//   std::vector<float> packed(plan.packed_size(64));
#pragma once

#include <cstdint>

namespace recurra::kernels {

using Index = std::int64_t;

/// The layout of columns. gates 1: unchanged, `units` columns; gates > 1: [block][gate][lanes], padded with zeros.
struct PanelPlan {
  int lanes;  ///< in one vector of the instruction set in use
  int gates;
  Index units;

  int panel_vectors() const { return gates <= 2 ? 4 : gates; }  ///< for 2 gates, two blocks of units
  Index blocks() const { return (units + lanes - 1) / lanes; }
  Index padded_units() const { return blocks() * lanes; }
  Index vectors() const { return blocks() * gates; }
  Index panels() const { return (vectors() + panel_vectors() - 1) / panel_vectors(); }
  Index columns() const { return gates == 1 ? units : vectors() * lanes; }
  Index panel_width() const { return Index{panel_vectors()} * lanes; }
  Index panel_units() const { return panel_width() / gates; }
  /// The plan of panels [first, end) alone; its columns begin at first * panel_width(), its units at
  /// first * panel_units().
  PanelPlan part(Index first, Index end) const {
    const Index left = units - first * panel_units(), wanted = (end - first) * panel_units();
    return {lanes, gates, left < wanted ? left : wanted};
  }
  PanelPlan panel(Index p) const { return part(p, p + 1); }
  Index packed_size(Index K) const { return panels() * panel_width() * K; }
  /// The column of one unit of one gate.
  Index column(Index gate, Index unit) const {
    return gates == 1 ? unit : (unit / lanes * gates + gate) * lanes + unit % lanes;
  }
};

/// The plan for element type T (float, double) on the instruction set in use.
template <class T>
PanelPlan plan_panels(Index units, int gates);

/// Element (row, column) is data[row * row_stride + column * column_stride].
template <class T>
struct Strided {
  const T* data;
  Index row_stride, column_stride;
};

/// The right-hand side: panel p starts at data + p * panel_stride, its row k at k * row_stride after that.
/// At the last panel up to lanes - 1 elements after the last column are read and ignored.
template <class T>
struct Panels {
  const T* data;
  Index row_stride, panel_stride;
  bool read_ahead = false;  ///< packed and larger than the L2 cache: a product prefetches the next block

  /// The panels from p on, for PanelPlan::part.
  Panels panel(Index p) const { return {data + p * panel_stride, row_stride, panel_stride, read_ahead}; }
};
template <class T>
Panels<T> packed_panels(const PanelPlan& plan, Index K, const T* packed) {
  constexpr Index kL2Bytes = Index{1} << 19;
  const bool large = plan.packed_size(K) * static_cast<Index>(sizeof(T)) > kL2Bytes;
  return {packed, plan.panel_width(), plan.panel_width() * K, large};
}
/// A row-major matrix [K, plan.columns()], used in place.
template <class T>
Panels<T> row_major_panels(const PanelPlan& plan, const T* matrix, Index leading) {
  return {matrix, leading, plan.panel_width()};
}

/// The initial value of the sums: zero, the contents of C, or the same bias for every row.
enum class Start { zero, c, bias };

/// C [M, plan.columns()] = start + A [M, K] B. C must not alias A or B. `bias` [plan.columns()] only for Start::bias.
void gemm(const PanelPlan& plan, Index M, Index K, Strided<float> A, Panels<float> B, float* C, Index ldc, Start start,
          const float* bias = nullptr) noexcept;
void gemm(const PanelPlan& plan, Index M, Index K, Strided<double> A, Panels<double> B, double* C, Index ldc,
          Start start, const double* bias = nullptr) noexcept;

}  // namespace recurra::kernels
