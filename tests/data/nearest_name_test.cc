// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/nearest_name.h"

#include <gtest/gtest.h>

namespace recurra {
namespace {

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  EXPECT_EQ(nearest_name("lsmt", {"lstm", "gru", "rnn"}), "lstm");
  EXPECT_EQ(nearest_name("lt", {"lstm", "gru"}), "");
  EXPECT_EQ(nearest_name("horizn", {"season", "horizon"}), "horizon");
  EXPECT_EQ(nearest_name("DEMAND", {"demand"}), "demand");
  EXPECT_EQ(nearest_name("x", {"temperature"}), "");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace recurra
