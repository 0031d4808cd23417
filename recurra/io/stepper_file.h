// SPDX-License-Identifier: Apache-2.0
// A chain to stream, straight from the safetensors file of a PyTorch state_dict: recurrent layers by their names
// (weight_ih_l0, weight_hh_l0, ..., under any prefix); NAME.weight is a dense layer or an embedding if it is a matrix,
// a layer normalisation if it is a vector; the rest follows from the shapes. Not here: models trained by recurra's own
// tasks, which include scaling. Example:
//
//   auto load = [](const std::string& path) {
//     recurra::Stepper stepper(recurra::read_stream_chain(path), {.weights = recurra::StreamWeights::bf16});
//     return stepper.input_size();
//   };
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "recurra/nn/stepper.h"

namespace recurra {

/// What cannot be derived from shapes and names.
struct StreamFileOptions {
  Cell one_gate = Cell::rnn_tanh;                            ///< the cell of recurrent layers with one gate
  Cell three_gates = Cell::gru;                              ///< and with three
  std::optional<Cell> cell = {};                             ///< of all recurrent layers, instead of these two
  std::map<std::string, StreamActivation> activations = {};  ///< of dense layers, by name ("head"); others have none
  /// Layer normalisations by name, each with its epsilon; others have 1e-5. One without bias must be named.
  std::map<std::string, double> layer_norms = {};
  /// Whether a matrix without bias is an embedding where shapes allow both that and a dense layer; unset: an error.
  std::optional<bool> embedding = {};
  /// Names of all layers (of a stack: its prefix, "" if none). Empty: by the file's own metadata, if it has kOrderKey,
  /// else by shapes.
  std::vector<std::string> order = {};
  bool skip = false;  ///< y = x + net(x)
};

/// Key of a file's metadata: the order of its layers, names separated by spaces ("table norm rnn head").
inline constexpr const char* kOrderKey = "recurra.order";

/// Each cell has the weights of its row (kernels/cell.h), including PyTorch's weight_hr of a projection. weight_hh with
/// 4 H rows is an LSTM, 3 H a GRU (or another of the options), H an RNN. Without `order` the layers are arranged so
/// that each one's output fits the next one's input: recurrent stacks by name, as few dense layers before them as
/// possible, dense layers by name. A matrix without bias, of two rows or more, is an embedding if only that fits; an
/// embedding comes first. Errors: IoError; FormatError for bytes that are not a safetensors file; UnsupportedError for
/// a layer that reads both directions or a model of recurra's own tasks; ValueError for a name that belongs to no
/// layer, an option for an unknown layer, or where names and shapes leave a choice that an option must make: a matrix
/// that could be an embedding or a dense layer, a vector without bias, a layer normalisation with several places;
/// ShapeError if no order fits.
StreamChain read_stream_chain(const std::string& path, const StreamFileOptions& options = {});
/// From memory; `name` stands for the file in messages.
StreamChain parse_stream_chain(std::string_view bytes, const std::string& name, const StreamFileOptions& options = {});

}  // namespace recurra
