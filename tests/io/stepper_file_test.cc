// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/stepper_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/io/safetensors.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "tests/error_of.h"

namespace recurra {
namespace {

Tensor<float> numbers(const Shape& shape) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i)));
  return x;
}

/// Tensors of the names and shapes that PyTorch gives them.
TensorFile file_of(const std::vector<std::pair<std::string, Shape>>& tensors) {
  TensorFile file;
  for (const auto& [name, shape] : tensors) file.tensors.emplace_back(name, numbers(shape));
  return file;
}

void add_layer(TensorFile& file, const std::string& prefix, int layer, int gates, Index D, Index H) {
  const auto name = [&](const char* kind) { return concat(prefix, kind, "_l", layer); };
  file.tensors.emplace_back(name("weight_ih"), numbers({gates * H, D}));
  file.tensors.emplace_back(name("weight_hh"), numbers({gates * H, H}));
  file.tensors.emplace_back(name("bias_ih"), numbers({gates * H}));
  file.tensors.emplace_back(name("bias_hh"), numbers({gates * H}));
}

StreamChain chain_of(const TensorFile& file, const StreamFileOptions& options = {}) {
  return parse_stream_chain(safetensors_bytes(file), "net.safetensors", options);
}

/// Inputs and outputs of each layer in turn.
std::vector<Index> sizes_of(const StreamChain& chain) {
  std::vector<Index> sizes = {stream_inputs(chain.layers.front())};
  for (const auto& layer : chain.layers) sizes.push_back(stream_outputs(layer));
  return sizes;
}

TEST(StepperFile, IsTheNetThatWroteIt) {
  for (const Cell cell : {Cell::lstm, Cell::gru, Cell::gru_reset_before, Cell::rnn_tanh}) {
    const Recurrent<float> net({.cell = cell, .input_size = 2, .hidden_size = 5, .layers = 2});
    const Linear<float> head(5, 1);
    initialize(net.parameters(), 1);
    initialize(head.parameters(), 2);
    TensorFile file;
    for (const auto& [prefix, module] :
         std::map<std::string, const Module<float>*>{{"body.rnn.", &net}, {"a_head.", &head}})
      for (const auto& [name, tensor] : module->state()) file.tensors.emplace_back(prefix + name, tensor);
    StreamFileOptions options;
    if (gate_count(cell) == 3) options.three_gates = cell;
    Stepper loaded(chain_of(file, options)), made(net, head);
    const float x[2] = {0.3f, -0.2f};
    for (int t = 0; t < 5; ++t) EXPECT_EQ(loaded.step(x)[0], made.step(x)[0]);
  }
}

TEST(StepperFile, ShapesGiveTheOrder) {
  TensorFile file = file_of({{"head.weight", {1, 6}},
                             {"head.bias", {1}},
                             {"enter.weight", {3, 2}},
                             {"enter.bias", {3}},
                             {"middle.weight", {6, 5}}});
  add_layer(file, "rnn10.", 0, 3, 5, 5);
  add_layer(file, "rnn9.", 0, 4, 3, 5);
  EXPECT_EQ(sizes_of(chain_of(file)), (std::vector<Index>{2, 3, 5, 5, 6, 1}));
  const auto chain = chain_of(file);
  EXPECT_EQ(std::get<StreamCell>(chain.layers[1]).cell, Cell::lstm);
  EXPECT_EQ(std::get<StreamCell>(chain.layers[2]).cell, Cell::gru);
}

// 1 -> 16 -> 1: the dense layer could stand on either side; behind the recurrent one is the rule, an order overrules
// it.
TEST(StepperFile, ADenseLayerThatFitsOnBothSidesComesLast) {
  TensorFile file = file_of({{"a.weight", {1, 16}}, {"a.bias", {1}}});
  add_layer(file, "", 0, 4, 1, 16);
  EXPECT_EQ(sizes_of(chain_of(file)), (std::vector<Index>{1, 16, 1}));
  EXPECT_EQ(sizes_of(chain_of(file, {.order = {"a", ""}})), (std::vector<Index>{16, 1, 16}));
  EXPECT_THROW(chain_of(file, {.order = {"a"}}), ValueError);
  EXPECT_THROW(chain_of(file, {.order = {"a", "b"}}), ValueError);
}

// Every cell by the weights of its row, and a projection by its name.
TEST(StepperFile, ACellThatIsNamedBringsItsWeights) {
  for (const CellRow& row : cell_rows()) {
    SCOPED_TRACE(row.name);
    Recurrent<float> net({.cell = row.cell, .input_size = 2, .hidden_size = 6, .heads = row.has_heads ? 3 : 1});
    initialize(net.parameters(), 3);
    TensorFile file;
    for (const auto& p : net.parameters()) file.tensors.emplace_back("rnn." + p.name, p.variable.value());
    Stepper loaded(chain_of(file, {.cell = row.cell})), made(net);
    const float x[2] = {0.3f, -0.7f};
    for (int t = 0; t < 3; ++t) {
      const auto expected = made.step(x), found = loaded.step(x);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
    }
  }
  Recurrent<float> projected({.cell = Cell::lstm, .input_size = 2, .hidden_size = 6, .projection = 4});
  initialize(projected.parameters(), 3);
  TensorFile file;
  for (const auto& p : projected.parameters()) file.tensors.emplace_back(p.name, p.variable.value());
  EXPECT_EQ(sizes_of(chain_of(file)), (std::vector<Index>{2, 4}));
}

TEST(StepperFile, WhatTheFileCannotSayIsAnOption) {
  TensorFile file = file_of({{"out.weight", {1, 4}}});
  add_layer(file, "rnn.", 0, 1, 1, 4);
  const auto chain = chain_of(
      file, {.one_gate = Cell::rnn_relu, .activations = {{"out", StreamActivation::tanh}}, .order = {}, .skip = true});
  EXPECT_EQ(std::get<StreamCell>(chain.layers[0]).cell, Cell::rnn_relu);
  EXPECT_EQ(std::get<StreamDense>(chain.layers[1]).activation, StreamActivation::tanh);
  EXPECT_TRUE(chain.skip);
  EXPECT_THROW(chain_of(file, {.one_gate = Cell::rnn_tanh, .activations = {{"in", StreamActivation::tanh}}}),
               ValueError);
}

/// table [5, 3], norm [3], GRU 3 -> 4, head [2, 4].
TensorFile text_file() {
  TensorFile file = file_of({{"table.weight", {5, 3}}, {"head.weight", {2, 4}}, {"head.bias", {2}}});
  add_layer(file, "rnn.", 0, 3, 3, 4);
  return file;
}

template <class Layer>
bool layer_is(const StreamChain& chain, std::size_t i) {
  return std::holds_alternative<Layer>(chain.layers.at(i));
}

TEST(StepperFile, AMatrixThatFitsOnlyAsATableIsAnEmbedding) {
  const StreamChain chain = chain_of(text_file());
  EXPECT_TRUE(layer_is<StreamEmbedding>(chain, 0));
  EXPECT_EQ(sizes_of(chain), (std::vector<Index>{1, 3, 4, 2}));
  Stepper stepper(chain);
  const float id = 4;
  EXPECT_EQ(stepper.vocabulary(), 5);
  EXPECT_TRUE(std::isfinite(stepper.step(&id)[0]));
  EXPECT_THROW(chain_of(text_file(), {.embedding = false}), ShapeError);
  const TensorFile alone = file_of({{"a.weight", {3, 2}}, {"b.weight", {1, 3}}, {"b.bias", {1}}});
  EXPECT_EQ(sizes_of(chain_of(alone)), (std::vector<Index>{2, 3, 1})) << "fits as a dense layer only";
}

TEST(StepperFile, AMatrixThatFitsAsBothIsAskedFor) {
  TensorFile file = file_of({{"table.weight", {3, 3}}, {"head.weight", {2, 4}}, {"head.bias", {2}}});
  add_layer(file, "rnn.", 0, 3, 3, 4);
  const std::string asked = error_of([&] { chain_of(file); });
  EXPECT_NE(asked.find("table.weight [3, 3] could be an embedding or a dense layer"), std::string::npos) << asked;
  EXPECT_EQ(sizes_of(chain_of(file, {.embedding = true})), (std::vector<Index>{1, 3, 4, 2}));
  EXPECT_EQ(sizes_of(chain_of(file, {.embedding = false})), (std::vector<Index>{3, 3, 4, 2}));
  EXPECT_EQ(sizes_of(chain_of(file, {.activations = {{"table", StreamActivation::tanh}}})),
            (std::vector<Index>{3, 3, 4, 2}))
      << "a table has no activation";

  TensorFile head = file_of({{"table.weight", {6, 4}}});  // before the net or behind it
  add_layer(head, "rnn.", 0, 3, 4, 4);
  EXPECT_THROW(chain_of(head), ValueError);
  EXPECT_EQ(sizes_of(chain_of(head, {.order = {"rnn", "table"}})), (std::vector<Index>{4, 4, 6}));
  EXPECT_EQ(sizes_of(chain_of(head, {.order = {"table", "rnn"}})), (std::vector<Index>{1, 4, 4}));
  EXPECT_THROW(chain_of(file, {.embedding = true, .order = {"rnn", "table", "head"}}), ShapeError);
}

TEST(StepperFile, AVectorIsALayerNormalisation) {
  TensorFile file = file_of({{"norm.weight", {16}}, {"norm.bias", {16}}, {"head.weight", {1, 16}}, {"head.bias", {1}}});
  add_layer(file, "rnn.", 0, 4, 1, 16);
  const StreamChain chain = chain_of(file);
  ASSERT_TRUE(layer_is<StreamLayerNorm>(chain, 1)) << "between the stack and the head is its only place";
  EXPECT_EQ(std::get<StreamLayerNorm>(chain.layers[1]).epsilon, 1e-5);
  const StreamChain other = chain_of(file, {.layer_norms = {{"norm", 1e-3}}});
  EXPECT_EQ(std::get<StreamLayerNorm>(other.layers[1]).epsilon, 1e-3);
  EXPECT_THROW(chain_of(file, {.layer_norms = {{"head", 1e-3}}}), ValueError);
  EXPECT_THROW(chain_of(file, {.layer_norms = {{"norm", 0}}}), ValueError);
  EXPECT_THROW(chain_of(file, {.activations = {{"norm", StreamActivation::tanh}}}), ValueError);
}

TEST(StepperFile, AVectorWithoutBiasIsAskedFor) {
  TensorFile file = file_of({{"norm.weight", {16}}, {"head.weight", {1, 16}}, {"head.bias", {1}}});
  add_layer(file, "rnn.", 0, 4, 1, 16);
  EXPECT_NE(error_of([&] { chain_of(file); }).find("RMSNorm"), std::string::npos);
  EXPECT_FALSE(std::get<StreamLayerNorm>(chain_of(file, {.layer_norms = {{"norm", 1e-5}}}).layers[1]).bias.defined());
}

TEST(StepperFile, ANormalisationWithSeveralPlacesIsAskedFor) {
  TensorFile file = text_file();
  file.tensors.emplace_back("norm.weight", numbers({4}));
  file.tensors.emplace_back("norm.bias", numbers({4}));
  EXPECT_TRUE(layer_is<StreamLayerNorm>(chain_of(file), 2)) << "one place";
  TensorFile two = file_of({{"enter.weight", {4, 1}}, {"enter.bias", {4}}, {"norm.weight", {4}}, {"norm.bias", {4}}});
  add_layer(two, "rnn.", 0, 3, 4, 4);
  EXPECT_NE(error_of([&] { chain_of(two); }).find("give the order"), std::string::npos);
  EXPECT_TRUE(layer_is<StreamLayerNorm>(chain_of(two, {.order = {"enter", "norm", "rnn"}}), 1));
  two.metadata[kOrderKey] = "enter rnn norm";
  EXPECT_TRUE(layer_is<StreamLayerNorm>(chain_of(two), 2)) << "the file says it";
  EXPECT_TRUE(layer_is<StreamLayerNorm>(chain_of(two, {.order = {"enter", "norm", "rnn"}}), 1)) << "options overrule";
  two.metadata[kOrderKey] = "enter rnn";
  EXPECT_THROW(chain_of(two), ValueError);
}

TEST(StepperFile, RefusesTablesAndVectorsOfNoSense) {
  const auto refused = [](const std::vector<std::pair<std::string, Shape>>& tensors) {
    TensorFile file = file_of(tensors);
    return error_of([&] { chain_of(file, {.layer_norms = {{"norm", 1e-5}}, .order = {"table", "norm"}}); });
  };
  EXPECT_EQ(refused({{"table.weight", {5, 3}}, {"norm.weight", {3}}}), "no error");
  for (const auto& tensors : std::vector<std::vector<std::pair<std::string, Shape>>>{
           {{"table.weight", {0, 3}}, {"norm.weight", {3}}},
           {{"table.weight", {5, 0}}, {"norm.weight", {0}}},
           {{"table.weight", {5, 3}}, {"norm.weight", {4}}},
           {{"table.weight", {5, 3}}, {"norm.weight", {3}}, {"norm.bias", {2}}},
           {{"table.weight", {5, 3}}, {"norm.weight", {3}}, {"norm.bias", {3, 1}}},
           {{"table.weight", {5, 3}}, {"norm.weight", {3}}, {"norm.running_mean", {3}}},
           {{"table.weight", {5, 3, 1}}, {"norm.weight", {3}}},
           {{"table.weight", {}}, {"norm.weight", {3}}},
           {{"table.weight", {5, 3}}, {"norm.bias", {3}}}})
    EXPECT_NE(refused(tensors), "no error") << tensors[0].second << " " << tensors.back().second;
}

TEST(StepperFile, RefusesWhatCannotStream) {
  TensorFile reverse;
  add_layer(reverse, "", 0, 4, 1, 3);
  reverse.tensors.emplace_back("weight_ih_l0_reverse", numbers({12, 1}));
  EXPECT_THROW(chain_of(reverse), UnsupportedError);

  TensorFile ours;
  add_layer(ours, "", 0, 4, 1, 3);
  ours.metadata["recurra"] = "{}";
  EXPECT_THROW(chain_of(ours), UnsupportedError);

  TensorFile unknown;
  add_layer(unknown, "", 0, 4, 1, 3);
  unknown.tensors.emplace_back("weight_hq_l0", numbers({2, 3}));
  EXPECT_THROW(chain_of(unknown), ValueError);

  TensorFile misfit = file_of({{"head.weight", {2, 7}}});
  add_layer(misfit, "", 0, 4, 1, 3);
  EXPECT_THROW(chain_of(misfit), ShapeError);

  TensorFile gates;
  add_layer(gates, "", 0, 2, 1, 3);
  EXPECT_THROW(chain_of(gates), ShapeError);
  EXPECT_THROW(chain_of({}), ValueError);
  EXPECT_THROW(parse_stream_chain("no file", "bytes"), FormatError);
  EXPECT_THROW(read_stream_chain("/nowhere/net.safetensors"), IoError);
}

}  // namespace
}  // namespace recurra
