// SPDX-License-Identifier: Apache-2.0
// Forms of cells that PyTorch does not have, against ONNX Runtime: fixtures by tools/make_fixtures/onnx_cells.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/kernels/cell_names.h"
#include "recurra/nn/recurrent.h"

namespace recurra::onnx_test {
namespace {

Tensor<float> wave(const Shape& shape, double phase, double size = 0.6) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(size * std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

/// ONNX names the gates' activation, then the candidate's, then that of c; an RNN has one.
CellChanges changes_of(const nlohmann::json& activations, double clip) {
  std::vector<Activation> all;
  for (const auto& name : activations) all.push_back(parse_name(activation_names(), name.get<std::string>()));
  if (all.size() == 1) return {.candidate = all[0], .clip = clip};
  CellChanges changes{.gates = all[0], .candidate = all[1], .clip = clip};
  if (all.size() == 3) changes.output = all[2];
  return changes;
}

TEST(Onnx, FormsOfCellsAgreeWithOnnxRuntime) {
  std::ifstream in(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/onnx/cells.json");
  const auto file = nlohmann::json::parse(in);
  const Index T = file["shape"][0], B = file["shape"][1], D = file["shape"][2], H = file["shape"][3];
  ASSERT_EQ(file["cases"].size(), 14u);
  Context context(2);
  for (const auto& c : file["cases"]) {
    SCOPED_TRACE(concat(c["cell"].get<std::string>(), " ", c["activations"].dump(), " clip ", c["clip"].dump()));
    Recurrent<float> net({.cell = parse_name(cell_names(), c["cell"].get<std::string>()),
                          .input_size = D,
                          .hidden_size = H,
                          .direction = c["reverse"].get<bool>() ? Direction::reverse : Direction::forward,
                          .changes = changes_of(c["activations"], c["clip"])});
    const auto parameters = net.parameters();
    for (std::size_t p = 0; p < 4; ++p)
      parameters[p].variable.value().copy_from(wave(parameters[p].variable.shape(), 0.3 + static_cast<double>(p), 1.2));
    if (parameters.size() > 4) parameters[4].variable.value().copy_from(wave({3, H}, 1.7));
    Tape<float> tape(context, {.record = false});
    const Tensor<float> y = net.forward(tape, Variable<float>(wave({T, B, D}, 0.1, 1.2))).y.value();
    ASSERT_EQ(static_cast<std::size_t>(y.size()), c["y"].size());
    for (Index i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], c["y"][i].get<double>(), 2e-6) << i;
  }
}

}  // namespace
}  // namespace recurra::onnx_test
