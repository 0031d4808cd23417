// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/tape.h"

#include <gtest/gtest.h>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/parameter_block.h"

namespace recurra {
namespace {

Variable<float> scalar(float value, bool grad = true) {
  return Variable<float>(Tensor<float>({1}, {value}), grad);
}

TEST(Tape, SumsTheGradientsOfAVariableUsedTwice) {
  Context context(1);
  Tape<float> tape(context);
  const auto x = scalar(3);
  const auto y = add(tape, multiply(tape, x, x), x);  // x^2 + x
  tape.backward(y);
  EXPECT_EQ(x.grad().item(), 7);
}

TEST(Tape, RunsBackwardOnce) {
  Context context(1);
  Tape<float> tape(context);
  const auto y = scale(tape, scalar(3), 2.0f);
  tape.backward(y);
  EXPECT_THROW(tape.backward(y), ValueError);
}

TEST(Tape, RefusesWhatItDidNotRecord) {
  Context context(1);
  Tape<float> tape(context), silent(context, {.record = false});
  EXPECT_THROW(tape.backward(scalar(1)), ValueError);
  EXPECT_THROW(tape.backward(scale(tape, scalar(1, false), 2.0f)), ValueError);
  EXPECT_THROW(silent.backward(scale(silent, scalar(1), 2.0f)), ValueError);
  EXPECT_THROW(tape.backward(Variable<float>(Tensor<float>({2}), true)), ShapeError);
}

TEST(Tape, LeavesAloneWhatAsksForNoGradient) {
  Context context(1);
  Tape<float> tape(context);
  const auto x = scalar(3), fixed = scalar(5, false);
  tape.backward(multiply(tape, x, fixed));
  EXPECT_EQ(x.grad().item(), 5);
  EXPECT_FALSE(fixed.grad().defined());
}

TEST(Tape, GradientsHandedOnAreNotChangedBehindTheirOwner) {
  Context context(1);
  Tape<float> tape(context);
  const auto a = scalar(1), b = scalar(2);
  const auto sum = add(tape, a, b);  // hands one gradient tensor to both
  tape.backward(add(tape, sum, a));  // and a gets a second one
  EXPECT_EQ(a.grad().item(), 2);
  EXPECT_EQ(b.grad().item(), 1);
}

TEST(ParameterBlock, MovesTheParametersIntoOneSpan) {
  Context context(1);
  const auto a = scalar(1), b = scalar(2);
  const ParameterBlock<float> block({{"a", a, {}}, {"b", b, {}}});
  EXPECT_EQ(block.values().values(), (std::vector<float>{1, 2}));
  block.values()[1] = 5;
  EXPECT_EQ(b.value().item(), 5);
  Tape<float> tape(context);
  tape.backward(scale(tape, b, 3.0f));
  EXPECT_EQ(block.gradients().values(), (std::vector<float>{0, 3}));
  block.zero_grad();
  EXPECT_EQ(block.gradients().values(), (std::vector<float>{0, 0}));
}

TEST(ParameterBlock, RefusesTwins) {
  const auto a = scalar(1);
  EXPECT_THROW(ParameterBlock<float>({{"a", a, {}}, {"a", scalar(2), {}}}), ValueError);
  EXPECT_THROW(ParameterBlock<float>({{"a", a, {}}, {"b", a, {}}}), ValueError);
}

}  // namespace
}  // namespace recurra
