// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/packed_cell.h"

#include <span>

#include "recurra/kernels/cell_steps.h"
#include "recurra/tensor/cell_layout.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;

template <class T>
std::vector<GateSection> sections_of(const CellRow& row, Index units) {
  const int late = row.late_gates(), early = row.gate_count() - late;
  std::vector<GateSection> sections = {{kernels::plan_panels<T>(units, early), 0, 0}};
  if (late > 0) sections.push_back({kernels::plan_panels<T>(units, late), early, sections[0].plan.columns()});
  return sections;
}

/// Calls fn(row of a weight, column within the sections) for each unit of each gate.
template <class Fn>
void for_each_gate(std::span<const GateSection> sections, Fn fn) {
  for (const GateSection& section : sections)
    for (int gate = 0; gate < section.plan.gates; ++gate)
      for (Index unit = 0; unit < section.plan.units; ++unit)
        fn((section.first_gate + gate) * section.plan.units + unit,
           section.column - sections.front().column + section.plan.column(gate, unit));
}

/// The bias of the sums W x. A layer normalisation adds its own later.
template <class T>
Tensor<T> bias_of_x(const CellWeights<T>& weights) {
  return weights.norm.defined() ? Tensor<T>() : weights.b_ih;
}

/// first + second (either may be undefined) as one row in the sections' columns.
template <class T>
std::vector<T> bias_row(const std::vector<GateSection>& sections, const Tensor<T>& first, const Tensor<T>& second) {
  const GateSection& last = sections.back();
  std::vector<T> row(static_cast<std::size_t>(last.column + last.plan.panels() * last.plan.panel_width()));
  for_each_gate(sections, [&](Index from, Index column) {
    T& sum = row[static_cast<std::size_t>(column)];
    if (first.defined()) sum = first[from];
    if (second.defined()) sum += second[from];
  });
  return row;
}

/// Allocates the panels if necessary; true if they are still to be packed.
template <class T>
bool allocate(Context& context, Tensor<T>& packed, Index size) {
  if (packed.defined()) return false;
  packed = Tensor<T>::uninitialized(context.memory(), {size});
  return true;
}

/// The row of a weight for each k of a product over the sections' columns; null for padding.
template <class T>
std::vector<const T*> rows_by_column(std::span<const GateSection> sections, const Tensor<T>& weight) {
  const GateSection &first = sections.front(), &last = sections.back();
  std::vector<const T*> rows(static_cast<std::size_t>(last.column - first.column + last.plan.columns()), nullptr);
  for_each_gate(sections, [&](Index from, Index column) {
    rows[static_cast<std::size_t>(column)] = weight.data() + from * weight.dim(1);
  });
  return rows;
}

/// Units of the layer: a cell computed by a scan has no U.
template <class T>
Index hidden_units(Cell cell, const CellWeights<T>& weights) {
  return weights.W.dim(0) / gate_count(cell);
}

/// Width of h: of the projection, if there is one.
template <class T>
Index output_units(Cell cell, const CellWeights<T>& weights) {
  return weights.projection.defined() ? weights.projection.dim(0) : hidden_units(cell, weights);
}

}  // namespace

template <class T>
PackedCell<T>::PackedCell(Cell cell, const CellWeights<T>& weights, Precision precision)
    : cell_(cell),
      weights_(weights),
      precision_(precision),
      sections_(sections_of<T>(describe(cell), hidden_units(cell, weights))),
      state_(kernels::plan_panels<T>(output_units(cell, weights), 1)),
      units_(kernels::plan_panels<T>(sections_[0].plan.units, 1)),
      input_(kernels::plan_panels<T>(weights.W.dim(1), 1)),
      heads_(weights.U.defined() ? state_.units / weights.U.dim(1) : 1),
      square_U_(heads_ > 1 ? block_diagonal(weights.U, heads_) : weights.U),
      input_bias_(
          bias_row(sections_, bias_of_x(weights), describe(cell).recurrent_apart() ? Tensor<T>() : weights.b_hh)),
      recurrent_bias_(bias_row(sections_, weights.b_hh, {})),
      norms_(norm_parameters(weights.norm, weights.b_ih)) {}

template <class T>
Index PackedCell<T>::column(int gate, Index unit) const {
  const GateSection& section = gate < sections_.back().first_gate ? sections_.front() : sections_.back();
  return section.column + section.plan.column(gate - section.first_gate, unit);
}

template <class T>
Index PackedCell<T>::packed_before(std::size_t section, Index K) const {
  return section == 0 ? 0 : sections_[0].plan.packed_size(depth(K));
}

template <class T>
Index PackedCell<T>::rows_before(std::size_t section) const {
  return section == 0 ? 0 : state_.packed_size(depth(sections_[0].plan.columns()));
}

template <class T>
std::shared_ptr<PackedCell<T>> pack_cell(Cell cell, const CellWeights<T>& weights, Precision precision) {
  const char* function = "pack_cell";
  const CellRow& row = describe(cell);
  const bool recurrent = row.has(WeightKind::recurrent_weight);
  require<ShapeError>(weights.W.rank() == 2 && (!recurrent || weights.U.rank() == 2), function, ": W",
                      recurrent ? " and U must be matrices" : " must be a matrix");
  require<ShapeError>(recurrent || !weights.U.defined(), function, ": the ", row.title, " has no weight of h");
  const Tensor<T>& P = weights.projection;
  require<ShapeError>(!P.defined() || (row.has(WeightKind::projection) && P.rank() == 2 &&
                                       P.dim(0) == weights.U.dim(1) && P.dim(0) <= P.dim(1)),
                      function, ": expected a projection [", recurrent ? weights.U.dim(1) : 0,
                      ", units] of an LSTM, found ", P.shape());
  const bool by_U = recurrent && !row.has_heads && !P.defined();
  const Index H = P.defined() ? P.dim(1) : by_U ? weights.U.dim(1) : hidden_units(cell, weights);
  const Index rows = row.gate_count() * H;
  const bool fits = !row.has_heads || (weights.U.dim(1) > 0 && H % weights.U.dim(1) == 0);
  if (recurrent)
    require<ShapeError>(fits && weights.U.dim(0) == rows && weights.W.dim(0) == rows, function, ": expected W [", rows,
                        ", D], U [", rows, ", ", row.has_heads ? H : weights.U.dim(1), row.has_heads ? " / heads" : "",
                        "], found ", weights.W.shape(), " and ", weights.U.shape());
  require<ShapeError>(weights.W.dim(0) == rows, function, ": expected W [", row.gate_count(), " * H, D], found ",
                      weights.W.shape());
  require<ShapeError>(row.has(WeightKind::recurrent_bias) || !weights.b_hh.defined(), function, ": the ", row.title,
                      " has one bias");
  for (const Tensor<T>* b : {&weights.b_ih, &weights.b_hh})
    require<ShapeError>(!b->defined() || b->shape() == Shape({rows}), function, ": expected a bias [", rows,
                        "], found ", b->shape());
  const bool peepholes = describe(cell).forward.has(StepBuffer::peephole);
  require<ShapeError>(!peepholes || (weights.peephole.defined() && weights.peephole.shape() == Shape({3, H})), function,
                      ": expected peephole [3, ", H, "], found ", weights.peephole.shape());
  const Shape norm = row.has(WeightKind::norm) ? Shape({kNormRows, H}) : Shape({0});
  require<ShapeError>(weights.norm.defined() ? weights.norm.shape() == norm : !row.has(WeightKind::norm), function,
                      ": expected norm ", norm, ", found ", weights.norm.shape());
  // Double precision is for gradient checks: it rounds nothing.
  const bool rounds = std::is_same_v<T, float>;
  require<UnsupportedError>(kHasBf16Products || !rounds || precision == Precision::f32, function,
                            ": this build multiplies only in float32");
  return std::make_shared<PackedCell<T>>(cell, weights, rounds ? precision : Precision::f32);
}

template <class T>
void PackedCell<T>::prepare_forward(Context& context) {
  const auto packed = [&](Index K) {
    return packed_before(sections_.size() - 1, K) + sections_.back().plan.packed_size(depth(K));
  };
  W_due_ = allocate(context, W_, packed(weights_.W.dim(1)));
  if (W_due_ && weights_.projection.defined())
    projection_ = Tensor<T>::uninitialized(context.memory(), {state_.packed_size(depth(units_.units))});
  if (W_due_ && weights_.U.defined()) U_ = Tensor<T>::uninitialized(context.memory(), {packed(state_.units)});
}

template <class T>
void PackedCell<T>::prepare_backward(Context& context, bool want_dx) {
  W_ = U_ = projection_ = {};  // free it before the backward pass allocates as much
  const Index late_rows = state_.packed_size(depth(sections_.back().plan.columns()));
  U_rows_due_ = weights_.U.defined() && allocate(context, U_rows_, rows_before(sections_.size() - 1) + late_rows);
  if (U_rows_due_ && weights_.projection.defined())
    projection_rows_ = Tensor<T>::uninitialized(context.memory(), {units_.packed_size(depth(state_.units))});
  W_rows_due_ = want_dx && allocate(context, W_rows_, input_.packed_size(depth(columns())));
}

template <class T>
template <class E>
void PackedCell<T>::pack_forward_as(int thread, int threads) const {
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const GateSection& section = sections_[i];
    const Share own = share(section.plan.panels(), thread, threads);
    for (const auto& [weight, packed] : {std::pair{&weights_.W, &W_}, std::pair{&square_U_, &U_}}) {
      if (!weight->defined()) continue;
      const Index K = weight->dim(1);
      kernels::pack_columns<T, E>(section.plan, own.begin, own.end, K,
                                  weight->data() + section.first_gate * section.plan.units * K, K,
                                  reinterpret_cast<E*>(packed->data()) + packed_before(i, K));
    }
  }
  if (!weights_.projection.defined()) return;
  const Share own = share(state_.panels(), thread, threads);
  kernels::pack_columns<T, E>(state_, own.begin, own.end, units_.units, weights_.projection.data(), units_.units,
                              reinterpret_cast<E*>(projection_.data()));
}

template <class T>
template <class E>
void PackedCell<T>::pack_backward_as(int thread, int threads) const {
  const auto pack = [&](const PanelPlan& plan, std::span<const GateSection> sections, const Tensor<T>& weight,
                        E* packed) {
    const Share own = share(plan.panels(), thread, threads);
    const std::vector<const T*> rows = rows_by_column(sections, weight);
    const auto K = static_cast<Index>(rows.size());
    kernels::pack_rows<T, E>(plan, own.begin, own.end, K, rows.data(), packed,
                             plan.panel_width() * kernels::depth<E>(K));
  };
  const std::span<const GateSection> all = sections_;
  for (std::size_t i = 0; U_rows_due_ && i < all.size(); ++i)
    pack(state_, all.subspan(i, 1), square_U_, reinterpret_cast<E*>(U_rows_.data()) + rows_before(i));
  if (W_rows_due_) pack(input_, all, weights_.W, reinterpret_cast<E*>(W_rows_.data()));
  if (!U_rows_due_ || !weights_.projection.defined()) return;
  std::vector<const T*> rows;
  for (Index r = 0; r < state_.units; ++r) rows.push_back(weights_.projection.data() + r * units_.units);
  const Share own = share(units_.panels(), thread, threads);
  kernels::pack_rows<T, E>(units_, own.begin, own.end, state_.units, rows.data(),
                           reinterpret_cast<E*>(projection_rows_.data()),
                           units_.panel_width() * kernels::depth<E>(state_.units));
}

template <class T>
void PackedCell<T>::pack_forward(int thread, int threads) const {
  if (!W_due_) return;
  if constexpr (std::is_same_v<T, float> && kHasBf16Products)
    if (precision_ == Precision::bf16) return pack_forward_as<kernels::Bf16Pair>(thread, threads);
  pack_forward_as<T>(thread, threads);
}

template <class T>
void PackedCell<T>::pack_backward(int thread, int threads) const {
  if constexpr (std::is_same_v<T, float> && kHasBf16Products)
    if (precision_ == Precision::bf16) return pack_backward_as<kernels::Bf16Pair>(thread, threads);
  pack_backward_as<T>(thread, threads);
}

template class PackedCell<float>;
template class PackedCell<double>;
template std::shared_ptr<PackedCell<float>> pack_cell(Cell, const CellWeights<float>&, Precision);
template std::shared_ptr<PackedCell<double>> pack_cell(Cell, const CellWeights<double>&, Precision);

}  // namespace recurra::ops
