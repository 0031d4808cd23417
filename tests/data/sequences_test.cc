// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/sequences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "recurra/data/batches.h"

namespace recurra {
namespace {

std::vector<Index> uneven(Index count) {
  std::vector<Index> lengths;
  for (Index i = 0; i < count; ++i) lengths.push_back(1 + (i * 37) % 90);
  return lengths;
}

TEST(Sequences, GatherPadsWithZerosAndKeepsTheOrder) {
  Sequences<float> set(2);
  set.add(std::vector<float>{1, 2, 3, 4, 5, 6});
  set.add(std::vector<float>{});
  set.add(std::vector<float>{7, 8});
  const std::vector<Index> items = {2, 0, 1};
  const PaddedBatch<float> batch = gather(set, items);
  EXPECT_EQ(batch.lengths, (std::vector<Index>{1, 3, 0}));
  EXPECT_EQ(batch.x.shape(), Shape({3, 3, 2}));
  EXPECT_EQ(batch.x.values(), (std::vector<float>{7, 8, 1, 2, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0}));
  EXPECT_EQ(subset(set, items).lengths(), batch.lengths);
  EXPECT_THROW(set.add(std::vector<float>{1}), ShapeError);
}

TEST(BatchOrder, BucketsHoldEveryItemOnceAndRepeat) {
  const auto lengths = uneven(1003);
  const BatchOrder order(lengths, 8, true, 5), again(lengths, 8, true, 5), other(lengths, 8, true, 6);
  std::set<Index> seen;
  std::vector<Index> all, repeated, different;
  for (Index i = 0; i < order.batches(); ++i) {
    for (const Index item : order.batch(2, i)) seen.insert(item), all.push_back(item);
    for (const Index item : again.batch(2, i)) repeated.push_back(item);
    for (const Index item : other.batch(2, i)) different.push_back(item);
  }
  EXPECT_EQ(order.batches(), 126);
  EXPECT_EQ(seen.size(), 1003u);
  EXPECT_EQ(all.size(), 1003u);
  EXPECT_EQ(all, repeated);
  EXPECT_NE(all, different);
  EXPECT_NE(order.batch(0, 0), order.batch(1, 0));
}

TEST(BatchOrder, BucketsCostFarLessPaddingThanChance) {
  const auto lengths = uneven(2000);
  EXPECT_LT(padding_share(BatchOrder(lengths, 8, true, 5), {lengths}), 0.05);
  EXPECT_GT(padding_share(BatchOrder(2000, 8, true, 5), {lengths}), 0.3);
  const std::vector<Index> equal(10, 7), empty(10, 0);
  EXPECT_EQ(padding_share(BatchOrder(equal, 4, true, 5), {equal}), 0);
  EXPECT_EQ(padding_share(BatchOrder(empty, 4, true, 5), {empty}), 0);
  // Two sides are padded apart: of 2 x 5 and 2 x 3 steps 5 + 1 and 2 + 3 are there.
  const std::vector<Index> source = {5, 1}, target = {2, 3};
  EXPECT_DOUBLE_EQ(padding_share(BatchOrder(2, 2, true, 5), {source, target}), 5.0 / 16);
}

/// The batches of an epoch, in their order.
std::vector<std::vector<Index>> batches_of(const BatchOrder& order, std::uint64_t epoch) {
  std::vector<std::vector<Index>> out;
  for (Index i = 0; i < order.batches(); ++i) out.push_back(order.batch(epoch, i));
  return out;
}

TEST(BatchOrder, ItemsOfOneLengthMeetOthersInEachEpoch) {
  const std::vector<Index> equal(64, 7);
  const auto companies = [&](std::uint64_t epoch) {
    std::set<std::set<Index>> out;
    for (const auto& batch : batches_of(BatchOrder(equal, 8, true, 5), epoch)) out.emplace(batch.begin(), batch.end());
    return out;
  };
  std::set<std::set<Index>> seen;
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) seen.merge(companies(epoch));
  EXPECT_EQ(seen.size(), 32u);  // no batch of 8 comes twice
}

TEST(BatchOrder, BucketsComeInNoOrderOfLengthAndAnotherInEachEpoch) {
  std::vector<Index> lengths(160);
  std::iota(lengths.begin(), lengths.end(), Index{1});  // all different: each batch of a pool has one place by length
  const BatchOrder order(lengths, 8, true, 5);
  const auto shortest = [&](std::uint64_t epoch) {
    std::vector<Index> out;
    for (const auto& batch : batches_of(order, epoch)) out.push_back(*std::min_element(batch.begin(), batch.end()));
    return out;
  };
  const std::vector<Index> first = shortest(0), second = shortest(1);
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
  EXPECT_FALSE(std::is_sorted(second.begin(), second.end()));
  EXPECT_NE(first, second);
  EXPECT_EQ(std::set<Index>(first.begin(), first.end()), std::set<Index>(second.begin(), second.end()));
}

TEST(BatchOrder, LengthBatchesAreSorted) {
  const std::vector<Index> lengths = {5, 1, 4, 1, 3};
  EXPECT_EQ(length_batches(lengths, 2), (std::vector<std::vector<Index>>{{1, 3}, {4, 2}, {0}}));
  EXPECT_TRUE(length_batches({}, 2).empty());
}

}  // namespace
}  // namespace recurra
