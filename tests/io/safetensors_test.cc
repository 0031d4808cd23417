// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace recurra::safetensors_test {
namespace {

TensorFile sample() {
  return {{{"note", "a \"quoted\" text"}},
          {{"b", Tensor<float>({2, 2}, {1, -0.0f, 3e-40f, INFINITY})},
           {"a", Tensor<float>({3}, {5, 6, 7})},
           {"empty", Tensor<float>({0, 4})}}};
}

std::string with_header(const std::string& header, const std::string& data = "") {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

std::string error_of(const std::string& bytes) {
  try {
    parse_safetensors(bytes, "x.safetensors");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

#define EXPECT_COMPLAINT(bytes, part) EXPECT_NE(error_of(bytes).find(part), std::string::npos) << error_of(bytes)

TEST(Safetensors, RoundTripKeepsEveryBit) {
  const TensorFile file = sample(), back = parse_safetensors(safetensors_bytes(file), "x");
  EXPECT_EQ(back.metadata, file.metadata);
  ASSERT_EQ(back.tensors.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.tensors[i].first, file.tensors[i].first);
    EXPECT_EQ(back.tensors[i].second.shape(), file.tensors[i].second.shape());
    EXPECT_EQ(
        std::memcmp(back.tensors[i].second.data(), file.tensors[i].second.data(), 4 * file.tensors[i].second.size()),
        0);
  }
}

TEST(Safetensors, HeaderIsAligned) {
  const std::string bytes = safetensors_bytes(sample());
  std::uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(bytes[8], '{');
}

TEST(Safetensors, ReadsOtherElementTypes) {
  const std::uint16_t half[] = {0x3C00, 0xC000, 0x0001}, brain[] = {0x3F80, 0xC000, 0x7F80};
  const double wide[] = {0.1};
  const std::string data = std::string(reinterpret_cast<const char*>(half), 6) +
                           std::string(reinterpret_cast<const char*>(brain), 6) +
                           std::string(reinterpret_cast<const char*>(wide), 8);
  const auto file = parse_safetensors(
      with_header(
          R"({"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[6,12]},"d":{"dtype":"F64","shape":[1],"data_offsets":[12,20]}})",
          data),
      "x");
  EXPECT_EQ(file.tensors[0].second.values(), (std::vector<float>{1, -2, 0x1p-24f}));
  EXPECT_EQ(file.tensors[1].second.values(), (std::vector<float>{1, -2, INFINITY}));
  EXPECT_EQ(file.tensors[2].second.values(), std::vector<float>{0.1f});
}

TEST(Safetensors, TruncationAtEveryByteIsAnError) {
  const std::string bytes = safetensors_bytes(sample());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(error_of(bytes.substr(0, length)), "no error") << length;
}

TEST(Safetensors, EveryFlippedByteIsReadOrRefused) {
  const std::string bytes = safetensors_bytes(sample());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string spoilt = bytes;
      spoilt[i] = static_cast<char>(spoilt[i] ^ (1 << bit));
      static_cast<void>(error_of(spoilt));  // any Error will do; a crash or another exception will not
    }
  }
}

TEST(Safetensors, RefusesHostileHeaders) {
  const auto one = [](const std::string& shape, const std::string& offsets) {
    return R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
  };
  EXPECT_COMPLAINT(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{}", 10),
                   "the header claims 9223372036854775807 bytes");
  EXPECT_COMPLAINT(with_header("{]"), "not JSON");
  EXPECT_COMPLAINT(with_header(std::string(20, '\0')), "begin with {");
  EXPECT_COMPLAINT(with_header("[]"), "JSON object");
  EXPECT_COMPLAINT(with_header(one("[3]", "[0,12]"), std::string(8, 'x')), "outside");
  EXPECT_COMPLAINT(with_header(one("[3]", "[0,8]"), std::string(8, 'x')), "needs 12 bytes");
  EXPECT_COMPLAINT(with_header(one("[-1]", "[0,8]"), std::string(8, 'x')), "whole number");
  EXPECT_COMPLAINT(with_header(one("[4294967296,4294967296,4294967296]", "[0,8]"), std::string(8, 'x')), "absurdly");
  EXPECT_COMPLAINT(with_header(one("[2]", "[4,12]"), std::string(12, 'x')), "gap");
  EXPECT_COMPLAINT(with_header(one("[2]", "[0,8]"), std::string(9, 'x')), "belong to no tensor");
  EXPECT_COMPLAINT(
      with_header(
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
          std::string(12, 'x')),
      "overlaps");
  EXPECT_COMPLAINT(with_header(R"({"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}})", "xx"), "I8");
  EXPECT_COMPLAINT(with_header(R"({"a":{},"a":{}})"), "twice");
  EXPECT_COMPLAINT(with_header(R"({"a":{"dtype":"F32"}})"), "expected dtype, shape");
  EXPECT_COMPLAINT(with_header(R"({"__metadata__":{"a":1}})"), "texts");
  std::string deep = R"({"a":)";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_COMPLAINT(with_header(deep), "deep");
  EXPECT_COMPLAINT(with_header(R"({"a":1e999})"), "too large");
}

// Were the time of a header quadratic in the number of its tensors, this would take minutes.
TEST(Safetensors, AWideHeaderIsReadInLinearTime) {
  const auto wide = [](std::size_t count) {
    std::string header = "{";
    for (std::size_t i = 0; i < count; ++i)
      header += concat(i > 0 ? "," : "", "\"", i, R"(":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})");
    return with_header(header + "}");
  };
  EXPECT_EQ(parse_safetensors(wide(80'000), "x").tensors.size(), 80'000u);
  EXPECT_COMPLAINT(wide(kMaxTensors + 1), "at most 100000 tensors");
}

TEST(Safetensors, RefusesReservedNames) {
  EXPECT_THROW(safetensors_bytes({{}, {{"a", Tensor<float>({1})}, {"a", Tensor<float>({1})}}}), ValueError);
  EXPECT_THROW(safetensors_bytes({{{"k", "v"}}, {{"__metadata__", Tensor<float>({1})}}}), ValueError);
}

TEST(Safetensors, RoundsToBfloat16) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
  const TensorFile file{
      {}, {{"a", Tensor<float>({7}, {1.0f, 1.00390625f, 1.01171875f, -3.1415927f, nan, infinite, 3.4e38f})}}};
  const std::string bytes = safetensors_bytes(file, TensorElements::bf16);
  EXPECT_EQ(bytes.size() % 8, 14 % 8);
  const Tensor<float> back = parse_safetensors(bytes, "x").tensors[0].second;
  EXPECT_EQ(back[0], 1.0f);
  EXPECT_EQ(back[1], 1.0f);  // half way between two: the even one
  EXPECT_EQ(back[2], 1.015625f);
  EXPECT_EQ(back[3], -3.140625f);
  EXPECT_TRUE(std::isnan(back[4]));
  EXPECT_EQ(back[5], infinite);
  EXPECT_EQ(back[6], infinite);  // beyond the largest
}

}  // namespace
}  // namespace recurra::safetensors_test
