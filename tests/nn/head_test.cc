// SPDX-License-Identifier: Apache-2.0
// Heads against torch.distributions (tools/make_fixtures/head_fixtures.py), what they refuse, and what they learn.
#include "recurra/nn/head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/kernels/distribution_quantiles.h"
#include "recurra/nn/predictive.h"
#include "recurra/optim/optimizer.h"

namespace recurra {
namespace {

const nlohmann::json& fixture() {
  static const auto value =
      nlohmann::json::parse(std::ifstream(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/pytorch/heads.json"));
  return value;
}

template <class T>
void expect_likelihood(Context& context, const nlohmann::json& c, double tolerance) {
  const Head head{.kind = parse_name(head_names(), c["head"].get<std::string>()), .zero_inflated = c["zero_inflated"]};
  const std::vector<double> numbers = c["raw"], gradient = c["gradient"];
  SCOPED_TRACE(c.dump());
  const Index K = head_width(head);
  Tensor<T> values({1, K});
  for (Index k = 0; k < K; ++k) values[k] = static_cast<T>(numbers[k]);
  const Variable<T> raw(values, true);
  const Tensor<T> target({1}, {static_cast<T>(c["target"].get<double>())});
  Tensor<T> factors;
  if (predicts_counts(head)) factors = Tensor<T>({1}, {static_cast<T>(c["factor"].get<double>())});
  Tape<T> tape(context);
  const auto loss = head_loss(tape, head, raw, target, {}, factors);
  tape.backward(loss);
  const double expected = c["loss"];
  EXPECT_NEAR(loss.value().item(), expected, tolerance * (1 + std::abs(expected)));
  // PyTorch's gradient of the negative binomial is a difference of two digammas of up to 1 / dispersion.
  for (Index k = 0; k < K; ++k)
    EXPECT_NEAR(raw.grad()[k], gradient[k], tolerance * (10 + std::abs(gradient[k]))) << "gradient " << k;
}

TEST(Heads, LikelihoodsAgreeWithPyTorch) {
  Context context(1);
  ASSERT_EQ(fixture()["likelihoods"].size(), 160u);
  for (const auto& c : fixture()["likelihoods"]) {
    expect_likelihood<double>(context, c, 1e-10);
    expect_likelihood<float>(context, c, 1e-5);
  }
}

TEST(Heads, QuantilesAgreeWithPyTorch) {
  const auto& c = fixture()["quantiles"];
  const Head head{.kind = HeadKind::quantiles, .levels = c["levels"]};
  const Index N = 4, Q = head_width(head);
  Context context(1);
  const Variable<double> raw(Tensor<double>({N, Q}, c["raw"].get<std::vector<double>>()), true);
  Tensor<double> target({N}, c["target"].get<std::vector<double>>());
  target[3] = NAN;  // of weight 0
  const Tensor<double> weights({N}, c["weights"].get<std::vector<double>>());
  Tape<double> tape(context);
  const auto loss = head_loss(tape, head, raw, target, weights);
  tape.backward(loss);
  EXPECT_NEAR(loss.value().item(), c["loss"].get<double>(), 1e-12);
  const auto quantiles = head_parameters(context, head, raw.value());
  for (Index i = 0; i < N * Q; ++i) {
    EXPECT_NEAR(quantiles[i], c["quantiles"][i].get<double>(), 1e-12);
    EXPECT_NEAR(raw.grad()[i], c["gradient"][i].get<double>(), 1e-12);
  }
}

TEST(Heads, QuantilesNeverCross) {
  const Head head{.kind = HeadKind::quantiles, .levels = {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99}};
  Context context(1);
  Random random(5, 1);
  Tensor<float> raw({5'000, 7});
  for (float& v : raw.span()) v = static_cast<float>(random.normal(0, 300));
  const auto q = head_parameters(context, head, raw);
  for (Index i = 0; i < 5'000; ++i)
    for (Index k = 1; k < 7; ++k) ASSERT_GE(q[i * 7 + k], q[i * 7 + k - 1]) << "row " << i;
  const auto zero = head_parameters(context, head, Tensor<float>({1, 7}));
  EXPECT_NEAR(zero[0], -2.3263479, 1e-6) << "a net of zeros says N(0, 1)";
  EXPECT_EQ(zero[3], 0);
}

TEST(Heads, StayFiniteFarOut) {
  Context context(1);
  for (const HeadKind kind : {HeadKind::normal, HeadKind::student_t, HeadKind::poisson, HeadKind::negative_binomial})
    for (const float size : {1e4f, 3e38f}) {
      const Head head{.kind = kind, .zero_inflated = true};
      const Index K = head_width(head);
      Tensor<float> raw({8, K}), target({8});
      for (Index i = 0; i < raw.size(); ++i) raw[i] = (i % 3 - 1) * size;
      for (Index i = 0; i < 8; ++i) target[i] = i % 2 ? size : 0;
      const Variable<float> x(raw, true);
      Tape<float> tape(context);
      const auto loss = head_loss(tape, head, x, target);
      tape.backward(loss);
      EXPECT_TRUE(std::isfinite(loss.value().item())) << static_cast<int>(kind) << " " << size;
      for (const float d : x.grad().span()) EXPECT_TRUE(std::isfinite(d)) << static_cast<int>(kind) << " " << size;
    }
}

std::string message_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Heads, StartAtTheSpreadOfErrors) {
  Context context(1);
  Random random(4, 0);
  std::vector<double> errors;
  for (int i = 0; i < 4000; ++i) errors.push_back(0.3 * random.normal() + (i % 10 == 0 ? 0.5 : 0));
  std::vector<double> sorted = errors;
  std::sort(sorted.begin(), sorted.end());
  const auto start = [&](const Head& head, std::vector<double> of) {
    const std::vector<double> numbers = numbers_for_errors(head, std::move(of));
    const Tensor<double> raw({static_cast<Index>(numbers.size())}, numbers);
    return head_parameters(context, head, raw).values();
  };
  const std::vector<double> levels = {0.025, 0.1, 0.5, 0.9};
  const std::vector<double> q = start({.kind = HeadKind::quantiles, .levels = levels}, errors);
  EXPECT_EQ(q[2], 0);
  for (const std::size_t i : {0, 1, 3})
    EXPECT_NEAR(q[i], sorted[static_cast<std::size_t>(levels[i] * 3999)] - sorted[2000], 5e-3) << i;
  double square = 0;
  for (const double e : errors) square += e * e / 4000;
  EXPECT_NEAR(start({.kind = HeadKind::normal}, errors)[1], std::sqrt(square), 1e-9);
  const std::vector<double> t = start({.kind = HeadKind::student_t}, errors);
  EXPECT_NEAR(t[1] * std::sqrt(t[2] / (t[2] - 2)), std::sqrt(square), 1e-3);
  EXPECT_EQ(numbers_for_errors({.kind = HeadKind::normal}, {}), (std::vector<double>{0, 0}));
  for (const double v : start({.kind = HeadKind::quantiles, .levels = levels}, {1, 1, 1})) EXPECT_NEAR(v, 0, 0.01);
}

TEST(Heads, NameWhatTheyRefuse) {
  Context context(1);
  const auto loss = [&](const Head& head, const std::vector<float>& y, const Tensor<float>& factors = {}) {
    return message_of([&] {
      Tape<float> tape(context);
      const Index n = static_cast<Index>(y.size());
      const Variable<float> raw(Tensor<float>({n, head_width(head)}), true);
      (void)head_loss(tape, head, raw, Tensor<float>({n}, y), {}, factors);
    });
  };
  EXPECT_EQ(loss({.kind = HeadKind::negative_binomial}, {3, -1}),
            "likelihood_forward: negative-binomial expected whole numbers from 0 on, found -1 at element 1");
  EXPECT_EQ(loss({.kind = HeadKind::poisson}, {2.5}),
            "likelihood_forward: poisson expected whole numbers from 0 on, found 2.5 at element 0");
  EXPECT_NE(loss({.kind = HeadKind::normal}, {NAN}).find("expected a finite target, found nan"), std::string::npos);
  EXPECT_NE(loss({.kind = HeadKind::normal}, {1}, Tensor<float>({1}, {2})).find("takes no factors"), std::string::npos);
  EXPECT_NE(loss({.kind = HeadKind::poisson}, {1}, Tensor<float>({1})).find("a factor above 0"), std::string::npos);
  EXPECT_NE(loss({.kind = HeadKind::quantiles}, {1}).find("at least one level"), std::string::npos);
  EXPECT_NE(loss({.kind = HeadKind::quantiles, .levels = {0.5, 95}}, {1}).find("levels in (0, 1), found 95"),
            std::string::npos);
  EXPECT_NE(loss({.kind = HeadKind::quantiles, .levels = {0.5, 0.4}}, {1}).find("ascending"), std::string::npos);
  EXPECT_NE(loss({.zero_inflated = true}, {1}).find("zero-inflated is for distributions"), std::string::npos);
  EXPECT_NE(message_of([&] {
              Tape<float> tape(context);
              (void)head_loss(tape, {.kind = HeadKind::student_t}, Variable<float>(Tensor<float>({2, 2})),
                              Tensor<float>({2}));
            }).find("student-t head expects 3 numbers on the last axis, found [2, 2]"),
            std::string::npos);
}

/// Fits the numbers of one head, the same for every observation, by Adam.
std::vector<double> fitted(const Head& head, const std::vector<double>& observed) {
  Context context(1);
  const Index N = static_cast<Index>(observed.size()), K = head_width(head);
  Variable<double> numbers(Tensor<double>({1, K}), true);
  ParameterBlock<double> block({{"numbers", numbers, {}}});
  Optimizer<double> adam(block, {.beta2 = 0.9});
  for (int step = 0; step < 250; ++step) {
    Tape<double> tape(context);
    Tensor<double> rows({N, K});
    for (Index i = 0; i < N * K; ++i) rows[i] = numbers.value()[i % K];
    const Variable<double> raw(rows, true);
    tape.backward(head_loss(tape, head, raw, Tensor<double>({N}, observed)));
    block.zero_grad();
    Tensor<double> gradient({1, K});
    for (Index i = 0; i < N * K; ++i) gradient[i % K] += raw.grad()[i];
    numbers.accumulate_grad(gradient);
    adam.step(context, 0.1 * (1 - step / 250.0));
  }
  return head_parameters(context, head, numbers.value()).values();
}

// The parameters that a sample was drawn with come back, and so do its quantiles from a quantile head.
TEST(Heads, LearnTheDistributionOfASample) {
  struct Row {
    Head head;
    std::vector<double> parameters;
    double tolerance;
  };
  const Row rows[] = {{{.kind = HeadKind::normal}, {1.5, 0.7}, 0.1},
                      {{.kind = HeadKind::student_t}, {-0.5, 1.2, 4}, 0.3},
                      {{.kind = HeadKind::poisson, .zero_inflated = true}, {3.5, -0.4}, 0.1},
                      {{.kind = HeadKind::negative_binomial}, {6, 0.8}, 0.1}};
  for (const Row& row : rows) {
    SCOPED_TRACE(name_of(head_names(), row.head.kind));
    const Predictive truth(row.head, row.parameters);
    Random random(11, 2);
    std::vector<double> observed;
    for (int i = 0; i < 1'500; ++i) observed.push_back(truth.sample(random.uniform()));
    const auto found = fitted(row.head, observed);
    for (std::size_t k = 0; k < found.size(); ++k)
      EXPECT_NEAR(found[k], row.parameters[k], row.tolerance * (1 + std::abs(row.parameters[k]))) << "parameter " << k;
    const Head quantiles{.kind = HeadKind::quantiles, .levels = {0.05, 0.3, 0.8, 0.95}};
    const auto q = fitted(quantiles, observed);
    for (std::size_t k = 0; k < q.size(); ++k) {
      const double spread = truth.quantile(0.9) - truth.quantile(0.1);
      EXPECT_NEAR(q[k], truth.quantile(quantiles.levels[k]), 0.12 * spread + (predicts_counts(row.head) ? 0.5 : 0));
    }
  }
}

}  // namespace
}  // namespace recurra
