// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/spelling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"

namespace recurra {
namespace {

/// Three different tokens of 3, 1 and 0 letters, asked for five times.
SpelledTokens tokens() {
  return {
      Tensor<std::int64_t>({3, 3}, {1, 4, 0, 2, 0, 0, 1, 0, 0}), {3, 1, 0}, Tensor<std::int64_t>({5}, {0, 1, 0, 2, 1})};
}

Spelling<double> drawn() {
  Spelling<double> spelling(5, 3);
  initialize(spelling.parameters(), 4, {});
  return spelling;
}

double loss_of(const Spelling<double>& spelling) {
  Context context(1);
  Tape<double> tape(context, {.record = false});
  const auto out = spelling.forward(tape, tokens()).value();
  double sum = 0;
  for (Index i = 0; i < out.size(); ++i) sum += out[i] * std::sin(static_cast<double>(i) + 1);
  return sum;
}

TEST(Spelling, ItsGradientsEqualCentralDifferences) {
  const Spelling<double> spelling = drawn();
  Context context(2);
  Tape<double> tape(context);
  const auto out = spelling.forward(tape, tokens());
  ASSERT_EQ(out.shape(), Shape({5, 6}));
  Tensor<double> seed(out.shape());
  for (Index i = 0; i < seed.size(); ++i) seed[i] = std::sin(static_cast<double>(i) + 1);
  tape.backward({out}, {seed});
  for (const auto& p : spelling.parameters()) {
    const Tensor<double>& x = p.variable.value();
    for (Index i = 0; i < x.size(); ++i) {
      constexpr double kStep = 1e-5;
      const double before = x[i];
      x[i] = before + kStep;
      const double above = loss_of(spelling);
      x[i] = before - kStep;
      const double below = loss_of(spelling);
      x[i] = before;
      EXPECT_NEAR(p.variable.grad()[i], (above - below) / (2 * kStep), 1e-8) << p.name << " " << i;
    }
  }
}

TEST(Spelling, ATokenIsReadAlikeInAnyCompany) {
  const Spelling<double> spelling = drawn();
  Context context(1);
  Tape<double> tape(context, {.record = false});
  const auto all = spelling.forward(tape, tokens()).value();
  const SpelledTokens one{Tensor<std::int64_t>({3, 1}, {1, 2, 1}), {3}, Tensor<std::int64_t>({1})};
  const auto alone = spelling.forward(tape, one).value();
  for (Index i = 0; i < 6; ++i) {
    EXPECT_EQ(alone[i], all[i]);
    EXPECT_EQ(alone[i], all[12 + i]);  // the third is the first again
    EXPECT_EQ(all[18 + i], 0);         // no letter
  }
}

}  // namespace
}  // namespace recurra
