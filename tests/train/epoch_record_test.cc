// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/epoch_record.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

TEST(EpochRecord, IsKeyedByTheNamesOfItsMembers) {
  EpochRecord record{3, 0.5, std::nan(""), 1e-3, 4, 5, 1, 0.25};
  const nlohmann::json json = to_json(std::vector{record});
  EXPECT_EQ(json.dump(),
            R"([{"clipped_norm":1.0,"epoch":3,"gradient_norm":4.0,"largest_gradient_norm":5.0,"learning_rate":0.001,)"
            R"("seconds":0.25,"train_loss":0.5,"validation_loss":null}])");
  const std::vector<EpochRecord> back = epoch_records_from(json, "m");
  ASSERT_EQ(back.size(), 1u);
  EXPECT_TRUE(std::isnan(back[0].validation_loss));
  EXPECT_EQ(back[0].largest_gradient_norm, 5);
  EXPECT_EQ(to_json(back), json);
}

TEST(EpochRecord, TheArraysOfEarlierVersionsAreRead) {
  const auto back = epoch_records_from(nlohmann::json::parse("[[0,0,2,0,0,0,0,0],[1,0.5,1.5,0.001,4,5,1,0.25]]"), "m");
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[1].epoch, 1);
  EXPECT_EQ(back[1].train_loss, 0.5);
  EXPECT_EQ(back[1].validation_loss, 1.5);
  EXPECT_EQ(back[1].learning_rate, 0.001);
  EXPECT_EQ(back[1].gradient_norm, 4);
  EXPECT_EQ(back[1].largest_gradient_norm, 5);
  EXPECT_EQ(back[1].clipped_norm, 1);
  EXPECT_EQ(back[1].seconds, 0.25);
}

TEST(EpochRecord, AnythingElseIsRefused) {
  for (const char* bad :
       {R"({})", R"([1])", R"([[1,2,3]])", R"([[1,2,3,4,5,6,7,"8"]])", R"([[-1,0,0,0,0,0,0,0]])", R"([{"epoch":1}])"})
    EXPECT_THROW(epoch_records_from(nlohmann::json::parse(bad), "m"), FormatError) << bad;
}

}  // namespace
}  // namespace recurra
