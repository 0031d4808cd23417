// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent_gradients.h"

#include "recurra/ops/recurrent_sequence.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// Rows of da whose columns are laid out for the products at a time: as many as a product runs before its sums go to
/// memory, so that neither operand leaves the L2 cache in between.
constexpr Index kRowsAtATime = 256;

}  // namespace

template <class T>
WeightGradients<T>::WeightGradients(ThreadTeam& team, const RecurrentSaved<T>& saved, const Tensor<T>& da,
                                    const Tensor<T>& da_recurrent)
    : s_(saved), da_(da), da_recurrent_(da_recurrent) {
  const auto allocate = [&](Shape shape) { return Tensor<T>::uninitialized(team.memory(), std::move(shape)); };
  const PackedCell<T>& cell = *s_.weights;
  const CellWeights<T>& weights = cell.weights();
  const Index N = s_.packing.total();
  x_panels_ = allocate({cell.input().packed_size(N)});
  h_panels_ = allocate({cell.state().packed_size(N)});
  const Index columns = s_.plan().vectors() * s_.plan().lanes;
  lines_ = allocate({team.threads(), columns * std::min(N, kRowsAtATime)});
  sums_ = Tensor<T>::zeros(team.memory(), {columns});
  if (!one_da()) recurrent_sums_ = Tensor<T>::zeros(team.memory(), {columns});
  result_.W = allocate(weights.W.shape());
  result_.U = allocate(weights.U.shape());
  if (weights.b_ih.defined()) result_.b_ih = allocate(weights.b_ih.shape());
  if (weights.b_hh.defined()) result_.b_hh = allocate(weights.b_hh.shape());
}

template <class T>
void WeightGradients<T>::pack_inputs(int thread, int threads) const {
  const PanelPlan &input = s_.weights->input(), &state = s_.weights->state();
  const Index N = s_.packing.total(), D = input.units, H = state.units;
  const Share packed = share(N, thread, threads);
  kernels::pack_matrix<T>(input, packed.end - packed.begin, s_.x.data() + packed.begin * D, D,
                          x_panels_.data() + packed.begin * input.panel_width(), input.panel_width() * N);
  const Share steps = share(s_.packing.steps(), thread, threads);
  for (Index t = steps.begin; t < steps.end; ++t)
    for_each_segment(s_.packing, s_.direction, t, {0, s_.packing.batch()}, [&](const Segment& segment) {
      kernels::pack_matrix<T>(state, segment.rows, earlier(segment, s_.y, s_.initial.h), H,
                              h_panels_.data() + segment.at * state.panel_width(), state.panel_width() * N);
    });
}

template <class T>
template <class Fn>
void WeightGradients<T>::for_each_vector(Share vectors, Fn fn) const {
  const PanelPlan& plan = s_.plan();
  for (Index v = vectors.begin; v < vectors.end; ++v) {
    const Index gate = v % plan.gates, unit = v / plan.gates * plan.lanes;
    fn(v, gate * plan.units + unit, std::min<Index>(plan.lanes, plan.units - unit));
  }
}

template <class T>
void WeightGradients<T>::pack_lines(Share vectors, const Tensor<T>& da, Index first_row, Index rows, T* lines,
                                    const Tensor<T>& sums) const {
  const PanelPlan& plan = s_.plan();
  const Index column = vectors.begin * plan.lanes;
  kernels::pack_lines<T>(plan, vectors.end - vectors.begin, rows, da.data() + first_row * s_.stride() + column,
                         s_.stride(), lines, sums.data() + column);
}

template <class T>
void WeightGradients<T>::products(Share vectors, const T* lines, Index first_row, Index rows, const PanelPlan& plan,
                                  const Tensor<T>& panels, const Tensor<T>& out) const {
  const Index N = s_.packing.total(), lanes = s_.plan().lanes, width = plan.panel_width();
  const kernels::Panels<T> B = kernels::packed_panels<T>(plan, N, panels.data() + first_row * width);
  for (Index p = 0; p < plan.panels(); ++p) {
    for_each_vector(vectors, [&](Index v, Index weight_row, Index count) {
      kernels::gemm(plan.panel(p), count, rows, {lines + (v - vectors.begin) * lanes * rows, 1, lanes}, B.panel(p),
                    out.data() + weight_row * plan.units + p * width, plan.units,
                    first_row == 0 ? Start::zero : Start::c);
    });
  }
}

template <class T>
void WeightGradients<T>::bias(Share vectors, const Tensor<T>& sums, const Tensor<T>& out) const {
  if (!out.defined()) return;
  for_each_vector(vectors, [&](Index v, Index weight_row, Index count) {
    std::copy_n(sums.data() + v * s_.plan().lanes, count, out.data() + weight_row);
  });
}

template <class T>
void WeightGradients<T>::run(int thread, int threads) const {
  const Share vectors = share(s_.plan().vectors(), thread, threads);
  const Index N = s_.packing.total();
  T* lines = lines_.data() + thread * lines_.dim(1);
  Index first = 0;
  do {
    const Index rows = std::min(kRowsAtATime, N - first);
    pack_lines(vectors, da_, first, rows, lines, sums_);
    products(vectors, lines, first, rows, s_.weights->input(), x_panels_, result_.W);
    if (!one_da()) pack_lines(vectors, da_recurrent_, first, rows, lines, recurrent_sums_);
    products(vectors, lines, first, rows, s_.weights->state(), h_panels_, result_.U);
    first += rows;
  } while (first < N);
  bias(vectors, sums_, result_.b_ih);
  bias(vectors, one_da() ? sums_ : recurrent_sums_, result_.b_hh);
}

template class WeightGradients<float>;
template class WeightGradients<double>;

}  // namespace recurra::ops
