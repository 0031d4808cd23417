// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stream_net.h"

#include <algorithm>
#include <cmath>

#include "recurra/tensor/cell_layout.h"

namespace recurra {
namespace {

AlignedArray<float> zeros(Index count) {
  return allocate_zeroed<float>(static_cast<std::size_t>(count));
}

/// first + second (either may be undefined) in the plan's columns, padding zero.
AlignedArray<float> bias_row(const kernels::StreamPlan& plan, const Tensor<float>& first, const Tensor<float>& second) {
  std::vector<float> sums(static_cast<std::size_t>(plan.shape.gates() * plan.shape.units));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (first.defined()) sums[i] += first[static_cast<Index>(i)];
    if (second.defined()) sums[i] += second[static_cast<Index>(i)];
  }
  auto row = zeros(plan.columns);
  kernels::pack_stream_row(plan, sums.data(), row.get());
  return row;
}

/// What every layer of a net is packed for.
struct Packing {
  StreamWeights weights;
  Index batch;
  StreamActivations activations;
};

void check_float16(const char* what, const float* values, Index count) {
  for (Index i = 0; i < count; ++i)
    require(std::abs(values[i]) <= kernels::kLargestFloat16, "Stepper: weights as f16 reach ", kernels::kLargestFloat16,
            ", found ", values[i], " in ", what, "; bf16 holds it");
}

constexpr const char* kLeftOut =
    ", or this form of it or such weights or activations; RECURRA_STREAM_CELLS, _WEIGHTS and _ACTIVATIONS say what it "
    "streams";

PackedLayer pack(const kernels::StreamShape& shape, Index batch, const Tensor<float>& W, const float* U) {
  PackedLayer layer;
  layer.plan = kernels::plan_stream(shape, batch);
  layer.step = kernels::stream_step(shape);
  require<UnsupportedError>(layer.step != nullptr, "Stepper: this build leaves out the ", describe(shape.cell).title,
                            kLeftOut);
  if (shape.weights == StreamWeights::f16) {
    check_float16("the weights of an input", W.data(), W.size());
    if (U) check_float16("the weights of a state", U, shape.gates() * shape.units * shape.recurrent_inputs());
  }
  layer.bytes = layer.plan.packed_bytes();
  layer.packed = allocate_aligned<unsigned char>(layer.bytes);
  if (shape.weights == StreamWeights::int8) {
    layer.scale = zeros(layer.plan.columns);
    layer.recurrent_scale = zeros(layer.plan.columns);
  }
  kernels::pack_stream(layer.plan, W.data(), U, layer.packed.get(), layer.scale.get(), layer.recurrent_scale.get());
  return layer;
}

PackedLayer pack(const StreamCell& cell, const Packing& packing) {
  const Index units = cell.W.dim(0) / gate_count(cell.cell);
  const Tensor<float>& P = cell.projection;
  const bool zones_out = cell.zoneout_h > 0 || cell.zoneout_c > 0;
  const kernels::StreamShape shape{
      cell.cell, cell.W.dim(1),      units, true, packing.weights, cell.changes, P.defined() ? P.dim(0) : 0,
      zones_out, packing.activations};
  PackedLayer layer = pack(shape, packing.batch, cell.W, cell.U.defined() ? cell.U.data() : nullptr);
  const bool apart = describe(cell.cell).recurrent_apart();
  layer.bias =
      bias_row(layer.plan, cell.norm.defined() ? Tensor<float>() : cell.b_ih, apart ? Tensor<float>() : cell.b_hh);
  if (apart) layer.recurrent_bias = bias_row(layer.plan, cell.b_hh, {});
  const std::vector<float> norms = norm_parameters(cell.norm, cell.b_ih);
  if (!norms.empty()) {
    layer.norms = zeros(static_cast<Index>(norms.size()));
    std::copy(norms.begin(), norms.end(), layer.norms.get());
  }
  layer.fresh_h = static_cast<float>(1 - cell.zoneout_h);
  layer.fresh_c = static_cast<float>(1 - cell.zoneout_c);
  if (P.defined()) {
    layer.projection = std::make_unique<PackedLayer>(
        pack({Cell::rnn_linear, units, P.dim(0), false, packing.weights}, packing.batch, P, nullptr));
    layer.projection->bias = zeros(layer.projection->plan.columns);
    layer.bytes += layer.projection->bytes;
  }
  if (cell.peephole.defined()) {
    layer.peephole = zeros(cell.peephole.size());
    std::copy_n(cell.peephole.data(), cell.peephole.size(), layer.peephole.get());
  }
  return layer;
}

/// A layer whose weights stay float32 numbers as they are.
PackedLayer keep(LayerKind kind, Index inputs, Index outputs, const Tensor<float>& weights, const Tensor<float>& bias) {
  PackedLayer layer;
  layer.kind = kind;
  layer.plan.shape = {Cell::rnn_linear, inputs, outputs, false, StreamWeights::f32};
  layer.bytes = static_cast<std::size_t>(weights.size()) * sizeof(float);
  layer.packed = allocate_aligned<unsigned char>(layer.bytes);
  std::copy_n(weights.data(), weights.size(), reinterpret_cast<float*>(layer.packed.get()));
  layer.bias = zeros(outputs);
  if (bias.defined()) std::copy_n(bias.data(), bias.size(), layer.bias.get());
  return layer;
}

PackedLayer pack(const StreamLayerNorm& norm, const Packing&) {
  const Index D = norm.weight.size();
  PackedLayer layer = keep(LayerKind::layer_norm, D, D, norm.weight, norm.bias);
  layer.epsilon = static_cast<float>(norm.epsilon);
  return layer;
}

PackedLayer pack(const StreamEmbedding& embedding, const Packing& packing) {
  const Index V = embedding.weight.dim(0), E = embedding.weight.dim(1);
  PackedLayer layer;
  layer.kind = LayerKind::embedding;
  layer.plan.shape = {Cell::rnn_linear, V, E, false, packing.weights};
  layer.look_up = kernels::stream_look_up(packing.weights);
  require<UnsupportedError>(layer.look_up != nullptr, "Stepper: this build leaves out an embedding", kLeftOut);
  if (packing.weights == StreamWeights::f16) check_float16("an embedding", embedding.weight.data(), V * E);
  if (packing.weights == StreamWeights::int8) layer.scale = zeros(V);
  layer.bytes = kernels::stream_table_bytes(packing.weights, 1, E);
  layer.packed = allocate_aligned<unsigned char>(kernels::stream_table_bytes(packing.weights, V, E));
  kernels::pack_stream_table(packing.weights, V, E, embedding.weight.data(), layer.packed.get(), layer.scale.get());
  return layer;
}

Tensor<float> halved(const Tensor<float>& x) {
  if (!x.defined()) return {};
  Tensor<float> half(x.shape());
  for (Index i = 0; i < x.size(); ++i) half[i] = 0.5f * x[i];
  return half;
}

PackedLayer pack(const StreamDense& dense, const Packing& packing) {
  const bool sigmoid = dense.activation == StreamActivation::sigmoid;
  if (dense.activation == StreamActivation::none && dense.W.dim(0) <= kernels::kFewOutputs)
    return keep(LayerKind::dots, dense.W.dim(1), dense.W.dim(0), dense.W, dense.b);
  const Cell cell = dense.activation == StreamActivation::none   ? Cell::rnn_linear
                    : dense.activation == StreamActivation::relu ? Cell::rnn_relu
                                                                 : Cell::rnn_tanh;
  const Tensor<float> W = sigmoid ? halved(dense.W) : dense.W;
  kernels::StreamShape shape{cell, W.dim(1), W.dim(0), false, packing.weights};
  shape.activations = packing.activations;
  PackedLayer layer = pack(shape, packing.batch, W, nullptr);
  layer.bias = bias_row(layer.plan, sigmoid ? halved(dense.b) : dense.b, {});
  layer.half_tanh = sigmoid;
  return layer;
}

}  // namespace

std::vector<LayerShape> StreamNet::shapes() const {
  std::vector<LayerShape> shapes;
  for (const PackedLayer& layer : layers) shapes.push_back({layer.kind, layer.plan.shape});
  for (auto& [kind, shape] : shapes) {
    shape.weights = StreamWeights::f32;
    shape.activations = StreamActivations::precise;
  }
  return shapes;
}

std::shared_ptr<const StreamNet> pack_stream_net(const StreamChain& chain, StreamWeights weights, Index batch,
                                                 StreamActivations activations) {
  check_stream_chain(chain);
  auto net = std::make_shared<StreamNet>();
  net->skip = chain.skip;
  net->dot = kernels::dot_rows_here();
  for (const auto& layer : chain.layers)
    net->layers.push_back(std::visit(
        [&](const auto& l) {
          return pack(l, Packing{weights, batch, activations});
        },
        layer));
  return net;
}

}  // namespace recurra
