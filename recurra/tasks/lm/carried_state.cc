// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/carried_state.h"

#include <algorithm>

namespace recurra {
namespace {

/// Row `from` of each layer of one tensor to row `to` of the other. Shapes: [layers, *, H].
void copy_row(const Tensor<float>& source, Index from, const Tensor<float>& target, Index to) {
  const Index H = source.dim(2);
  for (Index layer = 0; layer < source.dim(0); ++layer)
    std::copy_n(source.data() + (layer * source.dim(1) + from) * H, H,
                target.data() + (layer * target.dim(1) + to) * H);
}

/// Numbers of a state: the first is the output h.
Index state_size(const RecurrentOptions& o, int state) {
  return state == 0 ? o.output_size() : o.hidden_size;
}

Tensor<float> started(const Tensor<float>& kept, const StreamChunk& chunk, Index layers, Index size) {
  Tensor<float> out({layers, static_cast<Index>(chunk.pieces.size()), size});
  for (std::size_t s = 0; s < chunk.pieces.size(); ++s)
    if (chunk.pieces[s].continues && kept.defined()) {
      require<ShapeError>(chunk.pieces[s].row < kept.dim(1), "CarriedState: the states of ", kept.dim(1),
                          " streams are kept, of row ", chunk.pieces[s].row, " not");
      copy_row(kept, chunk.pieces[s].row, out, static_cast<Index>(s));
    }
  return out;
}

Tensor<float> ended(const Tensor<float>& kept, const Tensor<float>& last, const StreamChunk& chunk) {
  const Index rows = std::max(chunk.pieces.back().row + 1, kept.defined() ? kept.dim(1) : 0);
  Tensor<float> out({last.dim(0), rows, last.dim(2)});
  for (Index row = 0; kept.defined() && row < kept.dim(1); ++row) copy_row(kept, row, out, row);
  for (std::size_t s = 0; s < chunk.pieces.size(); ++s)  // a later piece of a row overwrites an earlier one
    copy_row(last, static_cast<Index>(s), out, chunk.pieces[s].row);
  return out;
}

}  // namespace

StateVariables<float> CarriedState::start(const StreamChunk& chunk) const {
  StateVariables<float> out;
  for (int i = 0; i < describe(recurrent_.cell).state_count(); ++i)
    out[i] = Variable<float>(started(kept_[i], chunk, recurrent_.layers, state_size(recurrent_, i)));
  return out;
}

void CarriedState::keep(const StreamChunk& chunk, const StateVariables<float>& last) {
  for (int i = 0; i < describe(recurrent_.cell).state_count(); ++i) kept_[i] = ended(kept_[i], last[i].value(), chunk);
}

NamedTensors<float> CarriedState::tensors() const {
  NamedTensors<float> out;
  const CellRow& row = describe(recurrent_.cell);
  for (int i = 0; i < row.state_count(); ++i)
    if (kept_[i].defined()) out.emplace_back(row.states[static_cast<std::size_t>(i)].name, kept_[i]);
  return out;
}

void CarriedState::load(const NamedTensors<float>& tensors) {
  clear();
  const CellRow& row = describe(recurrent_.cell);
  for (const auto& [name, tensor] : tensors) {
    int state = 0;
    while (state < row.state_count() && name != row.states[static_cast<std::size_t>(state)].name) ++state;
    require(state < row.state_count(), "CarriedState: unknown tensor \"", name, "\"");
    const Index size = state_size(recurrent_, state);
    require<ShapeError>(tensor.rank() == 3 && tensor.dim(0) == recurrent_.layers && tensor.dim(2) == size,
                        "CarriedState: expected [", recurrent_.layers, ", streams, ", size, "], found ",
                        tensor.shape());
    kept_[state] = tensor;
  }
}

}  // namespace recurra
