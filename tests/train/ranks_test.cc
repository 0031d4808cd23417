// SPDX-License-Identifier: Apache-2.0
// Ranks that share a training: the tree of shards, what they must agree on, and when they stop.
#include <gtest/gtest.h>

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
      const auto found = share_work(context, "squares", 4, [&](Index piece) {
        ++made;
        return std::to_string(piece * piece);
      });
      EXPECT_EQ(found, (std::vector<std::string>{"0", "1", "4", "9"}));
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

TEST(Ranks, OneThatIsAskedToStopStopsAll) {
  LocalRanks(3).run([](Context& context) {
    Ranks& ranks = *context.ranks();
    EXPECT_FALSE(any_rank(ranks, false));
    EXPECT_TRUE(any_rank(ranks, ranks.rank() == 2));
  });
}

}  // namespace
}  // namespace recurra::ranks_test
