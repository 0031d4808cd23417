// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/packed_cell.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;

/// first + second (either may be undefined) as one row in the plan's columns.
template <class T>
std::vector<T> bias_row(const PanelPlan& plan, const Tensor<T>& first, const Tensor<T>& second) {
  std::vector<T> row(static_cast<std::size_t>(plan.panels() * plan.panel_width()));
  for (int gate = 0; gate < plan.gates; ++gate) {
    for (Index unit = 0; unit < plan.units; ++unit) {
      T& sum = row[static_cast<std::size_t>(plan.column(gate, unit))];
      if (first.defined()) sum = first[gate * plan.units + unit];
      if (second.defined()) sum += second[gate * plan.units + unit];
    }
  }
  return row;
}

/// True if the panels are yet to be packed: their memory is there now.
template <class T>
bool allocate(Context& context, Tensor<T>& packed, Index size) {
  if (packed.defined()) return false;
  packed = Tensor<T>::uninitialized(context.memory(), {size});
  return true;
}

/// Where each k of a product over gate columns finds its row of a weight; null for padding.
template <class T>
std::vector<const T*> rows_by_column(const PanelPlan& gates, const Tensor<T>& weight) {
  std::vector<const T*> rows(static_cast<std::size_t>(gates.columns()), nullptr);
  for (int gate = 0; gate < gates.gates; ++gate)
    for (Index unit = 0; unit < gates.units; ++unit)
      rows[static_cast<std::size_t>(gates.column(gate, unit))] =
          weight.data() + (gate * gates.units + unit) * weight.dim(1);
  return rows;
}

}  // namespace

template <class T>
PackedCell<T>::PackedCell(Cell cell, const CellWeights<T>& weights, Precision precision)
    : weights_(weights),
      precision_(precision),
      gates_(kernels::plan_panels<T>(weights.U.dim(1), gate_count(cell))),
      state_(kernels::plan_panels<T>(weights.U.dim(1), 1)),
      input_(kernels::plan_panels<T>(weights.W.dim(1), 1)),
      input_bias_(bias_row(gates_, weights.b_ih, describe(cell).recurrent_apart() ? Tensor<T>() : weights.b_hh)),
      recurrent_bias_(bias_row(gates_, weights.b_hh, {})) {}

template <class T>
std::shared_ptr<PackedCell<T>> pack_cell(Cell cell, const CellWeights<T>& weights, Precision precision) {
  const char* function = "pack_cell";
  require<ShapeError>(weights.W.rank() == 2 && weights.U.rank() == 2, function, ": W and U must be matrices");
  const Index H = weights.U.dim(1), rows = gate_count(cell) * H;
  require<ShapeError>(weights.U.dim(0) == rows && weights.W.dim(0) == rows, function, ": expected W [", rows,
                      ", D], U [", rows, ", ", H, "], found ", weights.W.shape(), " and ", weights.U.shape());
  for (const Tensor<T>* b : {&weights.b_ih, &weights.b_hh})
    require<ShapeError>(!b->defined() || b->shape() == Shape({rows}), function, ": expected a bias [", rows,
                        "], found ", b->shape());
  // Double precision is for gradient checks: it rounds nothing.
  const bool rounds = std::is_same_v<T, float>;
  require<UnsupportedError>(kHasBf16Products || !rounds || precision == Precision::f32, function,
                            ": this build multiplies in float32 alone");
  return std::make_shared<PackedCell<T>>(cell, weights, rounds ? precision : Precision::f32);
}

template <class T>
void PackedCell<T>::prepare_forward(Context& context) {
  W_due_ = allocate(context, W_, gates_.packed_size(depth(weights_.W.dim(1))));
  if (W_due_) U_ = Tensor<T>::uninitialized(context.memory(), {gates_.packed_size(depth(weights_.U.dim(1)))});
}

template <class T>
void PackedCell<T>::prepare_backward(Context& context, bool want_dx) {
  W_ = U_ = {};  // before the backward pass asks for as much
  U_rows_due_ = allocate(context, U_rows_, state_.packed_size(depth(gates_.columns())));
  W_rows_due_ = want_dx && allocate(context, W_rows_, input_.packed_size(depth(gates_.columns())));
}

template <class T>
template <class E>
void PackedCell<T>::pack_forward_as(int thread, int threads) const {
  const Share own = share(gates_.panels(), thread, threads);
  for (const auto& [weight, packed] : {std::pair{&weights_.W, &W_}, std::pair{&weights_.U, &U_}})
    kernels::pack_columns<T, E>(gates_, own.begin, own.end, weight->dim(1), weight->data(), weight->dim(1),
                                reinterpret_cast<E*>(packed->data()));
}

template <class T>
template <class E>
void PackedCell<T>::pack_backward_as(int thread, int threads) const {
  const auto pack = [&](bool due, const PanelPlan& plan, const Tensor<T>& weight, const Tensor<T>& packed) {
    if (!due) return;
    const Share own = share(plan.panels(), thread, threads);
    const Index K = gates_.columns();
    kernels::pack_rows<T, E>(plan, own.begin, own.end, K, rows_by_column(gates_, weight).data(),
                             reinterpret_cast<E*>(packed.data()), plan.panel_width() * kernels::depth<E>(K));
  };
  pack(U_rows_due_, state_, weights_.U, U_rows_);
  pack(W_rows_due_, input_, weights_.W, W_rows_);
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
