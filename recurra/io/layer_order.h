// SPDX-License-Identifier: Apache-2.0
// The order of the layers of a file that names them without one: each layer's outputs fit the next one's inputs.
// Example:
//
//   recurra::NamedLayers head{"head", {recurra::StreamDense{recurra::Tensor<float>({1, 8}), {}}}};
//   recurra::NamedLayers enter{"enter", {recurra::StreamDense{recurra::Tensor<float>({8, 2}), {}}}};
//   const auto layers = recurra::arranged({enter, head}, "net.safetensors", {}, false);
#pragma once

#include <optional>
#include <string>

#include "recurra/nn/stream_chain.h"

namespace recurra {

struct NamedLayers {
  std::string name;
  std::vector<ChainLayer> layers;  ///< a stack of cells, or one other layer
  template <class Layer>
  bool is() const {
    return std::holds_alternative<Layer>(layers.front());
  }
  Index inputs() const { return stream_inputs(layers.front()); }
  Index outputs() const { return stream_outputs(layers.back()); }
};

/// The layers of all items, sorted by name, in the order `names`, or if that is empty in the one that fits: stacks by
/// name, as few dense layers before them as possible, dense layers by name. A dense layer without bias and activation,
/// of two rows or more, may be an embedding, which comes first: `embedding` says whether it is where both fit. `file`
/// stands for the file in messages. Errors: ValueError for names that are not those of the items, more than eight items
/// without `names`, or where shapes leave a choice: a matrix that fits as both, a layer normalisation with several
/// places; ShapeError if the layers do not fit.
std::vector<ChainLayer> arranged(const std::vector<NamedLayers>& items, const std::string& file,
                                 const std::vector<std::string>& names, std::optional<bool> embedding);

}  // namespace recurra
