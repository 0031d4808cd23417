// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "recurra/nn/init.h"

namespace recurra::decoder_test {
namespace {

constexpr Index kFeatures = 3, kHidden = 5, kOutput = 4;

template <class T>
Tensor<T> wave(const Shape& shape, double phase) {
  Tensor<T> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<T>(std::sin(1.3 * static_cast<double>(i) + phase));
  return x;
}

template <class T>
struct Net : Module<T> {
  Encoder<T> encoder;
  Decoder<T> decoder;

  Net(Cell cell, AttentionKind attention)
      : encoder({.cell = cell, .input_size = 2, .hidden_size = 4, .layers = 2, .bidirectional = true}, kHidden),
        decoder({.recurrent = {.cell = cell, .input_size = kFeatures, .hidden_size = kHidden, .layers = 2},
                 .attention = attention,
                 .memory_size = 8,
                 .output = kOutput}) {
    initialize(this->parameters(), 3);
  }
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override {
    encoder.collect(prefix + "encoder.", out);
    decoder.collect(prefix + "decoder.", out);
  }
};

using Setting = std::pair<Cell, AttentionKind>;

class DecoderOf : public testing::TestWithParam<Setting> {};

const std::vector<Index> kSource = {3, 5, 0, 2}, kTarget = {4, 1, 3, 2};

TEST_P(DecoderOf, StepByStepGivesTheBitsOfAllStepsAtOnce) {
  Context context(1);
  const Net<float> net(GetParam().first, GetParam().second);
  Tape<float> tape(context);
  const auto read = net.encoder.forward(tape, Variable<float>(wave<float>({5, 4, 2}, 0)), kSource);
  const auto memory = net.decoder.prepare(tape, read);
  const Tensor<float> x = wave<float>({4, 4, kFeatures}, 1);
  const auto whole = net.decoder.forward(tape, Variable<float>(x), kTarget, read.state, memory);
  const Tensor<float> expected = ops::unpack(context, whole.packing, whole.y.value());
  StateVariables<float> state = read.state;
  for (Index t = 0; t < 4; ++t) {
    std::vector<Index> active;
    for (const Index length : kTarget) active.push_back(t < length);
    const auto step = net.decoder.forward(tape, Variable<float>(x.slice(t, t + 1)), active, state, memory);
    state = step.state;
    EXPECT_EQ(ops::unpack(context, step.packing, step.y.value()).values(), expected.slice(t, t + 1).values()) << t;
  }
  EXPECT_EQ(state.h.value().values(), whole.state.h.value().values());
}

TEST_P(DecoderOf, ABatchEqualsEachSequenceAlone) {
  Context context(1);
  const Net<float> net(GetParam().first, GetParam().second);
  Tape<float> tape(context);
  const Tensor<float> source = wave<float>({5, 4, 2}, 0), x = wave<float>({4, 4, kFeatures}, 1);
  const auto run = [&](const Tensor<float>& from, const std::vector<Index>& from_lengths, const Tensor<float>& to,
                       const std::vector<Index>& to_lengths) {
    const auto read = net.encoder.forward(tape, Variable<float>(from), from_lengths);
    const auto out =
        net.decoder.forward(tape, Variable<float>(to), to_lengths, read.state, net.decoder.prepare(tape, read));
    return ops::unpack(context, out.packing, out.y.value());
  };
  const Tensor<float> together = run(source, kSource, x, kTarget);
  for (std::size_t b = 0; b < 4; ++b) {
    const auto take = [&](const Tensor<float>& all, Index length) {
      Tensor<float> one({length, 1, all.dim(2)});
      for (Index t = 0; t < length; ++t)
        std::copy_n(all.data() + (t * 4 + static_cast<Index>(b)) * all.dim(2), all.dim(2), one.data() + t * all.dim(2));
      return one;
    };
    const auto alone = run(take(source, kSource[b]), {kSource[b]}, take(x, kTarget[b]), {kTarget[b]});
    EXPECT_EQ(alone.values(), take(together, kTarget[b]).values()) << b;
  }
}

TEST_P(DecoderOf, EveryParameterAgreesWithCentralDifferences) {
  Context context(1);
  const Net<double> net(GetParam().first, GetParam().second);
  const auto run = [&](Tape<double>& tape) {
    const auto read = net.encoder.forward(tape, Variable<double>(wave<double>({5, 4, 2}, 0)), kSource);
    return net.decoder
        .forward(tape, Variable<double>(wave<double>({4, 4, kFeatures}, 1)), kTarget, read.state,
                 net.decoder.prepare(tape, read))
        .y;
  };
  const auto objective = [&] {
    Tape<double> tape(context, {.record = false});
    const Tensor<double> y = run(tape).value(), weights = wave<double>(y.shape(), 6);
    double sum = 0;
    for (Index i = 0; i < y.size(); ++i) sum += y[i] * weights[i];
    return sum;
  };
  Tape<double> tape(context);
  const auto y = run(tape);
  tape.backward({y}, {wave<double>(y.shape(), 6)});
  for (const auto& p : net.parameters()) {
    ASSERT_TRUE(p.variable.grad().defined()) << p.name;
    for (Index i = 0; i < p.variable.value().size(); i += 3) {
      double& v = p.variable.value()[i];
      const double kept = v;
      v = kept + 1e-5;
      const double up = objective();
      v = kept - 1e-5;
      const double down = objective();
      v = kept;
      ASSERT_NEAR(p.variable.grad()[i], (up - down) / 2e-5, 1e-8) << p.name << " at " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DecoderOf,
                         testing::Values(Setting{Cell::lstm, AttentionKind::dot},
                                         Setting{Cell::gru, AttentionKind::additive},
                                         Setting{Cell::lstm, AttentionKind::none},
                                         Setting{Cell::rnn_tanh, AttentionKind::dot}));

TEST(Decoder, WritesInOneDirection) {
  EXPECT_THROW(
      Decoder<float>(
          {.recurrent = {.input_size = 2, .hidden_size = 2, .bidirectional = true}, .memory_size = 2, .output = 2}),
      ValueError);
}

}  // namespace
}  // namespace recurra::decoder_test
