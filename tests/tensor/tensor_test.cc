// SPDX-License-Identifier: Apache-2.0
#include "recurra/tensor/tensor.h"

#include <sstream>

#include <gtest/gtest.h>

namespace recurra {
namespace {

TEST(Shape, RefusesNegativeAndOverflowingExtents) {
  EXPECT_THROW(Shape({2, -1}), ShapeError);
  EXPECT_THROW(Shape({Index{1} << 40, Index{1} << 40}), ShapeError);
  EXPECT_EQ(Shape({3, 4})[-1], 4);
  EXPECT_THROW(Shape({3, 4})[2], ShapeError);
}

TEST(Tensor, ViewsShareAndClonesDoNot) {
  Tensor<float> x({4, 3});
  Tensor<float> row = x.slice(2, 3).reshape({3});
  row[1] = 5;
  EXPECT_EQ(x.at({2, 1}), 5);
  Tensor<float> copy = x.clone();
  copy.at({2, 1}) = 6;
  EXPECT_EQ(x.at({2, 1}), 5);
  EXPECT_EQ(x.reshape({-1, 2}).dim(0), 6);
}

TEST(Tensor, ErrorsNameTheShapes) {
  Tensor<float> x({4, 3});
  try {
    x.reshape({5, 2});
    FAIL();
  } catch (const ShapeError& error) {
    EXPECT_NE(std::string(error.what()).find("[4, 3]"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("[5, 2]"), std::string::npos);
  }
  EXPECT_THROW(x.slice(3, 5), ShapeError);
  EXPECT_THROW(x.at({4, 0}), ShapeError);
  EXPECT_THROW(x.item(), ShapeError);
}

TEST(Tensor, EmptyIsLegal) {
  Tensor<float> none;
  EXPECT_FALSE(none.defined());
  EXPECT_EQ(none.size(), 0);
  Tensor<float> empty({0, 3});
  EXPECT_TRUE(empty.defined());
  EXPECT_EQ(empty.slice(0, 0).size(), 0);
}

TEST(Tensor, Prints) {
  std::ostringstream out;
  out << Tensor<float>({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(out.str(), "Tensor[2, 2]\n  1 2\n  3 4");
}

}  // namespace
}  // namespace recurra
