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
#include "recurra/kernels/stream.h"
#include "recurra/nn/stream_chain.h"

namespace recurra {

using kernels::StreamActivations;
using kernels::StreamWeights;

/// A cell, or a dense layer as a cell without recurrence; a dense layer with few outputs stays a matrix.
struct PackedLayer {
  kernels::StreamPlan plan;
  kernels::StreamStep step = nullptr;  ///< null: dot products
  AlignedArray<unsigned char> packed;
  AlignedArray<float> bias, recurrent_bias, scale, recurrent_scale, peephole, norms;
  std::size_t bytes = 0;
  bool half_tanh = false;                        ///< a sigmoid: weights are halved, y is (1 + tanh) / 2
  std::unique_ptr<PackedLayer> projection = {};  ///< maps the cell's units to h
  float fresh_h = 1, fresh_c = 1;                ///< zoneout: the weight of the new state

  kernels::StreamLayer view() const {
    return {&plan,       packed.get(),          bias.get(),     recurrent_bias.get(),
            scale.get(), recurrent_scale.get(), peephole.get(), norms.get()};
  }
};

struct StreamNet {
  std::vector<PackedLayer> layers;
  bool skip = false;
  kernels::DotRows dot = nullptr;

  Index input_size() const { return layers.front().plan.shape.inputs; }
  Index output_size() const { return layers.back().plan.shape.outputs(); }
  /// The shape of each layer, as if its weights were float32 and its activations precise: nets with equal shapes can
  /// continue each other's states.
  std::vector<kernels::StreamShape> shapes() const;
};

/// Errors: those of check_stream_chain; ValueError for a weight that float16 cannot hold, as f16.
std::shared_ptr<const StreamNet> pack_stream_net(const StreamChain& chain, StreamWeights weights, Index batch,
                                                 StreamActivations activations = StreamActivations::precise);

}  // namespace recurra
