// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>

namespace recurra::series_set_test {
namespace {

const double kNaN = std::nan("");

std::shared_ptr<const TypedColumn> column(ColumnKind kind, const std::vector<double>& values) {
  auto out = std::make_shared<TypedColumn>(kind, StorageOptions{});
  for (const double x : values) out->append(x);
  out->finish();
  return out;
}

/// Two daily shops: a has 3 steps and 2 planned, b begins two days later and has 2 steps and 1 planned.
SeriesSet shops() {
  SeriesSet set{.source = "shops.csv"};
  TimeFormat format{.kind = TimeFormat::Kind::epoch};
  set.calendar.axis = TimeAxis{.format = format, .start = 0, .step = kTicksPerDay};
  set.columns = {{"sales"}, {"promo", Role::known, ColumnKind::truth}, {"size", Role::fixed}};
  set.series = {{.id = "a", .first_row = 0, .start = 0, .length = 3, .planned = 2},
                {.id = "b", .first_row = 5, .start = 2, .length = 2, .planned = 1}};
  set.values = {column(ColumnKind::number, {1, 2, 3, kNaN, kNaN, 10, 20, kNaN}),
                column(ColumnKind::truth, {0, 1, 0, 1, 1, 0, 0, 1}), column(ColumnKind::number, {100, 250})};
  return set;
}

TEST(ByteStore, KeepsTheSameBytesInMemoryAndInAFile) {
  for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{1000}, std::size_t{0}}) {
    ByteStore store({.memory_bytes = memory});
    for (std::int32_t i = 0; i < 700'000; ++i) store.append(&i, sizeof i);
    EXPECT_EQ(store.size(), 2'800'000u);
    EXPECT_EQ(store.is_mapped(), memory < 2'800'000);
    const auto* values = reinterpret_cast<const std::int32_t*>(store.data());
    for (std::int32_t i = 0; i < 700'000; ++i) ASSERT_EQ(values[i], i) << memory;
  }
}

TEST(ByteStore, ResizesToZerosThatCanBeWritten) {
  for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{0}}) {
    ByteStore store({.memory_bytes = memory});
    store.resize(10'000);
    EXPECT_EQ(store.data()[9'999], std::byte{0});
    store.data()[9'999] = std::byte{7};
    EXPECT_EQ(store.data()[9'999], std::byte{7});
  }
}

TEST(ByteStore, IsMappedAgainByItsAddress) {
  auto store = std::make_unique<ByteStore>(StorageOptions{.memory_bytes = 0});
  for (std::int32_t i = 0; i < 10'000; ++i) store->append(&i, sizeof i);
  EXPECT_THROW(store->address(), IoError) << "not before data()";
  store->data();
  FileAddress address = store->address();
  ByteStore other(address);
  EXPECT_EQ(other.size(), 40'000u);
  EXPECT_EQ(std::memcmp(other.data(), store->data(), 40'000), 0);
  store->data()[7] = std::byte{1};
  EXPECT_EQ(other.data()[7], std::byte{1}) << "the same pages";
  ++address.inode;
  EXPECT_THROW(ByteStore{address}, IoError) << "another file";
  --address.inode;
  store.reset();
  EXPECT_THROW(ByteStore{address}, IoError) << "gone";
  EXPECT_EQ(other.data()[7], std::byte{1}) << "but not for those that have it";
}

TEST(ByteStore, NamesAFolderThatCannotBeWritten) {
  ByteStore store({.memory_bytes = 0, .folder = "/no/such/folder"});
  const char byte = 1;
  try {
    store.append(&byte, 1);
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("'/no/such/folder': No such file"), std::string::npos) << error.what();
  }
}

TEST(TypedColumn, KeepsEachKindAndItsMissingValues) {
  for (const ColumnKind kind : {ColumnKind::number, ColumnKind::truth, ColumnKind::category}) {
    const auto values = column(kind, {1, kNaN, 0});
    EXPECT_EQ(values->size(), 3);
    EXPECT_EQ(values->at(0), 1);
    EXPECT_TRUE(std::isnan(values->at(1)));
    EXPECT_EQ(values->at(2), 0);
  }
  EXPECT_EQ(column(ColumnKind::number, {1e9 + 0.25})->at(0), 1e9 + 0.25);
  EXPECT_EQ(column(ColumnKind::category, {49'999})->at(0), 49'999);
}

TEST(SeriesSet, FindsValuesBySeriesColumnAndStep) {
  const SeriesSet set = shops();
  EXPECT_EQ(set.value(0, 0, 2), 3);
  EXPECT_EQ(set.value(1, 0, 0), 10);
  EXPECT_EQ(set.value(1, 1, 2), 1);
  EXPECT_EQ(set.value(1, 2, 0), 250);  // static: the step does not count
  EXPECT_EQ(set.stamp(1, 1), "259200");
  EXPECT_EQ(set.with_role(Role::known), (std::vector<Index>{1}));
  EXPECT_THROW(set.column_index("sale"), ValueError);
}

TEST(SeriesSet, OneSeriesIsASetOfOne) {
  const Series one{"x.csv", {"y", "wind"}, {{1, kNaN, 3, kNaN}, {4, 5, kNaN, 7}}, {}, {"a note"}};
  const SeriesSet set = set_of_one(one, "x", 1);
  ASSERT_EQ(set.count(), 1);
  EXPECT_EQ(set.series[0].length, 3);  // the last step has no target
  EXPECT_EQ(set.series[0].missing_cells, 2);
  EXPECT_EQ(set.columns[1].role, Role::past);
  EXPECT_EQ(set.notes, one.warnings);
  const Series back = series_of(set, 0);
  EXPECT_EQ(back.names, one.names);
  EXPECT_EQ(back.columns[1][1], 5);
  EXPECT_EQ(back.length(), 3);
}

TEST(SeriesSet, OneOfManyKeepsItsTimesAndItsPlan) {
  const Series b = series_of(shops(), 1);
  EXPECT_EQ(b.axis->start, 2 * kTicksPerDay);
  EXPECT_EQ(b.names, (std::vector<std::string>{"sales", "promo"}));
  EXPECT_EQ(b.columns[1], (std::vector<double>{0, 0, 1}));
  EXPECT_TRUE(std::isnan(b.columns[0][2]));
}

TEST(SeriesSet, TellsWhetherSeriesShareASteps) {
  SeriesSet set = shops();
  EXPECT_TRUE(has_overlap(set));
  set.series[1].start = 3;
  EXPECT_FALSE(has_overlap(set));
}

TEST(SeriesSet, NamesTheFirstMissingStepOfAPlan) {
  const SeriesSet set = shops();
  require_plan(set, 1);
  try {
    require_plan(set, 3);
    FAIL();
  } catch (const ValueError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("for 3 steps"), std::string::npos) << what;
    EXPECT_NE(what.find("3 values are missing in 2 of 2 series"), std::string::npos) << what;
    EXPECT_NE(what.find("'promo' for 432000 of series 'a'"), std::string::npos) << what;
  }
}

TEST(SetColumn, SaysUnknownForWhatItsVocabularyLacks) {
  const SetColumn holiday{"holiday", Role::known, ColumnKind::category, {"Easter", "May Day"}};
  EXPECT_EQ(holiday.category(2), "May Day");
  EXPECT_EQ(holiday.category(kUnknownCategory), "unknown");
  EXPECT_EQ(holiday.category(3), "unknown");
}

}  // namespace
}  // namespace recurra::series_set_test
