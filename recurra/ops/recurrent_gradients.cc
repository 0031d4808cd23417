// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent_gradients.h"

#include "recurra/ops/recurrent_sequence.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// Rows of da whose columns are laid out for the products at a time. With 256 the gradients went to memory and back
/// twice as often: 6 % of a layer of 1024 units.
constexpr Index kRowsAtATime = 512;
/// Vectors of columns at a time: their lines (128 KiB with AVX2) and the panels they meet stay in the L2 cache.
constexpr Index kVectorsAtATime = 4;

}  // namespace

template <class T, class E>
WeightGradients<T, E>::WeightGradients(Context& context, const RecurrentSaved<T>& saved, const Tensor<T>& da,
                                       const Tensor<T>& da_new)
    : s_(saved), da_(da), da_new_(da_new) {
  const auto allocate = [&](Shape shape) { return Tensor<T>::uninitialized(context.memory(), std::move(shape)); };
  const PackedCell<T>& cell = *s_.weights;
  const CellWeights<T>& weights = cell.weights();
  const Index N = s_.packing.total();
  x_panels_ = allocate({cell.input().packed_size(kernels::depth<E>(N))});
  h_panels_ = allocate({cell.state().packed_size(kernels::depth<E>(N))});
  if (s_.reset_h.defined()) reset_panels_ = allocate({cell.state().packed_size(kernels::depth<E>(N))});
  const GateSection& last = cell.sections().back();
  const Index columns = last.column + last.plan.vectors() * last.plan.lanes;
  const Index together =
      std::min(std::max(s_.plan().vectors(), last.plan.vectors()), kVectorsAtATime) * s_.plan().lanes;
  lines_ = allocate({context.threads(), together * kernels::depth<E>(std::min(N, kRowsAtATime))});
  sums_ = Tensor<T>::zeros(context.memory(), {columns});
  if (da_new_.defined()) new_sums_ = Tensor<T>::zeros(context.memory(), {columns});
  find_rows();
  result_.W = allocate(weights.W.shape());
  result_.U = allocate(weights.U.shape());
  if (weights.b_ih.defined()) result_.b_ih = allocate(weights.b_ih.shape());
  if (weights.b_hh.defined()) result_.b_hh = allocate(weights.b_hh.shape());
}

template <class T, class E>
void WeightGradients<T, E>::find_rows() {
  const Index D = s_.x.dim(1), H = s_.states.h.dim(1);
  x_rows_.resize(static_cast<std::size_t>(s_.packing.total()));
  h_rows_.resize(x_rows_.size());
  for (Index n = 0; s_.reset_h.defined() && n < s_.packing.total(); ++n)
    reset_rows_.push_back(s_.reset_h.data() + n * H);
  for (std::size_t n = 0; n < x_rows_.size(); ++n) x_rows_[n] = s_.x.data() + static_cast<Index>(n) * D;
  for (Index t = 0; t < s_.packing.steps(); ++t)
    for_each_segment(s_.packing, s_.direction, t, {0, s_.packing.batch()}, [&](const Segment& segment) {
      const T* h_prev = earlier(segment, s_.states.h, s_.initial.h);
      for (Index row = 0; row < segment.rows; ++row)
        h_rows_[static_cast<std::size_t>(segment.at + row)] = h_prev + row * H;
    });
}

template <class T, class E>
void WeightGradients<T, E>::pack_inputs(int thread, int threads) const {
  const Share own = share(s_.packing.total(), thread, threads, 2);  // pairs stay together
  const auto pack = [&](const PanelPlan& plan, const std::vector<const T*>& rows, const Tensor<T>& packed) {
    E* to = reinterpret_cast<E*>(packed.data()) + kernels::depth<E>(own.begin) * plan.panel_width();
    kernels::pack_rows<T, E>(plan, 0, plan.panels(), own.end - own.begin, rows.data() + own.begin, to,
                             plan.panel_width() * kernels::depth<E>(s_.packing.total()));
  };
  pack(s_.weights->input(), x_rows_, x_panels_);
  pack(s_.weights->state(), h_rows_, h_panels_);
  if (reset_panels_.defined()) pack(s_.weights->state(), reset_rows_, reset_panels_);
}

template <class T, class E>
template <class Fn>
void WeightGradients<T, E>::for_each_vector(const GateSection& section, Share vectors, Fn fn) const {
  const PanelPlan& plan = section.plan;
  for (Index v = vectors.begin; v < vectors.end; ++v) {
    const Index gate = section.first_gate + v % plan.gates, unit = v / plan.gates * plan.lanes;
    fn(v, gate * plan.units + unit, std::min<Index>(plan.lanes, plan.units - unit));
  }
}

template <class T, class E>
void WeightGradients<T, E>::pack_lines(const GateSection& section, Share vectors, Index first_row, Index rows,
                                       E* lines) const {
  const PanelPlan& plan = section.plan;
  const Index column = section.column + vectors.begin * plan.lanes;
  kernels::pack_lines<T, E>(plan, vectors.end - vectors.begin, rows, da_.data() + first_row * s_.stride() + column,
                            s_.stride(), lines, sums_.data() + column);
}

// Puts da_new's lines in the place of da's, for the GRU's dU.
template <class T, class E>
void WeightGradients<T, E>::replace_new_gate(Share vectors, Index first_row, Index rows, E* lines) const {
  const PanelPlan& plan = s_.plan();
  for (Index v = vectors.begin; v < vectors.end; ++v) {
    if (v % plan.gates != kNew) continue;
    const Index unit = v / plan.gates * plan.lanes;
    kernels::pack_lines<T, E>(plan, 1, rows, da_new_.data() + first_row * plan.units + unit, plan.units,
                              lines + (v - vectors.begin) * plan.lanes * kernels::depth<E>(rows),
                              new_sums_.data() + v * plan.lanes);
  }
}

template <class T, class E>
void WeightGradients<T, E>::products(const GateSection& section, Share vectors, const E* lines, Index first_row,
                                     Index rows, const PanelPlan& plan, const Tensor<T>& packed,
                                     const Tensor<T>& out) const {
  const Index lanes = s_.plan().lanes, width = plan.panel_width(), K = kernels::depth<E>(rows);
  const E* first = reinterpret_cast<const E*>(packed.data()) + kernels::depth<E>(first_row) * width;
  const kernels::Panels<E> B = kernels::packed_panels<E>(plan, kernels::depth<E>(s_.packing.total()), first);
  for (Index p = 0; p < plan.panels(); ++p) {
    for_each_vector(section, vectors, [&](Index v, Index weight_row, Index count) {
      kernels::gemm(plan.panel(p), count, K, {lines + (v - vectors.begin) * lanes * K, 1, lanes}, B.panel(p),
                    out.data() + weight_row * plan.units + p * width, plan.units,
                    first_row == 0 ? Start::zero : Start::c);
    });
  }
}

template <class T, class E>
void WeightGradients<T, E>::bias(const GateSection& section, Share vectors, const Tensor<T>& new_gate_sums,
                                 const Tensor<T>& out) const {
  if (!out.defined()) return;
  for_each_vector(section, vectors, [&](Index v, Index weight_row, Index count) {
    const bool new_gate = new_gate_sums.defined() && v % s_.plan().gates == kNew;
    const Tensor<T>& sums = new_gate ? new_gate_sums : sums_;
    std::copy_n(sums.data() + section.column + v * section.plan.lanes, count, out.data() + weight_row);
  });
}

template <class T, class E>
void WeightGradients<T, E>::run(int thread, int threads) const {
  const Index N = s_.packing.total();
  E* lines = reinterpret_cast<E*>(lines_.data() + thread * lines_.dim(1));
  for (const GateSection& section : s_.weights->sections()) {
    const Share vectors = share(section.plan.vectors(), thread, threads);
    const Tensor<T>& state_panels = section.first_gate == 0 ? h_panels_ : reset_panels_;
    Index first = 0;
    do {
      const Index rows = std::min(kRowsAtATime, N - first);
      for (Index v = vectors.begin; v < vectors.end; v += kVectorsAtATime) {
        const Share some{v, std::min(v + kVectorsAtATime, vectors.end)};
        pack_lines(section, some, first, rows, lines);
        products(section, some, lines, first, rows, s_.weights->input(), x_panels_, result_.W);
        if (da_new_.defined()) replace_new_gate(some, first, rows, lines);
        products(section, some, lines, first, rows, s_.weights->state(), state_panels, result_.U);
      }
      first += rows;
    } while (first < N);
    bias(section, vectors, sums_, result_.b_ih);
    bias(section, vectors, new_sums_, result_.b_hh);
  }
}

template class WeightGradients<float, float>;
template class WeightGradients<float, kernels::Bf16Pair>;
template class WeightGradients<double, double>;

}  // namespace recurra::ops
