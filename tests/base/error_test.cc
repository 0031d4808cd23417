// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/error.h"

#include <cmath>

#include <gtest/gtest.h>

namespace recurra {
namespace {

TEST(Error, JoinsTextAndNumbers) {
  EXPECT_EQ(concat("row ", 3, ": ", 0.1, ' ', std::string("lr"), ' ', -7L, ' ', 7U), "row 3: 0.1 lr -7 7");
  EXPECT_EQ(concat(std::nan(""), ' ', -std::nan(""), ' ', -INFINITY, ' ', -0.0), "nan nan -inf -0");
}

TEST(Error, RequireThrowsTheKindThatIsAskedFor) {
  EXPECT_NO_THROW(require(true, "fine"));
  EXPECT_THROW(require(false, "bad"), ValueError);
  EXPECT_THROW(require<IoError>(false, "bad"), IoError);
}

}  // namespace
}  // namespace recurra
