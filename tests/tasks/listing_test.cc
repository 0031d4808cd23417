// SPDX-License-Identifier: Apache-2.0
// Ten steps of the seed listing (examples/lstm_forecaster.cc without dropout) against PyTorch, loss by loss:
// fixture by tools/make_fixtures/pytorch_fixtures.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"

namespace recurra {
namespace {

void fill_wave(const Tensor<float>& x, double phase, double size) {
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(size * std::sin(0.7 * static_cast<double>(i) + phase));
}

TEST(Listing, TenLossesAgreeWithPyTorch) {
  std::ifstream in(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/pytorch/listing.json");
  const auto expected = nlohmann::json::parse(in)["cases"];
  Context context(2);
  const Recurrent<float> lstm({.input_size = 10, .hidden_size = 128, .layers = 2, .batch_first = true});
  const Linear<float> head(128, 1);
  std::vector<Parameter<float>> parameters = lstm.parameters();
  head.collect("head.", parameters);
  for (std::size_t p = 0; p < parameters.size(); ++p)
    fill_wave(parameters[p].variable.value(), static_cast<double>(p), 0.08);
  Tensor<float> x({500, 20, 10}), y({500, 1});
  fill_wave(x, 0.5, 1);
  fill_wave(y, 1.5, 1);
  ParameterBlock<float> block(parameters);
  Optimizer<float> adam(block, {});
  for (Index step = 0; step < 10; ++step) {
    Tape<float> tape(context);
    const auto summary =
        read_out(tape, Readout::last, lstm.forward(tape, Variable<float>(x.slice(32 * step, 32 * step + 32))));
    const auto loss = mse_loss(tape, head.forward(tape, summary), y.slice(32 * step, 32 * step + 32));
    block.zero_grad();
    tape.backward(loss);
    const double norm = clip_grad_norm(context, block.gradients(), 1.0);
    adam.step(context, 1e-3);
    EXPECT_NEAR(loss.value().item(), expected["losses"][static_cast<std::size_t>(step)].get<double>(), 2e-6)
        << "step " << step;
    EXPECT_NEAR(norm, expected["gradient_norms"][static_cast<std::size_t>(step)].get<double>(), 2e-5)
        << "step " << step;
  }
}

}  // namespace
}  // namespace recurra
