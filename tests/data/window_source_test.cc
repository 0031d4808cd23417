// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/window_source.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "recurra/data/set_reader.h"

namespace recurra::window_source_test {
namespace {

const double kNaN = std::nan("");

/// Series s has `lengths[s]` steps, whose target is 100 s + t.
SeriesSet counting(const std::vector<int>& lengths, std::size_t memory_bytes = std::size_t{1} << 30) {
  std::string file = "unique_id,ds,y,heat,promo,kind\n";
  for (std::size_t s = 0; s < lengths.size(); ++s)
    for (int t = 0; t < lengths[s] + 3; ++t)
      file += concat("s", s, ",", t, ",", t < lengths[s] ? concat(100 * s + t) : "", ",",
                     t < lengths[s] ? concat(-t) : "", ",", t % 3 == 0 ? "yes" : "no", s % 2 ? ",odd\n" : ",even\n");
  SetRequest request{.known = {"promo"}, .past = {"heat"}, .fixed = {"kind"}};
  request.storage.memory_bytes = memory_bytes;
  return parse_series_set(file, "counting.csv", request);
}

TEST(WindowSource, CountsTheWindowsOfEachSeries) {
  const SeriesSet set = counting({10, 7, 12});
  const WindowSource windows(set, {.lookback = 4, .horizon = 2}, whole_range(set));
  EXPECT_EQ(windows.count(), 5 + 2 + 7);
  EXPECT_EQ(windows.origin(0), (Origin{0, 4}));
  EXPECT_EQ(windows.origin(4), (Origin{0, 8}));
  EXPECT_EQ(windows.origin(5), (Origin{1, 4}));
  EXPECT_EQ(windows.origin(13), (Origin{2, 10}));
  EXPECT_THROW(windows.origin(14), ValueError);
  EXPECT_TRUE(windows.notes().empty());
  EXPECT_THROW(WindowSource(set, {.lookback = 0}, whole_range(set)), ValueError);
}

TEST(WindowSource, GathersTargetsInputsAndWhatIsKnownAhead) {
  for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{0}}) {
    const SeriesSet set = counting({10, 7}, memory);
    const WindowSource windows(set, {.lookback = 3, .horizon = 2}, whole_range(set));
    const std::vector<Origin> origins = {{1, 4}, {0, 10}};
    const SetBatch batch = windows.gather(origins);
    EXPECT_EQ(batch.targets.shape(), Shape({3, 2, 1}));
    EXPECT_EQ(batch.targets.values(), (std::vector<double>{101, 7, 102, 8, 103, 9}));
    EXPECT_EQ(batch.past.values(), (std::vector<double>{-1, -7, -2, -8, -3, -9}));
    EXPECT_EQ(batch.known.shape(), Shape({5, 2, 1}));
    EXPECT_EQ(batch.known.values(), (std::vector<double>{0, 0, 0, 0, 1, 1, 0, 0, 0, 0}));
    EXPECT_EQ(batch.fixed.values(), (std::vector<double>{2, 1}));
    EXPECT_EQ(batch.present.values(), std::vector<double>(6, 1));
    EXPECT_EQ(batch.future.shape(), Shape({2, 2, 1}));
    EXPECT_EQ(batch.future[0], 104);
    EXPECT_EQ(batch.future[1], 105);
    EXPECT_TRUE(std::isnan(batch.future[2]) && std::isnan(batch.future[3]));
  }
}

TEST(WindowSource, PadsOrLeavesOutSeriesThatAreTooShort) {
  const SeriesSet set = counting({10, 3, 1, 5});
  const WindowSource padded(set, {.lookback = 4, .horizon = 2}, whole_range(set));
  // Of series 1 origin 1; of series 3 origins 1 to 3; series 2 has nothing to learn from.
  EXPECT_EQ(padded.count(), 5 + 1 + 3);
  EXPECT_EQ(padded.origin(5), (Origin{1, 1}));
  const std::vector<Origin> origins = {{1, 1}, {3, 3}};
  const SetBatch batch = padded.gather(origins);
  EXPECT_EQ(batch.present.values(), (std::vector<double>{0, 0, 0, 1, 0, 1, 1, 1}));
  EXPECT_TRUE(std::isnan(batch.targets[0]));
  EXPECT_EQ(batch.targets[6], 100);
  EXPECT_EQ(batch.targets[7], 302);
  EXPECT_TRUE(std::isnan(batch.known[0]));
  ASSERT_EQ(padded.notes().size(), 2u);
  EXPECT_EQ(padded.notes()[0],
            "counting.csv: 2 of 4 series are too short for a window of 4 + 2 steps and were padded, "
            "the first 's1'");
  EXPECT_NE(padded.notes()[1].find("1 of 4 series"), std::string::npos);
  const WindowSource strict(set, {.lookback = 4, .horizon = 2, .short_series = ShortSeries::leave_out},
                            whole_range(set));
  EXPECT_EQ(strict.count(), 5);
  EXPECT_NE(strict.notes()[0].find("3 of 4 series are too short for a window of 4 + 2 steps and were left out"),
            std::string::npos);
}

TEST(WindowSource, KeepsTargetsWithinTheRange) {
  const SeriesSet set = counting({20, 10});
  const auto parts = split_series(set, {0.5, 0.25, 0.25});
  const WindowSource train(set, {.lookback = 4, .horizon = 2}, parts[0]);
  EXPECT_EQ(train.origin(train.count() - 1), (Origin{1, 3}));  // padded: half of ten steps hold no full window
  const WindowSource validation(set, {.lookback = 4, .horizon = 2}, parts[1]);
  EXPECT_EQ(validation.origin(0), (Origin{0, 10}));  // inputs may lie before the range
  const WindowSource long_horizon(set, {.lookback = 4, .horizon = 8}, parts[0]);
  const std::vector<Origin> origins = {{0, 4}};
  const SetBatch batch = long_horizon.gather(origins);
  EXPECT_EQ(batch.future[5], 9);
  EXPECT_TRUE(std::isnan(batch.future[6]));  // it belongs to the validation
  const SetRange places = range_of_places(set, 5, 12);
  EXPECT_EQ(places.begin, (std::vector<Index>{5, 5}));
  EXPECT_EQ(places.end, (std::vector<Index>{12, 10}));
}

TEST(WindowSource, SkipsWindowsWithoutAPresentTarget) {
  SeriesSet set = set_of_one({"x.csv", {"y"}, {{0, 1, 2, kNaN, kNaN, kNaN, 6, 7, kNaN, 9}}, {}, {}}, "x", 1);
  const WindowSource windows(set, {.lookback = 1, .horizon = 2}, whole_range(set));
  std::vector<Index> origins;
  for (Index i = 0; i < windows.count(); ++i) origins.push_back(windows.origin(i).time);
  EXPECT_EQ(origins, (std::vector<Index>{1, 2, 5, 6, 7, 8}));  // at 3 and 4 both targets are missing
}

TEST(WindowSource, GathersTheSameBitsFromAnyThread) {
  const SeriesSet set = counting({200, 150, 90, 30}, 0);
  const WindowSource windows(set, {.lookback = 24, .horizon = 6}, whole_range(set));
  std::vector<Origin> origins;
  for (Index i = 0; i < windows.count(); i += 3) origins.push_back(windows.origin(i));
  const SetBatch alone = windows.gather(origins);
  std::vector<SetBatch> batches(4);
  std::vector<std::thread> threads;
  for (SetBatch& batch : batches) threads.emplace_back([&] { batch = windows.gather(origins); });
  for (std::thread& thread : threads) thread.join();
  for (const SetBatch& batch : batches) {
    EXPECT_EQ(batch.targets.values(), alone.targets.values());
    EXPECT_EQ(batch.known.values(), alone.known.values());
    EXPECT_EQ(batch.future.values(), alone.future.values());
  }
}

TEST(WindowSource, ForecastsFromTheEndOfEachSeries) {
  const SeriesSet set = counting({10, 2});
  const std::vector<Origin> origins = forecast_origins(set);
  EXPECT_EQ(origins, (std::vector<Origin>{{0, 10}, {1, 2}}));
  const WindowSource windows(set, {.lookback = 3, .horizon = 3}, whole_range(set));
  const SetBatch batch = windows.gather(origins);
  EXPECT_EQ(batch.present.values(), (std::vector<double>{1, 0, 1, 1, 1, 1}));
  for (Index i = 6; i < 12; ++i) EXPECT_FALSE(std::isnan(batch.known[i]));  // the plan
  EXPECT_THROW(windows.gather(std::vector<Origin>{{0, 0}}), ValueError);
  EXPECT_THROW(windows.gather(std::vector<Origin>{{0, 11}}), ValueError);
}

}  // namespace
}  // namespace recurra::window_source_test
