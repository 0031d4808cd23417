// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stream_chain.h"

#include <cmath>

#include "recurra/kernels/cell_forms.h"
#include "recurra/kernels/stream_table.h"

namespace recurra {
namespace {

void require_bias(const std::string& where, const char* name, const Tensor<float>& b, Index size) {
  require<ShapeError>(!b.defined() || b.shape() == Shape({size}), where, name, ": expected [", size, "], found ",
                      b.defined() ? b.shape() : Shape({}));
}

void check_layer(const std::string& where, const StreamCell& layer) {
  const CellRow& row = describe(layer.cell);
  const bool recurrent = row.has(WeightKind::recurrent_weight);
  require<ShapeError>(
      layer.W.defined() && layer.W.rank() == 2 && layer.U.defined() == recurrent && (!recurrent || layer.U.rank() == 2),
      where, recurrent ? ": expected matrices W and U" : ": expected a matrix W and no U");
  const Tensor<float>& P = layer.projection;
  require<ShapeError>(
      !P.defined() || (row.has(WeightKind::projection) && P.rank() == 2 && P.size() > 0 && P.dim(0) == layer.U.dim(1)),
      where, ": expected a projection [", recurrent ? layer.U.dim(1) : 0, ", units] of an LSTM, found ", P.shape());
  const Index H = P.defined() ? P.dim(1) : recurrent ? layer.U.dim(1) : layer.W.dim(0) / row.gate_count();
  const Index rows = row.gate_count() * H;
  require<UnsupportedError>(!P.defined() || (layer.zoneout_h == 0 && layer.zoneout_c == 0), where,
                            ": zoneout and a projection exclude each other");
  require<ShapeError>(H > 0 && layer.W.dim(1) > 0 && layer.W.dim(0) == rows && (!recurrent || layer.U.dim(0) == rows),
                      where, ": W ", layer.W.shape(), recurrent ? concat(" and U ", layer.U.shape()) : std::string(),
                      " do not fit: ", recurrent ? "both need " : "expected ", rows, " rows");
  require<UnsupportedError>(!layer.changes.any() || !row.own_kernels, where, ": the ", row.title,
                            " takes no other activations and no clip");
  require_bias(where, " b_ih", layer.b_ih, rows);
  require_bias(where, " b_hh", layer.b_hh, rows);
  const bool peepholes = describe(layer.cell).forward.has(StepBuffer::peephole);
  require<ShapeError>(!peepholes || (layer.peephole.defined() && layer.peephole.shape() == Shape({3, H})), where,
                      ": expected peephole [3, ", H, "]");
  require<ShapeError>(
      !row.has(WeightKind::norm) || (layer.norm.defined() && layer.norm.shape() == Shape({kNormRows, H})), where,
      ": expected norm ", Shape({kNormRows, H}));
  require<UnsupportedError>(!layer.changes.any() || describe(layer.cell).late_gates() == 0, where,
                            ": other activations or a clip cannot be streamed in a ", describe(layer.cell).title);
  require<UnsupportedError>(kernels::kHasCellForms || !CellForm(layer.cell, layer.changes).is_general(), where,
                            ": this build streams only the usual forms of cells");
}

void check_layer(const std::string& where, const StreamDense& layer) {
  require<ShapeError>(layer.W.defined() && layer.W.rank() == 2 && layer.W.size() > 0, where, ": expected a matrix W");
  require_bias(where, " b", layer.b, layer.W.dim(0));
}

void check_layer(const std::string& where, const StreamLayerNorm& layer) {
  require<ShapeError>(layer.weight.defined() && layer.weight.rank() == 1 && layer.weight.size() > 0, where,
                      ": expected a vector weight");
  require_bias(where, " bias", layer.bias, layer.weight.size());
  const auto epsilon = static_cast<float>(layer.epsilon);
  require(epsilon > 0 && std::isfinite(epsilon), where, ": expected a positive epsilon, found ", layer.epsilon);
}

void check_layer(const std::string& where, const StreamEmbedding& layer) {
  require<ShapeError>(layer.weight.defined() && layer.weight.rank() == 2 && layer.weight.size() > 0, where,
                      ": expected a table [vocabulary, features]");
  require(layer.weight.dim(0) <= kernels::kLargestStreamTable, where, ": an embedding has at most ",
          kernels::kLargestStreamTable, " rows, since a float is their index, found ", layer.weight.dim(0));
}

Index inputs_of(const StreamCell& layer) {
  return layer.W.dim(1);
}
Index inputs_of(const StreamDense& layer) {
  return layer.W.dim(1);
}
Index inputs_of(const StreamLayerNorm& layer) {
  return layer.weight.size();
}
Index inputs_of(const StreamEmbedding&) {
  return 1;
}

Index outputs_of(const StreamCell& layer) {
  return layer.projection.defined() ? layer.projection.dim(0) : layer.W.dim(0) / gate_count(layer.cell);
}
Index outputs_of(const StreamDense& layer) {
  return layer.W.dim(0);
}
Index outputs_of(const StreamLayerNorm& layer) {
  return layer.weight.size();
}
Index outputs_of(const StreamEmbedding& layer) {
  return layer.weight.dim(1);
}

}  // namespace

Index stream_inputs(const ChainLayer& layer) {
  return std::visit([](const auto& l) { return inputs_of(l); }, layer);
}

Index stream_outputs(const ChainLayer& layer) {
  return std::visit([](const auto& l) { return outputs_of(l); }, layer);
}

void check_stream_chain(const StreamChain& chain) {
  require(!chain.layers.empty(), "Stepper: expected at least one layer");
  for (std::size_t i = 0; i < chain.layers.size(); ++i) {
    const std::string where = concat("Stepper: layer ", i);
    std::visit([&](const auto& layer) { check_layer(where, layer); }, chain.layers[i]);
    const bool embeds = std::holds_alternative<StreamEmbedding>(chain.layers[i]);
    require(!embeds || i == 0, where, ": an embedding reads an index, so it must be the first layer");
    require(!embeds || !chain.skip, where, ": a skip cannot add the index that an embedding reads");
    require<ShapeError>(i == 0 || stream_inputs(chain.layers[i]) == stream_outputs(chain.layers[i - 1]), where,
                        " takes ", stream_inputs(chain.layers[i]), " features, the one before it gives ",
                        i == 0 ? 0 : stream_outputs(chain.layers[i - 1]));
  }
  const Index D = stream_inputs(chain.layers.front()), O = stream_outputs(chain.layers.back());
  require<ShapeError>(!chain.skip || D == O, "Stepper: a skip from input to output needs as many of both, found ", D,
                      " and ", O);
}

}  // namespace recurra
