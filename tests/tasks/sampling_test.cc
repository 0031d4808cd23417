// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace recurra {
namespace {

/// How often each of the logits is drawn.
std::vector<double> shares(const std::vector<float>& logits, const SamplingOptions& options, int draws = 20000) {
  Random random(1, 0);
  std::vector<double> out(logits.size());
  for (int i = 0; i < draws; ++i) out[sample_token(logits, options, random)] += 1.0 / draws;
  return out;
}

const std::vector<float> kLogits = {std::log(0.1f), std::log(0.6f), std::log(0.3f)};

TEST(Sampling, DrawsByProbability) {
  const auto p = shares(kLogits, {});
  EXPECT_NEAR(p[0], 0.1, 0.01);
  EXPECT_NEAR(p[1], 0.6, 0.01);
}

TEST(Sampling, TheTemperatureDividesLogits) {
  const auto p = shares(kLogits, {.temperature = 0.5});  // squares: 0.01, 0.36, 0.09
  EXPECT_NEAR(p[1], 0.36 / 0.46, 0.01);
  EXPECT_NEAR(shares(kLogits, {.temperature = 0}, 10)[1], 1, 1e-9);
  EXPECT_NEAR(shares(kLogits, {.temperature = 1e-4}, 10)[1], 1, 1e-9);
}

TEST(Sampling, TopKAndTopPLeaveTheRestOut) {
  EXPECT_NEAR(shares(kLogits, {.top_k = 1}, 100)[1], 1, 1e-9);
  const auto two = shares(kLogits, {.top_k = 2});
  EXPECT_EQ(two[0], 0);
  EXPECT_NEAR(two[1], 0.6 / 0.9, 0.01);
  EXPECT_NEAR(shares(kLogits, {.top_p = 0.5}, 100)[1], 1, 1e-9);
  const auto most = shares(kLogits, {.top_p = 0.7});
  EXPECT_EQ(most[0], 0);
  EXPECT_NEAR(most[2], 0.3 / 0.9, 0.01);
}

TEST(Sampling, EqualOnesRankByNumber) {
  EXPECT_NEAR(shares({1, 1, 1}, {.temperature = 0}, 10)[0], 1, 1e-9);
  EXPECT_EQ(shares({1, 1, 1}, {.top_k = 2}, 1000)[2], 0);
}

TEST(Sampling, RefusesWhatMakesNoSense) {
  Random random(1, 0);
  EXPECT_THROW(sample_token(kLogits, {.temperature = -0.1}, random), ValueError);
  EXPECT_THROW(sample_token(kLogits, {.temperature = NAN}, random), ValueError);
  EXPECT_THROW(sample_token(kLogits, {.top_k = -1}, random), ValueError);
  EXPECT_THROW(sample_token(kLogits, {.top_p = 0}, random), ValueError);
  EXPECT_THROW(sample_token(kLogits, {.top_p = 1.1}, random), ValueError);
  EXPECT_THROW(sample_token({}, {}, random), ValueError);
  EXPECT_THROW(sample_token(std::vector<float>{NAN}, {}, random), ValueError);
}

}  // namespace
}  // namespace recurra
