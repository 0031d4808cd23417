// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stepper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "recurra/simd/isa.h"
#include "tests/error_of.h"
#include "tests/recurrent_cells.h"

namespace recurra {
namespace {

Tensor<float> wave(const Shape& shape, double phase) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

struct Net : Module<float> {
  Recurrent<float> recurrent;
  Linear<float> head;
  Net(RecurrentOptions options, Index outputs) : recurrent(options), head(options.output_size(), outputs) {
    initialize(parameters(), 5);
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    recurrent.collect(prefix + "rnn.", out);
    head.collect(prefix + "head.", out);
  }
  /// Shapes: x [T, B, D]; returns [T, B, O].
  Tensor<float> whole(const Tensor<float>& x) const {
    Context context(2);
    Tape<float> tape(context, {.record = false, .training = false});
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
  for (const Cell cell : all_cells()) {
    for (const Index B : {1, 3, 9}) {
      for (const Index H : {1, 9, 40}) {
        for (const bool bias : {true, false}) {
          SCOPED_TRACE(testing::Message() << describe(cell).name << " B " << B << " H " << H << " bias " << bias);
          for (const Index outputs : {1, 5}) {
            const Net net({.cell = cell, .input_size = 3, .hidden_size = H, .layers = 2, .bias = bias}, outputs);
            const Tensor<float> x = wave({6, B, 3}, 0.1);
            Stepper stepper(net.recurrent, net.head, {.batch = B});
            EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
          }
        }
      }
    }
  }
}

TEST_P(Streaming, HeadsHaveTheBitsOfTheWholeSequence) {
  const Net net({.cell = Cell::slstm, .input_size = 3, .hidden_size = 42, .layers = 2, .heads = 3}, 5);
  const Tensor<float> x = wave({6, 3, 3}, 0.1);
  Stepper stepper(net.recurrent, net.head, {.batch = 3});
  EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
}

TEST_P(Streaming, OtherActivationsAndAClipHaveTheBitsOfTheWholeSequence) {
  const CellChanges changes{.gates = Activation::hard_sigmoid, .candidate = Activation::relu, .clip = 0.5};
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru, Cell::lstm_peephole}) {
    for (const Index B : {1, 3, 9}) {
      for (const Index H : {1, 5, 9, 40}) {
        SCOPED_TRACE(testing::Message() << describe(cell).name << " B " << B << " H " << H);
        const Net net({.cell = cell, .input_size = 3, .hidden_size = H, .layers = 2, .changes = changes}, 5);
        const Tensor<float> x = wave({6, B, 3}, 0.1);
        Stepper stepper(net.recurrent, net.head, {.batch = B});
        EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
      }
    }
  }
}

TEST_P(Streaming, AProjectionHasTheBitsOfTheWholeSequence) {
  const CellChanges changes{.gates = Activation::hard_sigmoid, .clip = 0.5};
  for (const Cell cell : {Cell::lstm, Cell::lstm_peephole})
    for (const CellChanges& changed : {CellChanges(), changes})
      for (const Index B : {1, 3, 9})
        for (const auto& [H, R] : {std::pair<Index, Index>{5, 1}, {9, 9}, {40, 17}}) {
          SCOPED_TRACE(testing::Message() << describe(cell).name << " B " << B << " H " << H << " R " << R);
          const Net net(
              {.cell = cell, .input_size = 3, .hidden_size = H, .layers = 2, .projection = R, .changes = changed}, 5);
          const Tensor<float> x = wave({6, B, 3}, 0.1);
          Stepper stepper(net.recurrent, net.head, {.batch = B});
          EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
        }
}

TEST_P(Streaming, ZoneoutHasTheBitsOfTheWholeSequence) {
  for (const Cell cell : all_cells()) {
    if (describe(cell).driver == Driver::scan) continue;
    const double zoneout_c = describe(cell).state_count() == 2 ? 0.1 : 0;
    for (const Index B : {1, 3}) {
      SCOPED_TRACE(testing::Message() << describe(cell).name << " B " << B);
      const Net net(
          {.cell = cell, .input_size = 3, .hidden_size = 9, .layers = 2, .zoneout_h = 0.25, .zoneout_c = zoneout_c}, 5);
      const Tensor<float> x = wave({6, B, 3}, 0.1);
      Stepper stepper(net.recurrent, net.head, {.batch = B});
      EXPECT_EQ(streamed(stepper, x), net.whole(x).values());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Streaming, testing::ValuesIn(available_isas()),
                         [](const auto& isa) { return isa.param; });

TEST(Stepper, FourStatesAreReadWrittenAndReset) {
  const Net net({.cell = Cell::slstm, .input_size = 2, .hidden_size = 7, .layers = 2}, 1);
  const Tensor<float> x = wave({4, 2, 2}, 0.1);
  Stepper a(net.recurrent, net.head, {.batch = 2}), b(net.recurrent, net.head, {.batch = 2});
  const auto first = streamed(a, x);
  std::vector<float> state(static_cast<std::size_t>(a.state_size()));
  EXPECT_EQ(a.state_size(), 2 * 4 * 2 * 7);
  a.read_state(state.data());
  b.write_state(state.data());
  EXPECT_EQ(streamed(a, x), streamed(b, x)) << "the state is all there is";
  a.reset(0);
  a.reset(1);
  EXPECT_EQ(streamed(a, x), first);
  EXPECT_THROW(Stepper(net.recurrent, net.head, {.rate_ratio = 1.5}), UnsupportedError);
}

TEST(Stepper, AProjectedStateIsReadWrittenAndReset) {
  const Net net({.cell = Cell::lstm, .input_size = 2, .hidden_size = 7, .layers = 2, .projection = 3}, 1);
  const Net other({.cell = Cell::lstm, .input_size = 2, .hidden_size = 7, .layers = 2, .zoneout_h = 0.5}, 1);
  const Tensor<float> x = wave({4, 2, 2}, 0.1);
  Stepper a(net.recurrent, net.head, {.batch = 2}), b(net.recurrent, net.head, {.batch = 2});
  const auto first = streamed(a, x);
  EXPECT_EQ(a.h(0).size(), 2u * 3);
  EXPECT_EQ(a.c(0).size(), 2u * 7);
  std::vector<float> state(static_cast<std::size_t>(a.state_size()));
  EXPECT_EQ(a.state_size(), 2 * 2 * (3 + 7));
  a.read_state(state.data());
  b.write_state(state.data());
  EXPECT_EQ(streamed(a, x), streamed(b, x)) << "the state is all there is";
  a.reset(0);
  a.reset(1);
  EXPECT_EQ(streamed(a, x), first);
  EXPECT_THROW(Stepper(net.recurrent, net.head, {.rate_ratio = 1.5}), UnsupportedError);
  EXPECT_THROW(Stepper(other.recurrent, other.head, {.rate_ratio = 1.5}), UnsupportedError);
  EXPECT_THROW(a.offer(Stepper(other.recurrent, other.head, {.batch = 2})), ShapeError);
}

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
  const Recurrent<float> reverse({.input_size = 2, .hidden_size = 4, .direction = Direction::reverse});
  EXPECT_THROW(Stepper{reverse}, UnsupportedError);
  const Recurrent<float> clipped(
      {.cell = Cell::gru_reset_before, .input_size = 2, .hidden_size = 4, .changes = {.clip = 1}});
  EXPECT_THROW(Stepper{clipped}, UnsupportedError);
  EXPECT_THROW(Stepper(net.recurrent, {.batch = 0}), ValueError);
  EXPECT_THROW(Stepper(net.recurrent, Linear<float>(5, 1)), ShapeError);
}

TEST(Stepper, ABlockIsItsStepsOneByOne) {
  for (const Index B : {1, 3}) {
    const Net net({.cell = Cell::lstm, .input_size = 2, .hidden_size = 20, .layers = 2}, 3);
    const Tensor<float> x = wave({7, B, 2}, 0.1);
    Stepper one(net.recurrent, net.head, {.batch = B}), block(net.recurrent, net.head, {.batch = B});
    std::vector<float> y(static_cast<std::size_t>(7 * B * 3));
    block.step_block(x.data(), y.data(), 3);
    block.step_block(x.data() + 3 * B * 2, y.data() + 3 * B * 3, 4);
    EXPECT_EQ(y, streamed(one, x));
  }
}

TEST(Stepper, StateIsKeptAndPutBackWhole) {
  const Net net({.cell = Cell::lstm, .input_size = 2, .hidden_size = 7, .layers = 2}, 1);
  for (const double ratio : {1.0, 2.3}) {
    Stepper stepper(net.recurrent, net.head, {.rate_ratio = ratio});
    streamed(stepper, wave({5, 1, 2}, 0.3));
    std::vector<float> state(static_cast<std::size_t>(stepper.state_size()));
    stepper.read_state(state.data());
    const auto expected = streamed(stepper, wave({6, 1, 2}, 0.1));
    stepper.write_state(state.data());
    EXPECT_EQ(streamed(stepper, wave({6, 1, 2}, 0.1)), expected);
  }
}

TEST(Stepper, ACloneGoesOnAloneFromTheSameState) {
  const Net net({.cell = Cell::gru, .input_size = 2, .hidden_size = 7, .layers = 2}, 1);
  Stepper a(net.recurrent, net.head);
  streamed(a, wave({5, 1, 2}, 0.3));
  Stepper b = a.clone();
  streamed(b, wave({3, 1, 2}, 0.9));
  b = a.clone();
  EXPECT_EQ(streamed(a, wave({6, 1, 2}, 0.1)), streamed(b, wave({6, 1, 2}, 0.1)));
}

TEST(Stepper, AnOfferIsTakenAtTheNextStepAndTheStateGoesOn) {
  const RecurrentOptions options{.cell = Cell::lstm, .input_size = 2, .hidden_size = 20};
  const Net before(options, 1), after(options, 1);
  initialize(after.parameters(), 9);
  const Tensor<float> x = wave({4, 1, 2}, 0.1);
  Stepper stepper(before.recurrent, before.head), other(after.recurrent, after.head);
  streamed(stepper, x);
  std::copy(stepper.h(0).begin(), stepper.h(0).end(), other.h(0).begin());
  std::copy(stepper.c(0).begin(), stepper.c(0).end(), other.c(0).begin());
  stepper.offer(Stepper(before.recurrent, before.head));  // replaced before it is taken
  stepper.offer(other);
  EXPECT_EQ(streamed(stepper, x), streamed(other, x));
  stepper.offer(Stepper(before.recurrent, before.head, {.weights = StreamWeights::bf16}));
  stepper.step(x.data());
  EXPECT_THROW(stepper.offer(Stepper(before.recurrent)), ShapeError);
  EXPECT_THROW(stepper.offer(Stepper(before.recurrent, before.head, {.batch = 2})), ShapeError);
}

TEST(Stepper, OffersAndStepsMayMeetInTwoThreads) {
  const RecurrentOptions options{.cell = Cell::gru, .input_size = 1, .hidden_size = 4};
  const Net net(options, 1);
  Stepper stepper(net.recurrent, net.head);
  const Stepper same(net.recurrent, net.head);
  Stepper alone(net.recurrent, net.head);
  std::atomic<bool> over{false};
  std::thread offering([&] {
    while (!over) stepper.offer(same);
  });
  const float x = 0.3f;
  for (int t = 0; t < 20'000; ++t) ASSERT_EQ(stepper.step(&x)[0], alone.step(&x)[0]);
  over = true;
  offering.join();
}

// At twice the rate with every sample told twice, the even and the odd samples are two nets that do not meet.
TEST(Stepper, ARateRatioDelaysTheState) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    const Net net({.cell = cell, .input_size = 1, .hidden_size = 5, .layers = 2}, 1);
    Stepper trained(net.recurrent, net.head), twice(net.recurrent, net.head, {.rate_ratio = 2});
    for (int t = 0; t < 20; ++t) {
      const auto x = static_cast<float>(std::sin(0.3 * t));
      const float y = trained.step(&x)[0];
      EXPECT_EQ(twice.step(&x)[0], y) << t;
      EXPECT_EQ(twice.step(&x)[0], y) << t;
    }
  }
  const Net net({.cell = Cell::rnn_linear, .input_size = 1, .hidden_size = 1}, 1);
  Stepper between(net.recurrent, {.rate_ratio = 1.25}), one(net.recurrent);
  std::vector<float> h = {0, 0};  // of the last two steps
  const float w = net.recurrent.parameters()[1].variable.value()[0];
  for (int t = 0; t < 6; ++t) {
    const auto x = static_cast<float>(t);
    one.reset();
    const float from_x = one.step(&x)[0];
    const float y = between.step(&x)[0];
    EXPECT_NEAR(y, from_x + w * (0.75f * h[1] + 0.25f * h[0]), 1e-5f * std::abs(y) + 1e-6f);
    h = {h[1], y};
  }
  EXPECT_THROW(Stepper(net.recurrent, {.rate_ratio = 0.5}), ValueError);
  EXPECT_THROW(Stepper(net.recurrent, {.rate_ratio = NAN}), ValueError);
}

TEST(Stepper, NanAndInfinityStayInTheirStreamUntilItIsReset) {
  const Net net({.cell = Cell::lstm, .input_size = 1, .hidden_size = 20}, 1);
  for (const float bad : {NAN, INFINITY}) {
    Stepper stepper(net.recurrent, net.head, {.batch = 3}), clean(net.recurrent, net.head, {.batch = 3});
    const float x[3] = {0.1f, 0.2f, 0.3f}, spoilt[3] = {0.1f, bad, 0.3f};
    stepper.step(spoilt);
    clean.step(x);
    for (int t = 0; t < 3; ++t) {
      const auto y = stepper.step(x), expected = clean.step(x);
      EXPECT_EQ(y[0], expected[0]);
      EXPECT_EQ(y[2], expected[2]);
      EXPECT_EQ(std::isnan(y[1]), std::isnan(bad)) << "an infinity saturates the gates, a NaN spreads";
    }
    stepper.reset(1);
    clean.reset(1);
    EXPECT_EQ(stepper.step(x)[1], clean.step(x)[1]);
  }
}

TEST(Stepper, RunsChainsOfLayers) {
  const Recurrent<float> lstm({.cell = Cell::lstm, .input_size = 6, .hidden_size = 9});
  initialize(lstm.parameters(), 1);
  const auto dense = [](Index D, Index O, StreamActivation activation) {
    return StreamDense{wave({O, D}, 0.2), wave({O}, 0.4), activation};
  };
  const auto apply = [](const StreamDense& layer, std::vector<float> x) {
    std::vector<float> y;
    for (Index o = 0; o < layer.W.dim(0); ++o) {
      double sum = layer.b[o];
      for (Index d = 0; d < layer.W.dim(1); ++d)
        sum += layer.W[o * layer.W.dim(1) + d] * x[static_cast<std::size_t>(d)];
      switch (layer.activation) {
        case StreamActivation::tanh:
          sum = std::tanh(sum);
          break;
        case StreamActivation::relu:
          sum = std::max(sum, 0.0);
          break;
        case StreamActivation::sigmoid:
          sum = 1 / (1 + std::exp(-sum));
          break;
        case StreamActivation::none:
          break;
      }
      y.push_back(static_cast<float>(sum));
    }
    return y;
  };
  for (const auto activation :
       {StreamActivation::none, StreamActivation::tanh, StreamActivation::relu, StreamActivation::sigmoid}) {
    const StreamDense enter = dense(2, 6, activation), middle = dense(9, 17, activation),
                      leave = dense(17, 2, activation);
    StreamChain chain = stream_chain(lstm);
    chain.layers.insert(chain.layers.begin(), enter);
    chain.layers.emplace_back(middle);
    chain.layers.emplace_back(leave);
    chain.skip = true;
    Stepper whole(chain), inner(lstm);
    for (int t = 0; t < 4; ++t) {
      const std::vector<float> x = {0.3f * static_cast<float>(t), -0.5f};
      const auto entered = apply(enter, x);
      const auto h = inner.step(entered.data());
      const auto expected = apply(leave, apply(middle, {h.begin(), h.end()}));
      const auto y = whole.step(x.data());
      for (std::size_t o = 0; o < 2; ++o) EXPECT_NEAR(y[o], x[o] + expected[o], 2e-5) << static_cast<int>(activation);
    }
    EXPECT_EQ(whole.layers(), 1);
  }
  StreamChain misfit = stream_chain(lstm);
  EXPECT_THROW(Stepper{StreamChain{}}, ValueError);
  misfit.layers.emplace_back(dense(8, 1, StreamActivation::none));
  EXPECT_THROW(Stepper{misfit}, ShapeError);
  StreamChain no_skip = stream_chain(lstm);
  no_skip.skip = true;
  EXPECT_THROW(Stepper{no_skip}, ShapeError);
}

/// Trains a net to say the next sample of a sum of two sines in noise; returns it.
Net trained_net(Cell cell) {
  constexpr Index T = 40, B = 16;
  Net net({.cell = cell, .input_size = 1, .hidden_size = 32, .layers = 2}, 1);
  Context context(1);
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
    Tape<float> tape(context);
    const auto y = net.head.forward(tape, net.recurrent.forward(tape, Variable<float>(x)).y);
    const auto loss = mse_loss(tape, y, target);
    block.zero_grad();
    tape.backward(loss);
    clip_grad_norm(context, block.gradients(), 1.0);
    adam.step(context, 5e-3);
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

// What docs/how-to/stream.md promises of a trained net: smaller weights and approximate activations cost it next to
// nothing.
TEST(Stepper, SmallerWeightsKeepATrainedNetsAccuracy) {
  for (const Cell cell : {Cell::lstm, Cell::gru, Cell::rnn_tanh}) {
    SCOPED_TRACE(static_cast<int>(cell));
    const Net net = trained_net(cell);
    const Stepper full(net.recurrent, net.head);
    const auto error = [&](StreamWeights weights) {
      return streamed_error(Stepper(net.recurrent, net.head, {.weights = weights}));
    };
    const double approximate =
        streamed_error(Stepper(net.recurrent, net.head, {.activation = StreamActivations::approximate}));
    const double f16 = error(StreamWeights::f16);
    const double f32 = error(StreamWeights::f32), bf16 = error(StreamWeights::bf16), int8 = error(StreamWeights::int8);
    RecordProperty(concat("rms_", static_cast<int>(cell)),
                   concat(f32, " ", f16, " ", bf16, " ", int8, " ", approximate));
    std::cout << "rms error f32 " << f32 << ", f16 " << f16 << ", bf16 " << bf16 << ", int8 " << int8
              << ", approximate activations " << approximate << "\n";
    EXPECT_LT(f32, 0.1) << "the net has learned";
    EXPECT_NE(bf16, f32);
    EXPECT_NE(int8, f32);
    EXPECT_NE(f16, f32);
    EXPECT_NE(approximate, f32);
    EXPECT_LT(f16, f32 + 0.002);
    EXPECT_LT(approximate, f32 + 0.002);
    EXPECT_LT(bf16, f32 + 0.01);
    EXPECT_LT(int8, f32 + 0.02);
    const auto bytes = [&](StreamWeights w) { return Stepper(net.recurrent, net.head, {.weights = w}).weight_bytes(); };
    const std::size_t head = 32 * sizeof(float);  // dot products stay float32
    EXPECT_EQ((bytes(StreamWeights::int8) - head) * 4, bytes(StreamWeights::f32) - head);
    EXPECT_EQ((bytes(StreamWeights::f16) - head) * 2, bytes(StreamWeights::f32) - head);
  }
}

TEST(Stepper, RefusesWeightsBeyondFloat16) {
  Net net({.cell = Cell::gru, .input_size = 1, .hidden_size = 4}, 1);
  const auto half = [&] { return Stepper(net.recurrent, net.head, {.weights = StreamWeights::f16}); };
  Tensor<float> U = net.recurrent.parameters()[1].variable.value();
  U[0] = 7e4f;
  EXPECT_EQ(error_of(half),
            "Stepper: weights as f16 reach 65504, found 70000 in the weights of a state; bf16 holds it");
  U[0] = NAN;
  EXPECT_NE(error_of(half), "no error");
  U[0] = 65504;
  EXPECT_EQ(half().layers(), 1);
}

}  // namespace
}  // namespace recurra
