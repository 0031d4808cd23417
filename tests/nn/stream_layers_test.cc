// SPDX-License-Identifier: Apache-2.0
// Layer normalisations and embeddings in a Stepper, against the modules over whole sequences.
#include <gtest/gtest.h>

#include <cmath>

#include "recurra/nn/embedding.h"
#include "recurra/nn/init.h"
#include "recurra/nn/layer_norm.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"
#include "recurra/simd/isa.h"
#include "tests/error_of.h"

namespace recurra {
namespace {

constexpr Index kV = 11, kE = 6, kH = 9, kO = 5;

Tensor<float> sine(const Shape& shape, double phase) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

StreamLayerNorm norm_of(const LayerNorm<float>& norm, double epsilon) {
  const auto values = norm.parameters();
  return {values[0].variable.value(), values[1].variable.value(), epsilon};
}

/// Table, norm, GRU, norm, head.
struct TextNet {
  Embedding<float> table{kV, kE};
  LayerNorm<float> before{kE}, after{kH, 1e-3};
  Recurrent<float> gru{{.cell = Cell::gru, .input_size = kE, .hidden_size = kH}};
  Linear<float> head{kH, kO};
  StreamChain chain;

  explicit TextNet(std::uint64_t seed = 1) {
    initialize(gru.parameters(), seed);
    initialize(head.parameters(), seed + 1);
    double phase = static_cast<double>(seed);
    for (const Module<float>* module :
         {static_cast<const Module<float>*>(&table), static_cast<const Module<float>*>(&before),
          static_cast<const Module<float>*>(&after)})
      for (const auto& parameter : module->parameters()) {
        const Tensor<float> value = parameter.variable.value(), numbers = sine(value.shape(), phase += 0.3);
        std::copy_n(numbers.data(), numbers.size(), value.data());
      }
    chain = stream_chain(gru, head);
    chain.layers.insert(chain.layers.begin() + 1, norm_of(after, 1e-3));
    chain.layers.insert(chain.layers.begin(), norm_of(before, 1e-5));
    chain.layers.insert(chain.layers.begin(), StreamEmbedding{table.weight().value()});
  }
  /// Shapes: ids [T, B]; returns [T, B, O].
  Tensor<float> whole(const Tensor<std::int64_t>& ids) const {
    Context context(1);
    Tape<float> tape(context, {.record = false, .training = false});
    const Variable<float> x = before.forward(tape, table.forward(tape, ids));
    return head.forward(tape, after.forward(tape, gru.forward(tape, x).y)).value();
  }
};

Tensor<std::int64_t> some_ids(Index T, Index B) {
  Tensor<std::int64_t> ids({T, B});
  for (Index i = 0; i < ids.size(); ++i) ids[i] = i * 7 % kV;
  return ids;
}

std::vector<float> streamed_ids(Stepper& stepper, const Tensor<std::int64_t>& ids) {
  std::vector<float> x(static_cast<std::size_t>(ids.size())),
      y(static_cast<std::size_t>(ids.size() * stepper.output_size()));
  for (Index i = 0; i < ids.size(); ++i) x[static_cast<std::size_t>(i)] = static_cast<float>(ids[i]);
  stepper.step_block(x.data(), y.data(), ids.dim(0));
  return y;
}

TEST(StreamLayers, HaveTheBitsOfTheWholeSequence) {
  const TextNet net;
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const Index B : {1, 3, 9}) {
      Stepper stepper(net.chain, {.batch = B});
      EXPECT_EQ(stepper.input_size(), 1);
      EXPECT_EQ(stepper.vocabulary(), kV);
      EXPECT_EQ(stepper.layers(), 1);
      EXPECT_EQ(streamed_ids(stepper, some_ids(8, B)), net.whole(some_ids(8, B)).values()) << isa << " B " << B;
    }
  }
  select_isa("");
}

TEST(StreamLayers, EachAloneIsItsFormula) {
  const Tensor<float> table = sine({4, 3}, 0.2), gain = sine({3}, 0.5);
  Stepper embedding(StreamChain{{StreamEmbedding{table}}}, {.batch = 2}),
      norm(StreamChain{{StreamLayerNorm{gain, {}}}, true});
  const float ids[2] = {3, 1};
  const auto rows = embedding.step(ids);
  for (Index i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[i], table[9 + i]);
    EXPECT_EQ(rows[3 + i], table[3 + i]);
  }
  const double x[3] = {0.3, -0.8, 1.4}, mean = 0.3;
  const float samples[3] = {0.3f, -0.8f, 1.4f};
  const double scale = 1 / std::sqrt((0 + 1.21 + 1.21) / 3 + 1e-5);
  const auto y = norm.step(samples);
  for (Index i = 0; i < 3; ++i) EXPECT_NEAR(y[i], x[i] + gain[i] * (x[i] - mean) * scale, 1e-6);
  EXPECT_EQ(norm.state_size(), 0);
  EXPECT_EQ(norm.vocabulary(), 0);
}

TEST(StreamLayers, CloneStateAndOfferGoOn) {
  const TextNet net(1), other(5);
  Stepper a(net.chain), b(other.chain);
  streamed_ids(a, some_ids(5, 1));
  Stepper twin = a.clone();
  EXPECT_EQ(streamed_ids(a, some_ids(4, 1)), streamed_ids(twin, some_ids(4, 1)));
  std::copy(a.h(0).begin(), a.h(0).end(), b.h(0).begin());
  a.offer(b);
  EXPECT_EQ(streamed_ids(a, some_ids(4, 1)), streamed_ids(b, some_ids(4, 1)));
  a.reset();
  EXPECT_EQ(streamed_ids(a, some_ids(6, 1)), other.whole(some_ids(6, 1)).values());

  const auto refused = [&](ChainLayer layer, std::size_t at) {
    StreamChain changed = net.chain;
    changed.layers[at] = std::move(layer);
    EXPECT_THROW(a.offer(Stepper(changed)), ShapeError);
  };
  refused(StreamEmbedding{sine({kV + 1, kE}, 0.1)}, 0);  // an index that is right in one would be wrong in the other
  refused(StreamDense{sine({kE, kE}, 0.1), {}}, 1);
}

TEST(StreamLayers, AnIndexThatIsNoneStaysInItsStreamUntilItIsReset) {
  const TextNet net;
  for (const float bad : {-1.0f, 11.0f, 0.5f, NAN, INFINITY}) {
    Stepper stepper(net.chain, {.batch = 3}), clean(net.chain, {.batch = 3});
    const float x[3] = {1, 2, 3}, spoilt[3] = {1, bad, 3};
    stepper.step(spoilt);
    clean.step(x);
    const auto y = stepper.step(x), expected = clean.step(x);
    for (Index i = 0; i < 3 * kO; ++i) {
      if (i / kO == 1) {
        EXPECT_TRUE(std::isnan(y[i])) << bad;
      } else {
        EXPECT_EQ(y[i], expected[i]);
      }
    }
    stepper.reset(1);
    clean.reset(1);
    EXPECT_EQ(stepper.step(x)[kO], clean.step(x)[kO]);
  }
}

// Without a cell behind it, a layer normalisation forgets a number that is none; so does an embedding.
TEST(StreamLayers, ANanPassesWithItsStep) {
  Stepper norm(StreamChain{{StreamLayerNorm{sine({4}, 0.1), sine({4}, 0.2)}}}), fresh = norm.clone();
  const float x[4] = {0.1f, 0.2f, 0.3f, 1e-40f};
  for (const float bad : {NAN, INFINITY}) {
    const float spoilt[4] = {0.1f, bad, 0.3f, 0.4f};
    for (const float y : norm.step(spoilt)) EXPECT_TRUE(std::isnan(y));
    const auto y = norm.step(x), expected = fresh.step(x);
    EXPECT_TRUE(std::equal(y.begin(), y.end(), expected.begin()));
  }
}

TEST(StreamLayers, SmallerWeightsAreNearAndReadLess) {
  const TextNet net;
  const auto whole = net.whole(some_ids(8, 1)).values();
  Stepper full(net.chain);
  for (const auto& [weights, error] :
       {std::pair{StreamWeights::f16, 2e-3}, {StreamWeights::bf16, 2e-2}, {StreamWeights::int8, 4e-2}}) {
    Stepper stepper(net.chain, {.weights = weights});
    const auto y = streamed_ids(stepper, some_ids(8, 1));
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], whole[i], error);
    EXPECT_NE(y, whole);
    EXPECT_LT(stepper.weight_bytes(), full.weight_bytes());
  }
  Tensor<float> large = sine({3, 2}, 0.1);
  large[3] = 7e4f;
  EXPECT_EQ(error_of([&] { Stepper(StreamChain{{StreamEmbedding{large}}}, {.weights = StreamWeights::f16}); }),
            "Stepper: weights as f16 reach 65504, found 70000 in an embedding; bf16 holds it");
}

// At twice the rate with every index told twice, the even and the odd steps are two nets that do not meet.
TEST(StreamLayers, ARateRatioDelaysTheStateBetweenThem) {
  const TextNet net;
  Stepper trained(net.chain), twice(net.chain, {.rate_ratio = 2});
  for (int t = 0; t < 8; ++t) {
    const auto id = static_cast<float>(t * 7 % kV);
    const float y = trained.step(&id)[0];
    EXPECT_EQ(twice.step(&id)[0], y) << t;
    EXPECT_EQ(twice.step(&id)[0], y) << t;
  }
}

TEST(StreamLayers, RefuseWhatDoesNotFit) {
  const auto error = [](std::vector<ChainLayer> layers, bool skip = false) {
    return error_of([&] { check_stream_chain({std::move(layers), skip}); });
  };
  const StreamEmbedding table{sine({4, 3}, 0.1)};
  const StreamLayerNorm norm{sine({3}, 0.1), {}};
  EXPECT_EQ(error({table, norm}), "no error");
  EXPECT_NE(error({norm, table}).find("must be the first layer"), std::string::npos);
  EXPECT_NE(error({StreamDense{sine({1, 2}, 0.1), {}}, table}).find("must be the first layer"), std::string::npos);
  EXPECT_NE(error({StreamEmbedding{sine({4, 1}, 0.1)}}, true).find("skip"), std::string::npos);
  EXPECT_NE(error({StreamEmbedding{sine({4}, 0.1)}}).find("a table"), std::string::npos);
  EXPECT_NE(error({StreamEmbedding{Tensor<float>({0, 3})}}).find("a table"), std::string::npos);
  EXPECT_NE(error({StreamEmbedding{}}).find("a table"), std::string::npos);
  EXPECT_NE(error({StreamEmbedding{Tensor<float>({(1 << 24) + 1, 1})}}).find("16777216"), std::string::npos);
  EXPECT_NE(error({StreamLayerNorm{Tensor<float>({0}), {}}}).find("a vector"), std::string::npos);
  EXPECT_NE(error({StreamLayerNorm{sine({3, 1}, 0.1), {}}}).find("a vector"), std::string::npos);
  EXPECT_NE(error({StreamLayerNorm{sine({3}, 0.1), sine({4}, 0.1)}}).find("expected [3], found [4]"),
            std::string::npos);
  for (const double epsilon : {0.0, -1.0, 1e-60, 1e60, std::nan("")})
    EXPECT_NE(error({StreamLayerNorm{sine({3}, 0.1), {}, epsilon}}).find("epsilon"), std::string::npos) << epsilon;
  EXPECT_NE(error({table, StreamLayerNorm{sine({4}, 0.1), {}}}).find("takes 4 features"), std::string::npos);
}

}  // namespace
}  // namespace recurra
