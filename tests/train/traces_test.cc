// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/traces.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/nn/init.h"
#include "recurra/nn/readout.h"

namespace recurra {
namespace {

/// A linear RNN of one unit, h_t = u h_{t-1} + x_t: |dy/dx_{t-j}| is u^j exactly.
GradientFlow flow_of(double u, Index L) {
  Context context(1);
  const Recurrent<float> rnn({.cell = Cell::rnn_linear, .input_size = 1, .hidden_size = 1, .bias = false});
  rnn.parameters()[0].variable.value().fill(1);
  rnn.parameters()[1].variable.value().fill(static_cast<float>(u));
  return gradient_flow(context, Tensor<float>::full({L, 3, 1}, 0.1f), [&](Tape<float>& tape, const Variable<float>& x) {
    return read_out(tape, Readout::last, rnn.forward(tape, x));
  });
}

TEST(Traces, GradientFlowOfALinearUnitIsAPower) {
  const GradientFlow flow = flow_of(0.5, 40);
  for (int j = 0; j < 20; ++j) EXPECT_NEAR(flow.norm[j], std::pow(0.5, j), 1e-6);
  EXPECT_EQ(flow.effective_lookback, 7);  // 1 - 0.5^7 is the first above 99 %
  EXPECT_EQ(judge(flow), Flow::vanishing);
  EXPECT_EQ(judge(flow_of(1.0, 40)), Flow::healthy);
  EXPECT_EQ(judge(flow_of(1.3, 40)), Flow::exploding);
}

TEST(Traces, HalfLifeOfGatesThatSeeTheInputAlone) {
  Context context(1);
  const auto half_life = [&](Cell cell, const std::vector<float>& biases) {
    Recurrent<float> net({.cell = cell, .input_size = 1, .hidden_size = 1});
    const Tensor<float> bias = net.parameters()[1].variable.value();
    for (std::size_t i = 0; i < biases.size(); ++i) bias[static_cast<Index>(i)] = biases[i];
    Tape<float> tape(context);
    return trace_gates(net, net.forward(tape, Variable<float>(Tensor<float>({5, 2, 1}), true)))[0].half_life;
  };
  const float odds = std::log(0.9f / 0.1f);
  EXPECT_NEAR(half_life(Cell::min_gru, {-odds, 0})[0], std::log(2) / -std::log(0.9), 1e-4);  // 1 - z = 0.9
  // f = 0.9, i = 0.5: a step leaves 0.9 / 1.4.
  EXPECT_NEAR(half_life(Cell::min_lstm, {odds, 0, 0})[0], std::log(2) / -std::log(0.9 / 1.4), 1e-4);
  EXPECT_TRUE(half_life(Cell::slstm, {}).empty());
}

TEST(Traces, HalfLifeIsThatOfTheForgetGate) {
  Context context(1);
  Recurrent<float> lstm({.cell = Cell::lstm, .input_size = 1, .hidden_size = 2});
  const Tensor<float> bias = lstm.parameters()[2].variable.value();  // i i f f g g o o
  bias[2] = std::log(0.9f / 0.1f);                                   // f = 0.9
  bias[3] = 8;                                                       // wide open
  bias[6] = -8;                                                      // output shut
  Tape<float> tape(context);
  const auto out = lstm.forward(tape, Variable<float>(Tensor<float>({5, 2, 1}), true));
  const auto layers = trace_gates(lstm, out);
  ASSERT_EQ(layers.size(), 1u);
  EXPECT_NEAR(layers[0].half_life[0], std::log(2) / -std::log(0.9), 1e-4);
  EXPECT_EQ(layers[0].gates[1].name, "forget");
  EXPECT_DOUBLE_EQ(layers[0].gates[1].open, 0.5);
  EXPECT_DOUBLE_EQ(layers[0].gates[3].shut, 0.5);
  Tape<float> silent(context, {.record = false});
  EXPECT_THROW(trace_gates(lstm, lstm.forward(silent, Variable<float>(Tensor<float>({5, 2, 1})))), ValueError);
}

}  // namespace
}  // namespace recurra
