// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/attention.h"

#include <algorithm>
#include <cmath>

#include "recurra/kernels/additive_attention.h"
#include "recurra/kernels/gemm.h"
#include "recurra/kernels/pack.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// Sorted positions that belong together: one memory sequence and the query sequences that read it.
struct Readers {
  Index memory;
  std::vector<Index> queries;
};

std::vector<Readers> readers_of(const AttentionLayout& layout) {
  std::vector<Readers> out;
  std::vector<std::size_t> place(static_cast<std::size_t>(layout.memory.batch()));
  for (const Index row : layout.memory.order()) {
    place[static_cast<std::size_t>(row)] = out.size();
    out.push_back({static_cast<Index>(out.size()), {}});
  }
  for (Index position = 0; position < layout.queries.batch(); ++position) {
    const Index row = layout.queries.order()[static_cast<std::size_t>(position)];
    const Index read = layout.memory_row.empty() ? row : layout.memory_row[static_cast<std::size_t>(row)];
    out[place[static_cast<std::size_t>(read)]].queries.push_back(position);
  }
  return out;
}

template <class T>
void check(const char* function, AttentionScore score, const AttentionLayout& layout, const AttentionInputs<T>& in) {
  require<ShapeError>(in.q.rank() == 2 && in.q.dim(0) == layout.queries.total(), function, ": expected queries [",
                      layout.queries.total(), ", A], found ", in.q.shape());
  const Index A = in.q.dim(1), N = layout.memory.total();
  require<ShapeError>(in.keys.shape() == Shape({N, A}), function, ": expected keys ", Shape({N, A}), ", found ",
                      in.keys.shape());
  require<ShapeError>(in.values.rank() == 2 && in.values.dim(0) == N, function, ": expected values [", N,
                      ", D], found ", in.values.shape());
  require<ShapeError>(score == AttentionScore::dot || in.v.shape() == Shape({A}), function, ": expected v [", A,
                      "], found ", in.v.shape());
  const auto& rows = layout.memory_row;
  const auto expected = static_cast<std::size_t>(rows.empty() ? layout.memory.batch() : layout.queries.batch());
  require(rows.empty() ? layout.queries.batch() == layout.memory.batch() : rows.size() == expected, function,
          ": expected ", expected, rows.empty() ? " query sequences" : " memory rows", ", found ",
          rows.empty() ? static_cast<std::size_t>(layout.queries.batch()) : rows.size());
  for (const Index row : rows)
    require(row >= 0 && row < layout.memory.batch(), function, ": expected memory rows in [0, ", layout.memory.batch(),
            "), found ", row);
}

Index length_at(const Packing& packing, Index position) {
  return packing.lengths()[static_cast<std::size_t>(position)];
}

/// One sequence of a packed tensor, to contiguous rows and back.
template <class T>
void gather(const Packing& packing, Index position, const Tensor<T>& packed, T* rows) {
  const Index width = packed.dim(1);
  for (Index t = 0; t < length_at(packing, position); ++t)
    std::copy_n(packed.data() + (packing.offset(t) + position) * width, width, rows + t * width);
}
template <class T>
void scatter(const Packing& packing, Index position, const T* rows, const Tensor<T>& packed) {
  const Index width = packed.dim(1);
  for (Index t = 0; t < length_at(packing, position); ++t)
    std::copy_n(rows + t * width, width, packed.data() + (packing.offset(t) + position) * width);
}

/// C [M, N] = or += A B with B row-major.
template <class T>
void product(Index M, Index K, Index N, kernels::Strided<T> A, const T* B, T* C, Start start) {
  const PanelPlan plan = kernels::plan_panels<T>(N, 1);
  kernels::gemm(plan, M, K, A, kernels::row_major_panels<T>(plan, B, N), C, N, start);
}

/// C [M, N] = A B^T, B [N, K] row-major, packed here.
template <class T>
void product_transposed(Index M, Index K, Index N, const T* A, const T* B, T* packed, T* C) {
  const PanelPlan plan = kernels::plan_panels<T>(N, 1);
  kernels::pack_columns<T, T>(plan, 0, plan.panels(), K, B, K, packed);
  kernels::gemm(plan, M, K, {A, K, 1}, kernels::packed_panels<T>(plan, K, packed), C, N, Start::zero);
}

template <class T>
void softmax_rows(Index rows, Index width, T* x) {
  for (T* row = x; row < x + rows * width; row += width) {
    const T top = *std::max_element(row, row + width);
    T sum = 0;
    for (Index j = 0; j < width; ++j) sum += row[j] = std::exp(row[j] - top);
    for (Index j = 0; j < width; ++j) row[j] /= sum;
  }
}

/// dscores from weights p and dp, in place of dp.
template <class T>
void softmax_rows_backward(Index rows, Index width, const T* p, T* dp) {
  for (Index i = 0; i < rows; ++i, p += width, dp += width) {
    T sum = 0;
    for (Index j = 0; j < width; ++j) sum += p[j] * dp[j];
    for (Index j = 0; j < width; ++j) dp[j] = p[j] * (dp[j] - sum);
  }
}

/// A thread's own memory, for one memory sequence and one query sequence at a time.
template <class T>
struct AttentionScratch {
  AlignedArray<T> q, keys, values, context, scores, weights, packed, dq, dkeys, dvalues;

  AttentionScratch(const AttentionLayout& layout, const AttentionInputs<T>& in, bool backward) {
    const Index steps = layout.queries.steps(), S = layout.memory.steps(), A = in.q.dim(1), D = in.values.dim(1);
    const auto make = [](Index count) { return allocate_aligned<T>(static_cast<std::size_t>(count)); };
    q = make(steps * A);
    keys = make(S * A);
    values = make(S * D);
    context = make(steps * D);
    scores = make(steps * S);
    packed = make(kernels::plan_panels<T>(S, 1).packed_size(std::max(A, D)));
    if (!backward) return;
    weights = make(steps * S);
    dq = make(steps * A);
    dkeys = make(S * A);
    dvalues = make(S * D);
  }
};

/// Calls fn(scratch, readers, memory length) for each memory sequence that has a step.
template <class T, class Fn>
void for_each_memory(Context& context, const AttentionLayout& layout, const AttentionInputs<T>& in, bool backward,
                     Fn fn) {
  const std::vector<Readers> all = readers_of(layout);
  std::vector<AttentionScratch<T>> scratch;
  for (int i = 0; i < context.threads(); ++i) scratch.emplace_back(layout, in, backward);
  const Index work = layout.queries.total() * layout.memory.steps() * (in.q.dim(1) + in.values.dim(1));
  run_shared(context, work, [&](int thread, int threads) {
    for (auto [m, end] = share(layout.memory.batch(), thread, threads); m < end; ++m) {
      const Index S = length_at(layout.memory, m);
      if (S > 0) fn(scratch[static_cast<std::size_t>(thread)], all[static_cast<std::size_t>(m)], S);
    }
  });
}

}  // namespace

template <class T>
AttentionForward<T> attention_forward(Context& context, AttentionScore score, const AttentionLayout& layout,
                                      const AttentionInputs<T>& in) {
  check("attention_forward", score, layout, in);
  const Index A = in.q.dim(1), D = in.values.dim(1), all_S = layout.memory.steps();
  AttentionForward<T> out{Tensor<T>({layout.queries.total(), D}), Tensor<T>({layout.queries.total(), all_S})};
  for_each_memory(context, layout, in, false, [&](AttentionScratch<T>& own, const Readers& readers, Index S) {
    gather(layout.memory, readers.memory, in.keys, own.keys.get());
    gather(layout.memory, readers.memory, in.values, own.values.get());
    for (const Index query : readers.queries) {
      const Index steps = length_at(layout.queries, query);
      gather(layout.queries, query, in.q, own.q.get());
      T* p = own.scores.get();
      if (score == AttentionScore::dot) {
        product_transposed<T>(steps, A, S, own.q.get(), own.keys.get(), own.packed.get(), p);
      } else {
        kernels::additive_scores<T>({steps, S, A, own.q.get(), own.keys.get(), in.v.data()}, p);
      }
      softmax_rows(steps, S, p);
      product<T>(steps, S, D, {p, S, 1}, own.values.get(), own.context.get(), Start::zero);
      scatter(layout.queries, query, own.context.get(), out.context);
      for (Index t = 0; t < steps; ++t)
        std::copy_n(p + t * S, S, out.weights.data() + (layout.queries.offset(t) + query) * all_S);
    }
  });
  return out;
}

template <class T>
AttentionInputs<T> attention_backward(Context& context, AttentionScore score, const AttentionLayout& layout,
                                      const AttentionInputs<T>& in, const Tensor<T>& weights,
                                      const Tensor<T>& dcontext) {
  check("attention_backward", score, layout, in);
  const Index A = in.q.dim(1), D = in.values.dim(1), all_S = layout.memory.steps();
  require<ShapeError>(dcontext.shape() == Shape({layout.queries.total(), D}), "attention_backward: expected dcontext ",
                      Shape({layout.queries.total(), D}), ", found ", dcontext.shape());
  AttentionInputs<T> out{Tensor<T>(in.q.shape()), Tensor<T>(in.keys.shape()), Tensor<T>(in.values.shape()), {}};
  // dv of each memory sequence separately, added in their order: the same bits for any number of threads.
  const bool additive = score == AttentionScore::additive;
  Tensor<T> dv({additive ? layout.memory.batch() : 0, A});
  for_each_memory(context, layout, in, true, [&](AttentionScratch<T>& own, const Readers& readers, Index S) {
    gather(layout.memory, readers.memory, in.keys, own.keys.get());
    gather(layout.memory, readers.memory, in.values, own.values.get());
    std::fill_n(own.dkeys.get(), S * A, T(0));
    std::fill_n(own.dvalues.get(), S * D, T(0));
    for (const Index query : readers.queries) {
      const Index steps = length_at(layout.queries, query);
      gather(layout.queries, query, in.q, own.q.get());
      gather(layout.queries, query, dcontext, own.context.get());
      const T *dcontext_rows = own.context.get(), *p = own.weights.get();
      for (Index t = 0; t < steps; ++t)
        std::copy_n(weights.data() + (layout.queries.offset(t) + query) * all_S, S, own.weights.get() + t * S);
      T* ds = own.scores.get();
      product_transposed<T>(steps, D, S, dcontext_rows, own.values.get(), own.packed.get(), ds);
      softmax_rows_backward(steps, S, p, ds);
      product<T>(S, steps, D, {p, 1, S}, dcontext_rows, own.dvalues.get(), Start::c);
      if (additive) {
        std::fill_n(own.dq.get(), steps * A, T(0));
        kernels::additive_scores_backward<T>({steps, S, A, own.q.get(), own.keys.get(), in.v.data()}, ds, own.dq.get(),
                                             own.dkeys.get(), dv.data() + readers.memory * A);
      } else {
        product<T>(steps, S, A, {ds, S, 1}, own.keys.get(), own.dq.get(), Start::zero);
        product<T>(S, steps, A, {ds, 1, S}, own.q.get(), own.dkeys.get(), Start::c);
      }
      scatter(layout.queries, query, own.dq.get(), out.q);
    }
    scatter(layout.memory, readers.memory, own.dkeys.get(), out.keys);
    scatter(layout.memory, readers.memory, own.dvalues.get(), out.values);
  });
  if (!additive) return out;
  out.v = Tensor<T>({A});
  for (Index m = 0; m < dv.dim(0); ++m)
    for (Index a = 0; a < A; ++a) out.v[a] += dv[m * A + a];
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                     \
  template AttentionForward<T> attention_forward(Context&, AttentionScore, const AttentionLayout&, \
                                                 const AttentionInputs<T>&);                       \
  template AttentionInputs<T> attention_backward(Context&, AttentionScore, const AttentionLayout&, \
                                                 const AttentionInputs<T>&, const Tensor<T>&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops
