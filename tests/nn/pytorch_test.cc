// SPDX-License-Identifier: Apache-2.0
// The stacked layers against PyTorch, forward and backward: fixtures by tools/make_fixtures/pytorch_fixtures.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/nn/recurrent.h"

namespace recurra::pytorch_test {
namespace {

constexpr Index T = 5, B = 3, D = 4, H = 5;

Tensor<double> wave(const Shape& shape, double phase, double size = 0.6) {
  Tensor<double> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = size * std::sin(0.7 * static_cast<double>(i) + phase);
  return x;
}

void expect_near(const Tensor<double>& value, const nlohmann::json& expected, const std::string& what) {
  ASSERT_EQ(static_cast<std::size_t>(value.size()), expected.size()) << what;
  for (Index i = 0; i < value.size(); ++i)
    ASSERT_NEAR(value[i], expected[i].get<double>(), 1e-12) << what << " at " << i;
}

Cell cell_named(const std::string& name) {
  if (name == "lstm_layer_norm") return Cell::lstm_layer_norm;
  return name == "lstm" ? Cell::lstm : name == "gru" ? Cell::gru : name == "rnn_relu" ? Cell::rnn_relu : Cell::rnn_tanh;
}

void expect_agreement(const char* file, std::size_t count) {
  std::ifstream in(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/pytorch/" + file);
  const auto cases = nlohmann::json::parse(in)["cases"];
  ASSERT_EQ(cases.size(), count);
  Context context(1);
  for (const auto& c : cases) {
    const bool both = c["bidirectional"];
    const std::vector<Index> lengths = c["lengths"];
    SCOPED_TRACE(c["cell"].get<std::string>() + " " + c["layers"].dump() + " " + c["lengths"].dump());
    const Recurrent<double> net({.cell = cell_named(c["cell"]),
                                 .input_size = D,
                                 .hidden_size = H,
                                 .layers = c["layers"].get<Index>(),
                                 .bidirectional = both,
                                 .projection = c.value("projection", Index{0})});
    const auto parameters = net.parameters();
    for (std::size_t p = 0; p < parameters.size(); ++p)
      parameters[p].variable.value().copy_from(wave(parameters[p].variable.shape(), static_cast<double>(p)));
    const Index states = net.options().layers * net.directions();
    const Shape h_shape({states, B, net.output_size()}), c_shape({states, B, H});
    const Variable<double> x(wave({T, B, D}, 0.5), true), h0(wave(h_shape, 1.5), true), c0(wave(c_shape, 2.5), true);
    const bool memory = (describe(net.options().cell).state_count() > 1);

    Tape<double> tape(context);
    const auto out = net.forward(tape, x, lengths, {h0, memory ? c0 : Variable<double>()});
    expect_near(out.y.value(), c["y"], "y");
    expect_near(out.state.h.value(), c["h_n"], "h_n");
    std::vector<Variable<double>> outputs = {out.y, out.state.h};
    std::vector<Tensor<double>> doutputs = {wave(out.y.shape(), 3.5), wave(h_shape, 4.5)};
    if (memory) {
      expect_near(out.state.c.value(), c["c_n"], "c_n");
      outputs.push_back(out.state.c);
      doutputs.push_back(wave(c_shape, 5.5));
    }
    tape.backward(outputs, doutputs);
    expect_near(x.grad(), c["dx"], "dx");
    expect_near(h0.grad(), c["dh0"], "dh0");
    if (memory) expect_near(c0.grad(), c["dc0"], "dc0");
    ASSERT_EQ(parameters.size(), c["gradients"].size());
    for (const auto& p : parameters) expect_near(p.variable.grad(), c["gradients"][p.name], p.name);
  }
}

TEST(PyTorch, LayersAgreeForwardAndBackward) {
  expect_agreement("layers.json", 16);
}

TEST(PyTorch, ProjectionsAndLayerNormalisationAgreeForwardAndBackward) {
  expect_agreement("cells.json", 5);
}

}  // namespace
}  // namespace recurra::pytorch_test
