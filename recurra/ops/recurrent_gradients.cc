// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent_gradients.h"

#include "recurra/ops/recurrent_sequence.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// Rows of da whose columns are packed for the products at a time. With 256 the gradients were read and written
/// twice as often, which cost 6 % of a layer of 1024 units.
constexpr Index kRowsAtATime = 512;
/// Vectors of columns at a time: their lines (128 KiB with AVX2) and panels to multiply by stay in the L2 cache.
constexpr Index kVectorsAtATime = 4;

}  // namespace

template <class T, class E>
WeightGradients<T, E>::WeightGradients(Context& context, const RecurrentSaved<T>& saved, const Tensor<T>& da,
                                       const Tensor<T>& da_new, const Tensor<T>& dh, const NormGradients<T>& norm)
    : s_(saved), da_(da), da_new_(da_new), dh_(dh), norm_(norm) {
  const auto allocate = [&](Shape shape) { return Tensor<T>::uninitialized(context.memory(), std::move(shape)); };
  const PackedCell<T>& cell = *s_.weights;
  const CellWeights<T>& weights = cell.weights();
  const Index N = s_.packing.total();
  x_panels_ = allocate({cell.input().packed_size(kernels::depth<E>(N))});
  if (weights.U.defined()) h_panels_ = allocate({cell.state().packed_size(kernels::depth<E>(N))});
  if (s_.reset_h.defined()) reset_panels_ = allocate({cell.state().packed_size(kernels::depth<E>(N))});
  const GateSection& last = cell.sections().back();
  const Index columns = last.column + last.plan.vectors() * last.plan.lanes;
  const Index most = std::max({s_.plan().vectors(), last.plan.vectors(), cell.state().vectors()});
  const Index together = std::min(most, kVectorsAtATime) * s_.plan().lanes;
  lines_ = allocate({context.threads(), together * kernels::depth<E>(std::min(N, kRowsAtATime))});
  sums_ = Tensor<T>::zeros(context.memory(), {columns});
  if (da_new_.defined() || norm_.recurrent.defined()) new_sums_ = Tensor<T>::zeros(context.memory(), {columns});
  find_rows();
  result_.W = allocate(weights.W.shape());
  if (weights.U.defined()) result_.U = allocate({weights.U.dim(0), cell.state().units});
  if (weights.peephole.defined()) result_.peephole = Tensor<T>::zeros(context.memory(), weights.peephole.shape());
  if (dh_.defined()) {
    made_panels_ = allocate({cell.units().packed_size(kernels::depth<E>(N))});
    dh_sums_ = Tensor<T>::zeros(context.memory(), {cell.state().vectors() * cell.state().lanes});
    result_.projection = allocate(weights.projection.shape());
  }
  if (weights.norm.defined()) result_.norm = Tensor<T>::zeros(context.memory(), weights.norm.shape());
  if (weights.b_ih.defined()) result_.b_ih = Tensor<T>::zeros(context.memory(), weights.b_ih.shape());
  if (weights.b_hh.defined()) result_.b_hh = allocate(weights.b_hh.shape());
}

template <class T, class E>
void WeightGradients<T, E>::find_rows() {
  const Index D = s_.x.dim(1), H = s_.states.h.dim(1);
  x_rows_.resize(static_cast<std::size_t>(s_.packing.total()));
  h_rows_.resize(x_rows_.size());
  if (s_.weights->weights().peephole.defined()) c_rows_.resize(x_rows_.size());
  for (Index n = 0; s_.reset_h.defined() && n < s_.packing.total(); ++n)
    reset_rows_.push_back(s_.reset_h.data() + n * H);
  for (Index n = 0; dh_.defined() && n < s_.packing.total(); ++n)
    made_rows_.push_back(s_.made.h.data() + n * s_.plan().units);
  for (std::size_t n = 0; n < x_rows_.size(); ++n) x_rows_[n] = s_.x.data() + static_cast<Index>(n) * D;
  const bool masked = s_.masked_h.defined();
  for (Index t = 0; h_panels_.defined() && t < s_.packing.steps(); ++t)
    for_each_segment(s_.packing, s_.direction, t, {0, s_.packing.batch()}, [&](const Segment& segment) {
      const T* h_prev = earlier(segment, s_.states.h, s_.initial.h);
      for (Index row = 0; row < segment.rows; ++row)
        h_rows_[static_cast<std::size_t>(segment.at + row)] =
            masked ? s_.masked_h.data() + (segment.at + row) * H : h_prev + row * H;
      if (c_rows_.empty()) return;
      const T* c_prev = earlier(segment, s_.states.c, s_.initial.c);
      for (Index row = 0; row < segment.rows; ++row)
        c_rows_[static_cast<std::size_t>(segment.at + row)] = c_prev + row * s_.plan().units;
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
  if (h_panels_.defined()) pack(s_.weights->state(), h_rows_, h_panels_);
  if (dh_.defined()) pack(s_.weights->units(), made_rows_, made_panels_);
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
                                       const Tensor<T>& da, const Tensor<T>& sums, E* lines) const {
  const PanelPlan& plan = section.plan;
  const Index column = section.column + vectors.begin * plan.lanes;
  kernels::pack_lines<T, E>(plan, vectors.end - vectors.begin, rows, da.data() + first_row * s_.stride() + column,
                            s_.stride(), lines, sums.data() + column);
}

// Replaces da's lines by da_new's, for the GRU's dU.
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
void WeightGradients<T, E>::projection(int thread, int threads, E* lines) const {
  const GateSection section{s_.weights->state(), 0, 0};
  const PanelPlan& plan = section.plan;
  const Share vectors = share(plan.vectors(), thread, threads);
  const Index N = s_.packing.total();
  Index first = 0;
  do {
    const Index rows = std::min(kRowsAtATime, N - first);
    for (Index v = vectors.begin; v < vectors.end; v += kVectorsAtATime) {
      const Share some{v, std::min(v + kVectorsAtATime, vectors.end)};
      kernels::pack_lines<T, E>(plan, some.end - some.begin, rows, dh_.data() + first * dh_.dim(1) + v * plan.lanes,
                                dh_.dim(1), lines, dh_sums_.data() + v * plan.lanes);
      products(section, some, lines, first, rows, s_.weights->units(), made_panels_, result_.projection);
    }
    first += rows;
  } while (first < N);
}

template <class T, class E>
void WeightGradients<T, E>::peepholes(int thread, int threads) const {
  const Index H = s_.plan().units;
  const Share units = share(H, thread, threads);
  const LstmGate gates[] = {kInput, kForget, kOutput};
  for (std::size_t n = 0; n < c_rows_.size(); ++n) {
    const T* da = da_.data() + static_cast<Index>(n) * s_.stride();
    for (Index which = 0; which < 3; ++which) {
      const T* state = gates[which] == kOutput ? s_.made_or_state(1).data() + static_cast<Index>(n) * H : c_rows_[n];
      T* sum = result_.peephole.data() + which * H;
      for (Index u = units.begin; u < units.end; ++u) sum[u] += da[s_.plan().column(gates[which], u)] * state[u];
    }
  }
}

template <class T, class E>
void WeightGradients<T, E>::norms(int thread, int threads) const {
  const PanelPlan& plan = s_.plan();
  const Index H = plan.units;
  const Share units = share(H, thread, threads);
  for (Index n = 0; n < s_.packing.total(); ++n) {
    const Index at = n * s_.stride();
    const T* scales = s_.scales.data() + n * kernels::kNormScales;
    for (Index gate = 0; gate < kLstmGates; ++gate)
      for (Index u = units.begin; u < units.end; ++u) {
        const Index from = at + plan.column(gate, u);
        const T d = norm_.sums[from];
        result_.norm[(kGainOfX + gate) * H + u] += d * s_.from_x[from];
        result_.norm[(kGainOfH + gate) * H + u] += d * s_.from_h[from];
        if (result_.b_ih.defined()) result_.b_ih[gate * H + u] += d;
      }
    for (Index u = units.begin; u < units.end; ++u) {
      const T d = norm_.normed[n * H + u];
      result_.norm[kGainOfC * H + u] += d * (s_.made_or_state(1)[n * H + u] - scales[3]) * scales[2];
      result_.norm[kBiasOfC * H + u] += d;
    }
  }
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
        pack_lines(section, some, first, rows, da_, sums_, lines);
        products(section, some, lines, first, rows, s_.weights->input(), x_panels_, result_.W);
        if (!result_.U.defined()) continue;
        if (da_new_.defined()) replace_new_gate(some, first, rows, lines);
        if (norm_.recurrent.defined()) pack_lines(section, some, first, rows, norm_.recurrent, new_sums_, lines);
        products(section, some, lines, first, rows, s_.weights->state(), state_panels, result_.U);
      }
      first += rows;
    } while (first < N);
    if (result_.norm.defined()) continue;
    bias(section, vectors, sums_, result_.b_ih);
    bias(section, vectors, new_sums_, result_.b_hh);
  }
  if (result_.norm.defined()) norms(thread, threads);
  if (result_.peephole.defined()) peepholes(thread, threads);
  if (dh_.defined()) projection(thread, threads, lines);
}

template class WeightGradients<float, float>;
template class WeightGradients<float, kernels::Bf16Pair>;
template class WeightGradients<double, double>;

}  // namespace recurra::ops
