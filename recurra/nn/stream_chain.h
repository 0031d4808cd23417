// SPDX-License-Identifier: Apache-2.0
// The net of a Stepper, layer by layer, with their weights: cells, dense layers and layer normalisations in any order,
// an embedding before them. Made from a stack of nn/recurrent.h with an optional head, or read from a file by
// recurra/io/stepper_file.h. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 4, .hidden_size = 8});
//   recurra::StreamChain chain = recurra::stream_chain(gru);
//   chain.layers.push_back(recurra::StreamDense{recurra::Tensor<float>({2, 8}), {}, recurra::StreamActivation::tanh});
#pragma once

#include <variant>
#include <vector>

#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

template <class T>
class Linear;
template <class T>
class Recurrent;

/// Shapes: W [G H, D], U [G H, R], biases [G H] or undefined; gates in PyTorch's order. R is H without a projection.
struct StreamCell {
  Cell cell;
  Tensor<float> W, U, b_ih, b_hh;
  Tensor<float> peephole = {};  ///< [3, H], if the cell has it
  CellChanges changes = {};
  Tensor<float> norm = {};              ///< [kNormRows, H], if the cell has it
  Tensor<float> projection = {};        ///< [R, H] of an LSTM, or undefined
  double zoneout_h = 0, zoneout_c = 0;  ///< weight of the previous state in the new one
};

enum class StreamActivation { none, tanh, relu, sigmoid };

/// y = activation(W x + b). Shapes: W [O, D], b [O] or undefined.
struct StreamDense {
  Tensor<float> W, b;
  StreamActivation activation = StreamActivation::none;
};

/// y = weight (x - mean) / sqrt(variance + epsilon) + bias, over the features of a stream. Shapes: weight, bias [D];
/// bias may be undefined.
struct StreamLayerNorm {
  Tensor<float> weight, bias;
  double epsilon = 1e-5;  ///< PyTorch's
};

/// y = row x of the table. The input of a stream is one number, an index in [0, V). Shapes: weight [V, E].
struct StreamEmbedding {
  Tensor<float> weight;
};

using ChainLayer = std::variant<StreamCell, StreamDense, StreamLayerNorm, StreamEmbedding>;

struct StreamChain {
  std::vector<ChainLayer> layers;
  bool skip = false;  ///< y = x + net(x)
};

/// Errors: UnsupportedError for a bidirectional or reverse net, or for changed activations in a GRU with the reset
/// before the product.
StreamChain stream_chain(const Recurrent<float>& net);
/// The same with a head on the last layer.
StreamChain stream_chain(const Recurrent<float>& net, const Linear<float>& head);

/// A linear layer without activation.
StreamDense stream_dense(const Linear<float>& layer);

/// Inputs and outputs of a layer; an embedding has one input.
Index stream_inputs(const ChainLayer& layer);
Index stream_outputs(const ChainLayer& layer);

/// Errors: ShapeError that names the layer if a shape does not fit the layer or its neighbours, or if skip does not fit
/// the net; ValueError for an empty chain, an embedding that is not the first layer, has a skip or more than
/// kernels::kLargestStreamTable rows, or an epsilon that is not positive.
void check_stream_chain(const StreamChain& chain);

}  // namespace recurra
