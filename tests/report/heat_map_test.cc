// SPDX-License-Identifier: Apache-2.0
#include "recurra/report/heat_map.h"

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

TEST(HeatMap, DrawsACellForEachValueAndEscapesNames) {
  HeatMap map{.title = "a <b>", .columns = {"<", "y"}, .rows = {"&"}};
  map.values = {{0.25, 7}};
  const std::string svg = map.svg();
  EXPECT_NE(svg.find("fill-opacity=\"0.250\""), std::string::npos);
  EXPECT_NE(svg.find("fill-opacity=\"1.000\""), std::string::npos);  // cut at 1
  EXPECT_NE(svg.find("&amp; from &lt;: 0.25"), std::string::npos);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  map.values = {{0.25}};
  EXPECT_THROW(map.svg(), ValueError);
  map.values = {};
  EXPECT_THROW(map.svg(), ValueError);
}

}  // namespace
}  // namespace recurra
