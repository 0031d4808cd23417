// SPDX-License-Identifier: Apache-2.0
#include "recurra/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/optim/clip.h"
#include "recurra/optim/schedule.h"

namespace recurra {
namespace {

template <class T>
Variable<T> wave(Index count, double phase) {
  Tensor<T> x({count});
  for (Index i = 0; i < count; ++i) x[i] = static_cast<T>(0.6 * std::sin(0.7 * static_cast<double>(i) + phase));
  return Variable<T>(x, true);
}

/// Gradients as a backward pass would leave them: w + sin(i + step).
template <class T>
void set_gradients(const ParameterBlock<T>& block, int step) {
  block.zero_grad();
  Tensor<T> g = block.values().clone();
  for (Index i = 0; i < g.size(); ++i) g[i] += static_cast<T>(std::sin(static_cast<double>(i + step)));
  Variable<T>(block.parameters()[0].variable).accumulate_grad(g);
}

const std::pair<const char*, OptimizerOptions> kCases[] = {
    {"sgd", {.kind = OptimizerKind::sgd, .learning_rate = 0.1}},
    {"sgd_momentum", {.kind = OptimizerKind::sgd, .learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01}},
    {"rmsprop", {.kind = OptimizerKind::rmsprop, .learning_rate = 0.01, .weight_decay = 0.01}},
    {"adam", {.kind = OptimizerKind::adam, .learning_rate = 0.01, .weight_decay = 0.01}},
    {"adamw", {.kind = OptimizerKind::adamw, .learning_rate = 0.01, .weight_decay = 0.01}},
};

template <class T>
void expect_pytorchs_trajectories(double tolerance) {
  std::ifstream in(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/pytorch/optimizers.json");
  const auto cases = nlohmann::json::parse(in)["cases"];
  Context context(1);
  for (std::size_t c = 0; c < std::size(kCases); ++c) {
    ASSERT_EQ(cases[c]["name"], kCases[c].first);
    ParameterBlock<T> block({{"w", wave<T>(7, 0.3), {}}});
    Optimizer<T> optimizer(block, kCases[c].second);
    for (int step = 0; step < 10; ++step) {
      set_gradients(block, step);
      optimizer.step(context, kCases[c].second.learning_rate);
      for (Index i = 0; i < 7; ++i)
        ASSERT_NEAR(block.values()[i], cases[c]["steps"][step][static_cast<std::size_t>(i)].template get<double>(),
                    tolerance)
            << kCases[c].first << " step " << step;
    }
  }
}

TEST(Optimizer, StepsAtTheRateOfItsOptionsUnlessGivenAnother) {
  Context context(1);
  for (const auto& [name, given] : kCases) {
    OptimizerOptions options = given;
    options.learning_rate = 0.05;
    ParameterBlock<float> own({{"w", wave<float>(9, 0), {}}}), told({{"w", wave<float>(9, 0), {}}});
    Optimizer<float> by_options(own, options);
    options.learning_rate = 0.7;
    Optimizer<float> by_argument(told, options);
    set_gradients(own, 0);
    set_gradients(told, 0);
    by_options.step(context);
    by_argument.step(context, 0.05);
    EXPECT_EQ(own.values().values(), told.values().values()) << name;
    by_options.set_learning_rate(0.3);
    EXPECT_EQ(by_options.learning_rate(), 0.3);
    set_gradients(own, 1);
    set_gradients(told, 1);
    by_options.step(context);
    by_argument.step(context, 0.3);
    EXPECT_EQ(own.values().values(), told.values().values()) << name;
    EXPECT_EQ(by_argument.learning_rate(), 0.7);
    EXPECT_THROW(by_options.set_learning_rate(-1), ValueError);
  }
}

TEST(Optimizer, FollowsPyTorchInDouble) {
  expect_pytorchs_trajectories<double>(1e-13);
}

TEST(Optimizer, FollowsPyTorchInFloat) {
  expect_pytorchs_trajectories<float>(2e-6);
}

TEST(Optimizer, AnyNumberOfThreadsGivesTheSameBits) {
  for (const auto& [name, options] : kCases) {
    std::vector<std::vector<float>> results;
    for (const int threads : {1, 2, 3}) {
      Context context(threads);
      ParameterBlock<float> block({{"w", wave<float>(50'001, 0.3), {}}});
      Optimizer<float> optimizer(block, options);
      for (int step = 0; step < 3; ++step) {
        set_gradients(block, step);
        clip_grad_norm(context, block.gradients(), 1.0);
        optimizer.step(context, options.learning_rate);
      }
      results.push_back(block.values().values());
    }
    EXPECT_EQ(results[0], results[1]) << name;
    EXPECT_EQ(results[0], results[2]) << name;
  }
}

TEST(Optimizer, StateContinuesWithTheSameBits) {
  Context context(1);
  for (const auto& [name, options] : kCases) {
    ParameterBlock<float> a({{"w", wave<float>(7, 0.3), {}}}), b({{"w", wave<float>(7, 0.3), {}}});
    Optimizer<float> first(a, options);
    for (int step = 0; step < 4; ++step) {
      set_gradients(a, step);
      first.step(context, 0.01);
    }
    b.values().copy_from(a.values());
    Optimizer<float> second(b, options);
    second.load(first.steps(), first.state());
    for (int step = 4; step < 6; ++step) {
      set_gradients(a, step);
      first.step(context, 0.01);
      set_gradients(b, step);
      second.step(context, 0.01);
    }
    EXPECT_EQ(a.values().values(), b.values().values()) << name;
    auto state = first.state();
    state[0].first = "else";
    EXPECT_THROW(second.load(1, state), ValueError);
    state = first.state();
    state[0].second = Tensor<float>({3});
    EXPECT_THROW(second.load(1, state), ShapeError);
  }
}

TEST(Optimizer, RefusesOptionsOutsideTheirRange) {
  ParameterBlock<float> block({{"w", wave<float>(7, 0.3), {}}});
  EXPECT_THROW(Optimizer<float>(block, {.learning_rate = 0}), ValueError);
  EXPECT_THROW(Optimizer<float>(block, {.momentum = 1}), ValueError);
  EXPECT_THROW(Optimizer<float>(block, {.beta2 = -0.1}), ValueError);
  EXPECT_THROW(Optimizer<float>(block, {.weight_decay = -1}), ValueError);
}

TEST(Clip, ByNormReturnsTheNormBefore) {
  Context context(1);
  Tensor<float> g({2}, {3, 4});
  EXPECT_DOUBLE_EQ(clip_grad_norm(context, g, 10.0), 5);
  EXPECT_EQ(g[0], 3);
  EXPECT_DOUBLE_EQ(clip_grad_norm(context, g, 1.0), 5);
  EXPECT_NEAR(g[0], 0.6, 1e-6);
  g[0] = NAN;
  EXPECT_TRUE(std::isnan(clip_grad_norm(context, g, 1.0)));
  EXPECT_NEAR(g[1], 0.8, 1e-6) << "a norm that is not finite must not spread";
  EXPECT_THROW(clip_grad_norm(context, g, 0.0), ValueError);
}

TEST(Clip, ByValue) {
  Context context(1);
  Tensor<double> g({3}, {3, -4, 0.5});
  clip_grad_value(context, g, 1.0);
  EXPECT_EQ(g.values(), (std::vector<double>{1, -1, 0.5}));
}

std::vector<double> rates(const ScheduleOptions& options, int steps, const std::vector<double>& losses = {}) {
  Schedule schedule(1.0, options);
  std::vector<double> out;
  for (int i = 0; i < steps; ++i) {
    out.push_back(schedule.rate());
    schedule.after_step();
    schedule.after_epoch(losses.empty() ? 0 : losses[static_cast<std::size_t>(i)]);
  }
  return out;
}

TEST(Schedule, FollowsItsFormula) {
  EXPECT_EQ(rates({.warmup_steps = 4}, 6), (std::vector<double>{0.25, 0.5, 0.75, 1, 1, 1}));
  const auto step = rates({.kind = ScheduleKind::step, .step_size = 2}, 5);
  EXPECT_NEAR(step[1], 1, 1e-15);
  EXPECT_NEAR(step[2], 0.1, 1e-15);
  EXPECT_NEAR(step[4], 0.01, 1e-15);
  const auto cosine = rates({.kind = ScheduleKind::cosine, .total_steps = 4, .minimum = 0.2}, 6);
  EXPECT_NEAR(cosine[0], 1, 1e-15);
  EXPECT_NEAR(cosine[2], 0.6, 1e-15);
  EXPECT_NEAR(cosine[5], 0.2, 1e-15);
  EXPECT_EQ(rates({.kind = ScheduleKind::plateau, .factor = 0.5, .patience = 1}, 6, {3, 2, 2, 2, 2, 2}),
            (std::vector<double>{1, 1, 1, 1, 0.5, 0.5}));
  EXPECT_THROW(Schedule(1.0, {.kind = ScheduleKind::cosine}), ValueError);
  EXPECT_THROW(Schedule(1.0, {.minimum = 2}), ValueError);
}

}  // namespace
}  // namespace recurra
