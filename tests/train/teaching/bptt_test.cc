// SPDX-License-Identifier: Apache-2.0
// Figure 1: the parts of one gradient, against the fused layer and against truncated back-propagation itself.
#include "recurra/train/teaching/bptt.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/composed_cell.h"

namespace recurra {
namespace {

/// The published defaults of the figure.
BpttOptions defaults() {
  return {.inputs = {1, -0.5, 0.8, 0.3, -1, 0.6},
          .targets = {0, 0, 0, 0, 0, 1},
          .step = 5,
          .U = {0.9, -0.2, 0.2, 0.9},
          .W = {0.5, -0.3},
          .b = {0, 0},
          .truncation = 6};
}

Tensor<double> fused_gradient(Context& context, const BpttOptions& o, const BpttTrace& trace) {
  const auto T = o.step + 1, H = static_cast<Index>(o.b.size());
  Tensor<double> x({T, 1}, {o.inputs.begin(), o.inputs.begin() + T});
  const ops::CellWeights<double> weights{
      Tensor<double>({H, 1}, o.W), Tensor<double>({H, H}, o.U), Tensor<double>({H}, o.b), {}};
  const auto out = ops::recurrent_forward<double>(context, Cell::rnn_tanh, Direction::forward, ops::Packing::full(T, 1),
                                                  x, {}, weights, true);
  const double error = trace.y[o.step] - o.targets[static_cast<std::size_t>(o.step)];
  return ops::recurrent_backward<double>(context, *out.saved, {}, {Tensor<double>::full({1, H}, error), {}}).weights.U;
}

TEST(Bptt, PartsAddUpToTheFusedGradient) {
  Context context(1);
  for (Index step = 0; step < 6; ++step) {
    BpttOptions o = defaults();
    o.step = step;
    const BpttTrace trace = trace_bptt(context, o);
    const Tensor<double> expected = fused_gradient(context, o, trace);
    for (Index i = 0; i < 4; ++i) EXPECT_NEAR(trace.full[i], expected[i], 1e-14) << step;
    EXPECT_LT(trace.check_error, 1e-7) << step;
    if (step == 0) continue;  // at step 0 there is no earlier state, so no gradient
    EXPECT_DOUBLE_EQ(trace.cosine, 1) << step;
  }
}

TEST(Bptt, NormsNeedNotAddUp) {
  Context context(1);
  const BpttTrace trace = trace_bptt(context, defaults());
  double sum = 0;
  for (Index k = 0; k < 6; ++k) sum += trace.norms.at({k, 5});
  EXPECT_DOUBLE_EQ(sum, trace.sum_of_norms);
  EXPECT_GT(trace.sum_of_norms, 1.01 * trace.full_norm);
  // The largest share belongs to one of the two latest steps, and the first step has none: nothing came before it.
  const double late = std::max(trace.norms.at({4, 5}), trace.norms.at({5, 5}));
  for (Index k = 0; k < 4; ++k) EXPECT_LT(trace.norms.at({k, 5}), late) << k;
  EXPECT_EQ(trace.norms.at({0, 5}), 0);
  EXPECT_TRUE(std::isnan(trace.norms.at({5, 0})));
}

TEST(Bptt, SlidingTruncationDeletesWhatLiesKStepsBack) {
  Context context(1);
  BpttOptions o = defaults();
  o.truncation = 2;
  const BpttTrace trace = trace_bptt(context, o);
  for (Index t = 0; t < 6; ++t)
    for (Index k = 0; k <= t; ++k) EXPECT_EQ(trace.kept.at({k, t}), t - k < 2 ? 1 : 0);
  for (Index i = 0; i < 4; ++i) EXPECT_NEAR(trace.truncated[i], trace.parts[4 * 4 + i] + trace.parts[5 * 4 + i], 1e-15);
}

TEST(Bptt, ChunkedTruncationIsWhatADetachedStateGives) {
  Context context(1);
  BpttOptions o = defaults();
  o.truncation = 4;
  o.mode = Truncation::chunked;
  const BpttTrace trace = trace_bptt(context, o);
  for (Index t = 0; t < 6; ++t)
    for (Index k = 0; k <= t; ++k) EXPECT_EQ(trace.kept.at({k, t}), (k < 4) == (t < 4) ? 1 : 0);

  // The second chunk alone, from the state that the first one left.
  const Tensor<double> U({2, 2}, o.U);
  Tape<double> tape(context);
  const Variable<double> shared(U, true);
  StateVariables<double> state{Variable<double>(trace.h.slice(3, 4).clone()), {}};
  const CellVariables<double> weights{
      Variable<double>(Tensor<double>({2, 1}, o.W)), shared, Variable<double>(Tensor<double>({2}, o.b)), {}};
  for (Index t = 4; t < 6; ++t) {
    const Variable<double> x(Tensor<double>({1, 1}, {o.inputs[static_cast<std::size_t>(t)]}));
    state = composed_step(tape, Cell::rnn_tanh, x, state, weights);
  }
  const auto y = linear(tape, state.h, Variable<double>(Tensor<double>::full({1, 2}, 1)), {});
  tape.backward(scale(tape, mse_loss(tape, y, Tensor<double>({1, 1}, {1})), 0.5));
  for (Index i = 0; i < 4; ++i) EXPECT_NEAR(trace.truncated[i], shared.grad()[i], 1e-14);
}

TEST(Bptt, RefusesWhatDoesNotFit) {
  Context context(1);
  BpttOptions o = defaults();
  o.step = 6;
  EXPECT_THROW(trace_bptt(context, o), ValueError);
  o = defaults();
  o.targets.pop_back();
  EXPECT_THROW(trace_bptt(context, o), ValueError);
  o = defaults();
  o.U.pop_back();
  EXPECT_THROW(trace_bptt(context, o), ValueError);
}

}  // namespace
}  // namespace recurra
