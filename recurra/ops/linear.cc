// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/linear.h"

#include <type_traits>

#include "recurra/kernels/dot.h"
#include "recurra/kernels/pack.h"
#include "recurra/ops/last_axis.h"

namespace recurra::ops {
namespace {

using kernels::Index;
using kernels::PanelPlan;
using kernels::Start;
using kernels::Strided;

/// C [M, N] = A B (+ bias), B the transpose of source [N, K], packed here. Each thread takes its panels of B, which it
/// packs itself, or rows of A if there are too few panels for all threads.
template <class T>
void product(Context& context, Index M, Index K, Index N, Strided<T> A, const T* source, const T* bias, T* C) {
  const PanelPlan plan = kernels::plan_panels<T>(N, 1);
  const auto packed = Tensor<T>::uninitialized(context.memory(), {plan.packed_size(K)});
  const kernels::Panels<T> B = kernels::packed_panels<T>(plan, K, packed.data());
  run_shared(context, M * K * N, [&](int thread, int threads) {
    const Share own = share(plan.panels(), thread, threads);
    kernels::pack_columns<T, T>(plan, own.begin, own.end, K, source, K, packed.data());
    const bool by_panel = plan.panels() >= 2 * threads;
    if (!by_panel) barrier(context, threads);
    const Share panels = by_panel ? own : Share{0, plan.panels()};
    const Share rows = by_panel ? Share{0, M} : share(M, thread, threads, 8);
    for (Index p = panels.begin; p < panels.end; ++p) {
      const Index column = p * plan.panel_width();
      kernels::gemm(plan.panel(p), rows.end - rows.begin, K,
                    {A.data + rows.begin * A.row_stride, A.row_stride, A.column_stride}, B.panel(p),
                    C + rows.begin * N + column, N, bias ? Start::bias : Start::zero, bias ? bias + column : nullptr);
    }
  });
}

/// The same for few outputs, A [M, K] row-major and all of float.
void few_outputs(Context& context, Index M, Index K, Index N, const float* A, const float* source, const float* bias,
                 float* C) {
  run_shared(context, M * K * N, [&](int thread, int threads) {
    const Share rows = share(M, thread, threads, 8);
    kernels::dot_rows(rows.end - rows.begin, K, N, A + rows.begin * K, source, bias, C + rows.begin * N);
  });
}

/// C [M, N] = A B, B row-major [K, N] used in place.
template <class T>
void product_in_place(Context& context, Index M, Index K, Index N, Strided<T> A, const T* B, T* C) {
  const PanelPlan plan = kernels::plan_panels<T>(N, 1);
  run_shared(context, M * K * N, [&](int thread, int threads) {
    const Share rows = share(M, thread, threads, 8);
    kernels::gemm(plan, rows.end - rows.begin, K, {A.data + rows.begin * A.row_stride, A.row_stride, A.column_stride},
                  kernels::row_major_panels<T>(plan, B, N), C + rows.begin * N, N, Start::zero);
  });
}

}  // namespace

template <class T>
Tensor<T> linear_forward(Context& context, const Tensor<T>& x, const Tensor<T>& W, const Tensor<T>& b) {
  require<ShapeError>(W.rank() == 2 && x.rank() >= 1 && x.dim(-1) == W.dim(1), "linear_forward: x ", x.shape(),
                      " does not fit W ", W.shape());
  const Index O = W.dim(0), D = W.dim(1), N = D > 0 ? x.size() / D : 0;
  require<ShapeError>(!b.defined() || b.shape() == Shape({O}), "linear_forward: expected b [", O, "], found ",
                      b.shape());
  auto y = Tensor<T>::uninitialized(context.memory(), with_last(x.shape(), O));
  const T* bias = b.defined() ? b.data() : nullptr;
  if constexpr (std::is_same_v<T, float>) {
    if (O <= kernels::kFewOutputs) {
      few_outputs(context, N, D, O, x.data(), W.data(), bias, y.data());
      return y;
    }
  }
  product<T>(context, N, D, O, {x.data(), D, 1}, W.data(), bias, y.data());
  return y;
}

template <class T>
LinearGradients<T> linear_backward(Context& context, const Tensor<T>& x, const Tensor<T>& W, const Tensor<T>& dy,
                                   bool want_dx) {
  const Index O = W.dim(0), D = W.dim(1), N = x.size() / D;
  require<ShapeError>(x.dim(-1) == D && dy.shape() == with_last(x.shape(), O), "linear_backward: x ", x.shape(), ", W ",
                      W.shape(), " and dy ", dy.shape(), " do not fit");
  LinearGradients<T> out{
      {}, Tensor<T>::uninitialized(context.memory(), {O, D}), Tensor<T>::uninitialized(context.memory(), {O})};
  if (want_dx) {
    out.dx = Tensor<T>::uninitialized(context.memory(), x.shape());
    product_in_place<T>(context, N, O, D, {dy.data(), O, 1}, W.data(), out.dx.data());
  }
  product_in_place<T>(context, O, N, D, {dy.data(), 1, O}, x.data(), out.dW.data());
  const T one = 1;
  product_in_place<T>(context, 1, N, O, {&one, 0, 0}, dy.data(), out.db.data());
  return out;
}

template <class T>
Tensor<T> matmul(Context& context, const Tensor<T>& a, const Tensor<T>& b, Transpose transpose_a,
                 Transpose transpose_b) {
  const int rank = a.rank();
  require<ShapeError>((rank == 2 || rank == 3) && b.rank() == rank && (rank == 2 || a.dim(0) == b.dim(0)),
                      "matmul: expected two matrices or two equal stacks of them, found ", a.shape(), " and ",
                      b.shape());
  const bool ta = transpose_a == Transpose::yes, tb = transpose_b == Transpose::yes;
  const Index S = rank == 3 ? a.dim(0) : 1;
  const Index M = a.dim(ta ? -1 : -2), K = a.dim(ta ? -2 : -1), N = b.dim(tb ? -2 : -1);
  require<ShapeError>(b.dim(tb ? -1 : -2) == K, "matmul: inner extents differ, ", a.shape(), ta ? " transposed" : "",
                      " and ", b.shape(), tb ? " transposed" : "");
  auto c = Tensor<T>::uninitialized(context.memory(), rank == 3 ? Shape({S, M, N}) : Shape({M, N}));
  for (Index s = 0; s < S; ++s) {
    const Strided<T> A{a.data() + s * M * K, ta ? 1 : K, ta ? M : 1};
    const T* B = b.data() + s * K * N;
    T* C = c.data() + s * M * N;
    if (tb) {
      product<T>(context, M, K, N, A, B, nullptr, C);
    } else {
      product_in_place<T>(context, M, K, N, A, B, C);
    }
  }
  return c;
}

#define RECURRA_INSTANTIATE(T)                                                                                       \
  template Tensor<T> linear_forward(Context&, const Tensor<T>&, const Tensor<T>&, const Tensor<T>&);                 \
  template LinearGradients<T> linear_backward(Context&, const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, bool); \
  template Tensor<T> matmul(Context&, const Tensor<T>&, const Tensor<T>&, Transpose, Transpose);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops
