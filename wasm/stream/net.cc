// SPDX-License-Identifier: Apache-2.0
// A safetensors file with PyTorch's names (a stack of recurrent layers, and a linear head or none), run a step at a
// time.
#include <algorithm>

#include "../held.h"
#include "../operations.h"
#include "recurra/io/safetensors.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"

namespace recurra::wasm {
namespace {

constexpr std::string_view kFirst = "weight_ih_l0";
constexpr Index kMaxSteps = 1'000'000;
constexpr double kMaxValue = 1e30;

struct Net {
  Stepper stepper;
  std::string_view cell;
  Index hidden, parameters;
};

Held<Net>& nets() {
  static Held<Net> held;
  return held;
}

Net& net_of(const Request& request) {
  return nets().get(request.integer("net", 1, kMaxNumber), "net");
}

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}

/// The tensors of one module of the file by their names in it, removed from `tensors`.
NamedTensors<float> taken(NamedTensors<float>& tensors, const std::string& prefix) {
  NamedTensors<float> mine, rest;
  for (auto& [name, tensor] : tensors) {
    const bool is_mine = name.rfind(prefix, 0) == 0 && name.find('.', prefix.size()) == std::string::npos;
    (is_mine ? mine : rest).emplace_back(is_mine ? name.substr(prefix.size()) : name, tensor);
  }
  tensors = std::move(rest);
  return mine;
}

const Tensor<float>* find(const NamedTensors<float>& tensors, std::string_view name) {
  for (const auto& [key, tensor] : tensors)
    if (key == name) return &tensor;
  return nullptr;
}

const Tensor<float>& matrix(const NamedTensors<float>& tensors, std::string_view name) {
  const Tensor<float>* found = find(tensors, name);
  require<FormatError>(found && found->rank() == 2, "the net: expected a matrix ", name);
  return *found;
}

/// The file does not name its cell, but the number of rows of its matrices shows it: one block per gate.
RecurrentOptions options_of(const NamedTensors<float>& tensors) {
  const Tensor<float>&input = matrix(tensors, kFirst), &recurrent = matrix(tensors, "weight_hh_l0");
  RecurrentOptions options{.input_size = input.dim(1), .hidden_size = recurrent.dim(1)};
  const Index gates = options.hidden_size > 0 ? recurrent.dim(0) / options.hidden_size : 0;
  require<FormatError>(gates == 1 || gates == 3 || gates == 4,
                       "the net: expected weight_hh_l0 with 1, 3 or 4 rows a unit ", "(RNN, GRU or LSTM), found ",
                       recurrent.dim(0), " rows for ", options.hidden_size, " units");
  options.cell = gates == 4 ? Cell::lstm : gates == 3 ? Cell::gru : Cell::rnn_tanh;
  options.bidirectional = find(tensors, "weight_ih_l0_reverse") != nullptr;
  options.bias = find(tensors, "bias_ih_l0") != nullptr;
  while (find(tensors, "weight_ih_l" + std::to_string(options.layers))) ++options.layers;
  return options;
}

std::string prefix_of_stack(const NamedTensors<float>& tensors) {
  std::string prefix;
  int stacks = 0;
  for (const auto& [name, tensor] : tensors)
    if (ends_with(name, kFirst)) {
      prefix = name.substr(0, name.size() - kFirst.size());
      ++stacks;
    }
  require<FormatError>(stacks == 1, "the net: expected one stack of recurrent layers (a tensor ", kFirst, "), found ",
                       stacks);
  return prefix;
}

std::unique_ptr<Net> net_from(std::string_view bytes) {
  NamedTensors<float> tensors = parse_safetensors(bytes, "the net").tensors;
  const NamedTensors<float> stack = taken(tensors, prefix_of_stack(tensors));
  const RecurrentOptions options = options_of(stack);
  Recurrent<float> recurrent(options);
  recurrent.load(stack);
  const std::string_view cell = options.cell == Cell::lstm ? "lstm" : options.cell == Cell::gru ? "gru" : "rnn";
  const Index parameters = recurrent.parameter_count();
  if (tensors.empty()) return std::make_unique<Net>(Net{Stepper(recurrent), cell, options.hidden_size, parameters});
  const std::string& name = tensors.front().first;
  const NamedTensors<float> last = taken(tensors, name.substr(0, name.rfind('.') + 1));
  require<UnsupportedError>(tensors.empty(), "the net: expected recurrent layers and one linear head, found also ",
                            tensors.empty() ? "" : tensors.front().first);
  const Tensor<float>& weight = matrix(last, "weight");
  Linear<float> head(weight.dim(1), weight.dim(0), find(last, "bias") != nullptr);
  head.load(last);
  return std::make_unique<Net>(
      Net{Stepper(recurrent, head), cell, options.hidden_size, parameters + head.parameter_count()});
}

}  // namespace

void net_open(Context&, const Request& request, Reply& reply) {
  auto net = net_from(request.bytes("bytes"));
  reply.set("cell", net->cell);
  reply.set("inputs", static_cast<double>(net->stepper.input_size()));
  reply.set("hidden", static_cast<double>(net->hidden));
  reply.set("layers", static_cast<double>(net->stepper.layers()));
  reply.set("outputs", static_cast<double>(net->stepper.output_size()));
  reply.set("parameters", static_cast<double>(net->parameters));
  reply.set("net", static_cast<double>(nets().add(std::move(net))));
}

void net_step(Context&, const Request& request, Reply& reply) {
  Stepper& stepper = net_of(request).stepper;
  const auto D = static_cast<std::size_t>(stepper.input_size());
  const std::vector<double> x = request.numbers("x", -kMaxValue, kMaxValue, D, D * kMaxSteps);
  require(x.size() % D == 0, "the request: expected x in rows of ", D, " numbers, found ", x.size());
  const auto steps = static_cast<Index>(x.size() / D);
  Tensor<double> y({steps, stepper.output_size()});
  std::vector<float> row(D);
  for (Index t = 0; t < steps; ++t) {
    std::copy_n(x.begin() + t * stepper.input_size(), D, row.begin());
    const std::span<const float> out = stepper.step(row.data());
    std::copy(out.begin(), out.end(), y.data() + t * stepper.output_size());
  }
  reply.set("y", y);
}

void net_reset(Context&, const Request& request, Reply&) {
  net_of(request).stepper.reset();
}

void net_close(Context&, const Request& request, Reply&) {
  nets().drop(request.integer("net", 1, kMaxNumber));
}

}  // namespace recurra::wasm
