// SPDX-License-Identifier: Apache-2.0
// The weights of a chain, packed for streaming on the instruction set in use and immutable, so that any number of
// steppers can share them. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 1, .hidden_size = 8, .layers = 1});
//   recurra::Linear<float> head(8, 1);
//   recurra::StreamChain chain = recurra::stream_chain(gru, head);
//   std::shared_ptr<const recurra::StreamNet> net = recurra::pack_stream_net(chain, recurra::StreamWeights::f32, 1);
#pragma once

#include <memory>

#include "recurra/base/aligned.h"
#include "recurra/kernels/dot.h"
#include "recurra/kernels/stream_table.h"
#include "recurra/nn/stream_chain.h"

namespace recurra {

using kernels::StreamActivations;
using kernels::StreamWeights;

/// How a layer is computed: a cell, or a dense layer as a cell without recurrence; a dense layer of few outputs as dot
/// products; a layer normalisation; an embedding.
enum class LayerKind { cell, dots, layer_norm, embedding };

struct PackedLayer {
  LayerKind kind = LayerKind::cell;
  kernels::StreamPlan plan;  ///< other kinds: only its shape; the inputs of an embedding are the rows of its table
  kernels::StreamStep step = nullptr;       ///< cell
  kernels::StreamLookUp look_up = nullptr;  ///< embedding
  float epsilon = 0;                        ///< layer normalisation
  AlignedArray<unsigned char> packed;       ///< weights, of the layer normalisation too
  AlignedArray<float> bias, recurrent_bias, scale, recurrent_scale, peephole, norms;
  std::size_t bytes = 0;
  bool half_tanh = false;                        ///< a sigmoid: weights are halved, y is (1 + tanh) / 2
  std::unique_ptr<PackedLayer> projection = {};  ///< maps the cell's units to h
  float fresh_h = 1, fresh_c = 1;                ///< zoneout: the weight of the new state

  kernels::StreamLayer view() const {
    return {&plan,       packed.get(),          bias.get(),     recurrent_bias.get(),
            scale.get(), recurrent_scale.get(), peephole.get(), norms.get()};
  }
  const float* floats() const { return reinterpret_cast<const float*>(packed.get()); }
  kernels::StreamTable table() const { return {plan.shape.inputs, plan.shape.units, packed.get(), scale.get()}; }
};

struct LayerShape {
  LayerKind kind;
  kernels::StreamShape shape;
  bool operator==(const LayerShape&) const = default;
};

struct StreamNet {
  std::vector<PackedLayer> layers;
  bool skip = false;
  kernels::DotRows dot = nullptr;

  /// Rows of the table of the embedding that comes first, or 0.
  Index vocabulary() const {
    return layers.front().kind == LayerKind::embedding ? layers.front().plan.shape.inputs : 0;
  }
  Index input_size() const { return vocabulary() > 0 ? 1 : layers.front().plan.shape.inputs; }
  Index output_size() const { return layers.back().plan.shape.outputs(); }
  /// The shape of each layer, as if its weights were float32 and its activations precise: nets with equal shapes can
  /// continue each other's states.
  std::vector<LayerShape> shapes() const;
};

/// Errors: those of check_stream_chain; ValueError for a weight that float16 cannot hold, as f16.
std::shared_ptr<const StreamNet> pack_stream_net(const StreamChain& chain, StreamWeights weights, Index batch,
                                                 StreamActivations activations = StreamActivations::precise);

}  // namespace recurra
