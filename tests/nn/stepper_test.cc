// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stepper.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

const Cell kCells[] = {Cell::rnn_tanh, Cell::rnn_relu, Cell::rnn_linear, Cell::lstm, Cell::gru};

Tensor<float> wave(const Shape& shape, double phase) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

struct Net : Module<float> {
  Recurrent<float> recurrent;
  Linear<float> head;
  Net(RecurrentOptions options, Index outputs) : recurrent(options), head(options.hidden_size, outputs) {
    initialize(parameters(), 5);
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    recurrent.collect(prefix + "rnn.", out);
    head.collect(prefix + "head.", out);
  }
  /// Shapes: x [T, B, D]; returns [T, B, O].
  Tensor<float> whole(const Tensor<float>& x) const {
    ThreadTeam team(2);
    Tape<float> tape(team, {.record = false, .training = false});
    return head.forward(tape, recurrent.forward(tape, Variable<float>(x)).y).value();
  }
};

/// Every step of x [T, B, D] through a stepper.
std::vector<float> streamed(Stepper& stepper, const Tensor<float>& x) {
  std::vector<float> y;
  for (Index t = 0; t < x.dim(0); ++t) {
    const auto out = stepper.step(x.slice(t, t + 1).data());
    y.insert(y.end(), out.begin(), out.end());
  }
  return y;
}

class Streaming : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { select_isa(GetParam()); }
  void TearDown() override { select_isa(""); }
};

TEST_P(Streaming, HasTheBitsOfTheWholeSequence) {
  for (const Cell cell : kCells) {
    for (const Index B : {1, 3}) {
      for (const Index H : {1, 9, 40}) {
        for (const bool bias : {true, false}) {
          SCOPED_TRACE(testing::Message() << static_cast<int>(cell) << " B " << B << " H " << H << " bias " << bias);
          const Net net({.cell = cell, .input_size = 3, .hidden_size = H, .layers = 2, .bias = bias}, 5);
          const Tensor<float> x = wave({6, B, 3}, 0.1);
          Stepper stepper(net.recurrent, net.head, {.batch = B});
          EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Streaming, testing::ValuesIn(available_isas()),
                         [](const auto& isa) { return isa.param; });

TEST(Stepper, StateIsReadWrittenAndReset) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    const Net net({.cell = cell, .input_size = 2, .hidden_size = 7, .layers = 2}, 1);
    const Tensor<float> x = wave({4, 1, 2}, 0.1);
    Stepper a(net.recurrent, net.head), b(net.recurrent, net.head);
    const auto first = streamed(a, x);
    for (Index layer = 0; layer < a.layers(); ++layer) {
      std::copy(a.h(layer).begin(), a.h(layer).end(), b.h(layer).begin());
      std::copy(a.c(layer).begin(), a.c(layer).end(), b.c(layer).begin());
    }
    EXPECT_EQ(streamed(a, x), streamed(b, x)) << "the state is all there is";
    a.reset();
    EXPECT_EQ(streamed(a, x), first);
    EXPECT_EQ(a.c(0).empty(), cell == Cell::gru);
    EXPECT_THROW(a.h(2), ValueError);
  }
}

TEST(Stepper, StreamsDoNotMeet) {
  const Net net({.cell = Cell::lstm, .input_size = 2, .hidden_size = 7, .layers = 2}, 3);
  const Tensor<float> x = wave({5, 3, 2}, 0.1);
  Stepper all(net.recurrent, net.head, {.batch = 3});
  const auto y = streamed(all, x);
  for (Index b = 0; b < 3; ++b) {
    Stepper one(net.recurrent, net.head);
    for (Index t = 0; t < 5; ++t) {
      const auto out = one.step(x.data() + (t * 3 + b) * 2);
      for (Index o = 0; o < 3; ++o) EXPECT_EQ(out[o], y[(t * 3 + b) * 3 + o]);
    }
  }
  const std::vector<float> kept(all.h(1).begin(), all.h(1).end());
  all.reset(1);
  for (Index i = 0; i < 21; ++i) EXPECT_EQ(all.h(1)[i], i / 7 == 1 ? 0 : kept[i]);
  EXPECT_THROW(all.reset(3), ValueError);
}

TEST(Stepper, KeepsItsWeightsAndRefusesWhatCannotStream) {
  const Net net({.cell = Cell::gru, .input_size = 2, .hidden_size = 4}, 1);
  Stepper stepper(net.recurrent, net.head);
  const auto before = streamed(stepper, wave({3, 1, 2}, 0.1));
  for (const auto& parameter : net.parameters()) parameter.variable.value().fill(0);
  stepper.reset();
  EXPECT_EQ(streamed(stepper, wave({3, 1, 2}, 0.1)), before);

  const Recurrent<float> both({.cell = Cell::gru, .input_size = 2, .hidden_size = 4, .bidirectional = true});
  EXPECT_THROW(Stepper{both}, UnsupportedError);
  const Recurrent<float> before_product(
      {.cell = Cell::gru, .input_size = 2, .hidden_size = 4, .reset = GruReset::before});
  EXPECT_THROW(Stepper{before_product}, UnsupportedError);
  EXPECT_THROW(Stepper(net.recurrent, {.batch = 0}), ValueError);
  EXPECT_THROW(Stepper(net.recurrent, Linear<float>(5, 1)), ShapeError);
}

/// Trains a net to say the next sample of a sum of two sines in noise; returns it.
Net trained_net(Cell cell) {
  constexpr Index T = 40, B = 16;
  Net net({.cell = cell, .input_size = 1, .hidden_size = 32, .layers = 2}, 1);
  ThreadTeam team(1);
  ParameterBlock<float> block(net.parameters());
  Optimizer<float> adam(block, {});
  Random random(1, 1);
  for (int step = 0; step < 250; ++step) {
    Tensor<float> x({T, B, 1}), target({T, B, 1});
    for (Index b = 0; b < B; ++b) {
      const double phase = random.uniform(0, 6.28), slow = random.uniform(0, 6.28);
      for (Index t = 0; t < T; ++t) {
        const auto signal = [&](Index i) { return 0.6 * std::sin(0.5 * i + phase) + 0.4 * std::sin(0.13 * i + slow); };
        x[t * B + b] = static_cast<float>(signal(t) + random.normal(0, 0.02));
        target[t * B + b] = static_cast<float>(signal(t + 1));
      }
    }
    Tape<float> tape(team);
    const auto y = net.head.forward(tape, net.recurrent.forward(tape, Variable<float>(x)).y);
    const auto loss = mse_loss(tape, y, target);
    block.zero_grad();
    tape.backward(loss);
    clip_grad_norm(team, block.gradients(), 1.0);
    adam.step(team, 5e-3);
  }
  return net;
}

/// The root mean square of y - target over 2000 steps of the task, the first 50 left out.
double streamed_error(Stepper stepper) {
  double sum = 0;
  for (int t = 0; t < 2000; ++t) {
    const auto signal = [](int i) { return 0.6 * std::sin(0.5 * i + 1) + 0.4 * std::sin(0.13 * i + 2); };
    const auto x = static_cast<float>(signal(t));
    const double error = stepper.step(&x)[0] - signal(t + 1);
    if (t >= 50) sum += error * error;
  }
  return std::sqrt(sum / 1950);
}

// What docs/how-to/stream.md promises of a trained net: smaller weights cost it next to nothing.
TEST(Stepper, SmallerWeightsKeepATrainedNetsAccuracy) {
  for (const Cell cell : {Cell::lstm, Cell::gru, Cell::rnn_tanh}) {
    SCOPED_TRACE(static_cast<int>(cell));
    const Net net = trained_net(cell);
    const Stepper full(net.recurrent, net.head);
    const auto error = [&](StreamWeights weights) {
      return streamed_error(Stepper(net.recurrent, net.head, {.weights = weights}));
    };
    const double f32 = error(StreamWeights::f32), bf16 = error(StreamWeights::bf16), int8 = error(StreamWeights::int8);
    RecordProperty(concat("rms_", static_cast<int>(cell)), concat(f32, " ", bf16, " ", int8));
    std::cout << "rms error f32 " << f32 << ", bf16 " << bf16 << ", int8 " << int8 << "\n";
    EXPECT_LT(f32, 0.1) << "the net has learned";
    EXPECT_NE(bf16, f32);
    EXPECT_NE(int8, f32);
    EXPECT_LT(bf16, f32 + 0.01);
    EXPECT_LT(int8, f32 + 0.02);
    const auto bytes = [&](StreamWeights w) { return Stepper(net.recurrent, net.head, {.weights = w}).weight_bytes(); };
    EXPECT_EQ(bytes(StreamWeights::int8) * 4, bytes(StreamWeights::f32));
  }
}

}  // namespace
}  // namespace recurra
