// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/packed_cell.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;

/// `first`, and `second` for its first gates, as one row in the plan's columns.
template <class T>
std::vector<T> bias_row(const PanelPlan& plan, const Tensor<T>& first, const Tensor<T>& second, int second_gates) {
  std::vector<T> row(static_cast<std::size_t>(plan.panels() * plan.panel_width()));
  for (int gate = 0; gate < plan.gates; ++gate) {
    for (Index unit = 0; unit < plan.units; ++unit) {
      T& sum = row[static_cast<std::size_t>(plan.column(gate, unit))];
      if (first.defined()) sum = first[gate * plan.units + unit];
      if (second.defined() && gate < second_gates) sum += second[gate * plan.units + unit];
    }
  }
  return row;
}

/// True if the panels are yet to be packed: their memory is there now.
template <class T>
bool allocate(ThreadTeam& team, Tensor<T>& packed, Index size) {
  if (packed.defined()) return false;
  packed = Tensor<T>::uninitialized(team.memory(), {size});
  return true;
}

}  // namespace

template <class T>
PackedCell<T>::PackedCell(Cell cell, const CellWeights<T>& weights)
    : weights_(weights),
      gates_(kernels::plan_panels<T>(weights.U.dim(1), gate_count(cell))),
      state_(kernels::plan_panels<T>(weights.U.dim(1), 1)),
      input_(kernels::plan_panels<T>(weights.W.dim(1), 1)),
      input_bias_(bias_row(gates_, weights.b_ih, weights.b_hh, cell == Cell::gru ? 0 : gates_.gates)),
      recurrent_bias_(bias_row(gates_, weights.b_hh, {}, 0)) {}

template <class T>
std::shared_ptr<PackedCell<T>> pack_cell(Cell cell, const CellWeights<T>& weights) {
  const char* function = "pack_cell";
  require<ShapeError>(weights.W.rank() == 2 && weights.U.rank() == 2, function, ": W and U must be matrices");
  const Index H = weights.U.dim(1), rows = gate_count(cell) * H;
  require<ShapeError>(weights.U.dim(0) == rows && weights.W.dim(0) == rows, function, ": expected W [", rows,
                      ", D], U [", rows, ", ", H, "], found ", weights.W.shape(), " and ", weights.U.shape());
  for (const Tensor<T>* b : {&weights.b_ih, &weights.b_hh})
    require<ShapeError>(!b->defined() || b->shape() == Shape({rows}), function, ": expected a bias [", rows,
                        "], found ", b->shape());
  return std::make_shared<PackedCell<T>>(cell, weights);
}

template <class T>
void PackedCell<T>::prepare_forward(ThreadTeam& team) {
  W_due_ = allocate(team, W_, gates_.packed_size(weights_.W.dim(1)));
  if (W_due_) U_ = Tensor<T>::uninitialized(team.memory(), {gates_.packed_size(weights_.U.dim(1))});
}

template <class T>
void PackedCell<T>::prepare_backward(ThreadTeam& team, bool want_dx) {
  U_rows_due_ = allocate(team, U_rows_, state_.packed_size(gates_.columns()));
  W_rows_due_ = want_dx && allocate(team, W_rows_, input_.packed_size(gates_.columns()));
}

template <class T>
void PackedCell<T>::pack_forward(int thread, int threads) const {
  if (!W_due_) return;
  const Share panels = share(gates_.panels(), thread, threads);
  const Index D = weights_.W.dim(1), H = weights_.U.dim(1);
  kernels::pack_columns<T>(gates_, panels.begin, panels.end, D, weights_.W.data(), D, W_.data());
  kernels::pack_columns<T>(gates_, panels.begin, panels.end, H, weights_.U.data(), H, U_.data());
}

template <class T>
void PackedCell<T>::pack_backward(int thread, int threads) const {
  const auto pack = [&](bool due, const PanelPlan& plan, const Tensor<T>& weight, const Tensor<T>& packed) {
    if (!due) return;
    const Share panels = share(plan.panels(), thread, threads);
    kernels::pack_interleaved_rows<T>(plan, panels.begin, panels.end, gates_, weight.data(), weight.dim(1),
                                      packed.data());
  };
  pack(U_rows_due_, state_, weights_.U, U_rows_);
  pack(W_rows_due_, input_, weights_.W, W_rows_);
}

template class PackedCell<float>;
template class PackedCell<double>;
template std::shared_ptr<PackedCell<float>> pack_cell(Cell, const CellWeights<float>&);
template std::shared_ptr<PackedCell<double>> pack_cell(Cell, const CellWeights<double>&);

}  // namespace recurra::ops
