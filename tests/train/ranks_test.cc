// SPDX-License-Identifier: Apache-2.0
// Ranks that share a training: the tree of shards, what they must agree on, and when they stop.
#include <gtest/gtest.h>

#include <chrono>

#include "recurra/autograd/functions/losses.h"
#include "recurra/io/model_file.h"
#include "recurra/train/distributed/agreement.h"
#include "recurra/train/distributed/shard_tree.h"
#include "recurra/train/distributed/share_work.h"
#include "tests/error_of.h"
#include "tests/local_ranks.h"

namespace recurra::ranks_test {
namespace {

/// One weight that is to become the mean of the items' numbers.
class Mean : public Problem {
 public:
  explicit Mean(float first = 0, Index items = 10) : items_(items), block_({{"w", w_, {}}}) { w_.value()[0] = first; }

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return items_; }
  Loss training_loss(Tape<float>&, std::span<const Index>) const override { return {w_, 1}; }
  std::optional<double> validation_loss(Context&) const override { return std::nullopt; }

 private:
  Index items_;
  Variable<float> w_{Tensor<float>({1}), true};
  ParameterBlock<float> block_;
};

TEST(ShardTree, NodesOfARangeAreTheLargestWithinIt) {
  const ShardNode root{0, 12};
  EXPECT_EQ(nodes_within(root, 0, 12), std::vector<ShardNode>{root});
  EXPECT_EQ(nodes_within(root, 6, 12), (std::vector<ShardNode>{{6, 6}}));
  EXPECT_EQ(nodes_within(root, 4, 8), (std::vector<ShardNode>{{4, 2}, {6, 1}, {7, 1}}));
  EXPECT_TRUE(nodes_within(root, 5, 5).empty());
}

TEST(ShardTree, ASumTakesTheHalvesInOrderAndSkipsWhatDoesNotCount) {
  const auto shard = [](const ShardNode& node) -> std::optional<std::optional<std::string>> {
    if (node.count > 1) return std::nullopt;
    return node.first == 3 ? std::optional<std::string>() : concat(node.first);
  };
  const auto add = [](const std::string& a, const std::string& b) { return "(" + a + "+" + b + ")"; };
  EXPECT_EQ(sum_of_node<std::string>({0, 6}, shard, add), "((0+(1+2))+(4+5))");
}

/// What ranks say that differ in something: `options` and `problem` of rank 1.
std::string refused(int size, const TrainOptions& first, const TrainOptions& other, float other_weight = 0,
                    Index other_items = 10) {
  return error_of([&] {
    LocalRanks(size).run([&](Context& context) {
      const bool odd = context.ranks()->rank() == 1;
      const Mean problem(odd ? other_weight : 0, odd ? other_items : 10);
      require_same_run(*context.ranks(), odd ? other : first, problem);
    });
  });
}

TEST(Ranks, WhatTheyDoNotShareIsNamed) {
  TrainOptions options;
  options.shards = 6;
  EXPECT_EQ(refused(3, options, options), "no error");
  TrainOptions other = options;
  other.batch_size = 16;
  EXPECT_EQ(refused(2, options, other), "train: rank 1 is about to train something else: batch 32 -> 16");
  EXPECT_NE(refused(2, options, options, 0, 12).find("training items 10 on rank 0, 12"), std::string::npos);
  EXPECT_NE(refused(2, options, options, 0.5f).find("the first weights"), std::string::npos);
  EXPECT_NE(refused(4, options, options).find("expected a multiple of the 4 ranks, found 6"), std::string::npos);
}

TEST(Ranks, DivideWork) {
  for (const int size : {1, 2, 5})
    LocalRanks(size).run([&](Context& context) {
      Index made = 0;
      std::vector<std::string> heard(4);
      const auto make = [&](Index piece) {
        ++made;
        return std::to_string(piece * piece);
      };
      const auto found = share_work(context, "squares", 4, make, [&](Index piece, const std::string& gave) {
        std::string& once = heard[static_cast<std::size_t>(piece)];
        EXPECT_TRUE(once.empty());
        once = gave;
      });
      EXPECT_EQ(found, (std::vector<std::string>{"0", "1", "4", "9"}));
      EXPECT_EQ(heard, found);
      EXPECT_NEAR(static_cast<double>(made), 4.0 / size, 1);
      EXPECT_NE(context.ranks(), nullptr) << "again, afterwards";
    });
  const std::string refusal = error_of([] {
    LocalRanks(2).run([](Context& context) {
      const std::string work = context.ranks()->rank() == 1 ? "cubes" : "squares";
      share_work(context, work, 4, [](Index) { return std::string(); });
    });
  });
  EXPECT_NE(refusal.find("rank 1 is about to train something else: other data or options"), std::string::npos);
}

/// What ranks say with a timeout of 1.5 s, which a busy machine keeps, if rank 1 needs twice as long for its piece.
std::string while_one_is_slow(const std::function<void(std::chrono::steady_clock::time_point until)>& pass) {
  return error_of([&] {
    LocalRanks(2, 1.5).run([&](Context& context) {
      share_work(context, "work", 2, [&](Index piece) {
        if (piece == 1) pass(std::chrono::steady_clock::now() + std::chrono::seconds(3));
        return std::string("done");
      });
    });
  });
}

TEST(Ranks, WaitForOneThatComputesButNotForOneThatHangs) {
  EXPECT_EQ(while_one_is_slow([](auto until) {
              while (std::chrono::steady_clock::now() < until) {
              }
            }),
            "no error");
  EXPECT_EQ(while_one_is_slow([](auto until) { std::this_thread::sleep_until(until); }),
            "ranks: rank 1 has not answered for 1.5 s");
}

std::vector<float> numbers(const Tensor<float>& x) {
  return {x.span().begin(), x.span().end()};
}

/// More weights than two blocks of a sum, each to become the mean of the items' numbers; some ranks have no part.
class Means : public Problem {
 public:
  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return 10; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    Tensor<float> target(w_.shape());
    for (Index i = 0; i < target.size(); ++i)
      for (const Index item : items)
        target[i] += static_cast<float>((item * 7919 + i * 31) % 101) / static_cast<float>(items.size());
    return {mse_loss(tape, w_, target), static_cast<double>(items.size())};
  }
  std::optional<double> validation_loss(Context&) const override { return std::nullopt; }

 private:
  Variable<float> w_{Tensor<float>({9'001}), true};
  ParameterBlock<float> block_{{{"w", w_, {}}}};
};

TEST(Ranks, DivideTheOptimiserAndWriteOneCheckpoint) {
  TrainOptions options;
  options.epochs = 3;
  options.batch_size = 6;
  options.shards = 6;
  for (const OptimizerKind kind : {OptimizerKind::adam, OptimizerKind::sgd, OptimizerKind::rmsprop})
    for (const auto& [norm, value] : {std::pair(0.0, 0.0), std::pair(0.05, 0.0), std::pair(0.0, 1e-3)}) {
      options.optimizer = {.kind = kind, .momentum = 0.9};
      options.clip_norm = norm;
      options.clip_value = value;
      options.checkpoint = testing::TempDir() + "one_process";
      Context one(1);
      Means alone;
      const TrainResult expected = train(one, alone, options);
      for (const int size : {2, 3, 6}) {
        const std::string together = testing::TempDir() + concat("ranks-", size);
        LocalRanks(size).run([&](Context& context) {
          TrainOptions own = options;
          own.checkpoint = together;
          Means problem;
          const TrainResult result = train(context, problem, own);
          EXPECT_EQ(result.history.back().gradient_norm, expected.history.back().gradient_norm);
          EXPECT_EQ(numbers(problem.parameters().values()), numbers(alone.parameters().values())) << size << " ranks";
        });
        const ModelFile first = read_checkpoint(options.checkpoint, "train");
        const ModelFile other = read_checkpoint(together, "train");
        ASSERT_EQ(first.tensors.size(), other.tensors.size());
        for (std::size_t i = 0; i < first.tensors.size(); ++i)
          EXPECT_EQ(numbers(first.tensors[i].second), numbers(other.tensors[i].second)) << first.tensors[i].first;
      }
    }
}

TEST(Ranks, ResumeWithAnotherNumberOfRanks) {
  TrainOptions options;
  options.batch_size = 6;
  options.shards = 6;
  options.epochs = 4;
  Context one(1);
  Means alone;
  train(one, alone, options);
  options.checkpoint = testing::TempDir() + "three_ranks";
  options.epochs = 2;
  LocalRanks(3).run([&](Context& context) {
    Means problem;
    train(context, problem, options);
  });
  options.epochs = 4;
  LocalRanks(2).run([&](Context& context) {
    Means problem;
    train(context, problem, options, nullptr, options.checkpoint);
    EXPECT_EQ(numbers(problem.parameters().values()), numbers(alone.parameters().values()));
  });
}

TEST(Ranks, OneThatIsAskedToStopStopsAll) {
  LocalRanks(3).run([](Context& context) {
    Ranks& ranks = *context.ranks();
    EXPECT_FALSE(any_rank(ranks, false));
    EXPECT_TRUE(any_rank(ranks, ranks.rank() == 2));
  });
}

}  // namespace
}  // namespace recurra::ranks_test
