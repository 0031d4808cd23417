// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream_table.h"

#include "recurra/base/denormals.h"
#include "tests/kernels/guarded.h"

namespace recurra::kernels::stream_table_test {
namespace {

constexpr StreamWeights kEveryKind[] = {StreamWeights::f32, StreamWeights::f16, StreamWeights::bf16,
                                        StreamWeights::int8};

struct Packed {
  Index rows, width;
  std::vector<unsigned char> bytes;
  std::vector<float> scale;

  Packed(StreamWeights kind, Index V, Index E, const std::vector<float>& table)
      : rows(V), width(E), bytes(stream_table_bytes(kind, V, E)), scale(static_cast<std::size_t>(V)) {
    pack_stream_table(kind, V, E, table.data(), bytes.data(), scale.data());
  }
  StreamTable view() const { return {rows, width, bytes.data(), scale.data()}; }
};

TEST(StreamTable, RowsAreThoseOfTheTableWithinTheErrorOfTheirType) {
  for (const StreamWeights kind : kEveryKind) {
    for (const Index E : {1, 2, 7, 16, 33}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(kind) << " E " << E);
      const Index V = 5;
      auto table = wave(V * E, 0.3);
      const Packed packed(kind, V, E, table);
      const std::vector<float> indices = {4, 0, 3};
      Guarded<float> y(3 * E);
      stream_look_up(kind)(packed.view(), 3, indices.data(), y.data());
      EXPECT_TRUE(y.untouched_but([&](Index i) { return i < 3 * E; }));
      for (Index i = 0; i < 3; ++i) {
        const float* row = table.data() + static_cast<Index>(indices[i]) * E;
        float largest = 0;
        for (Index k = 0; k < E; ++k) largest = std::max(largest, std::abs(row[k]));
        for (Index k = 0; k < E; ++k) {
          const float size = std::abs(row[k]);
          const float error = kind == StreamWeights::f32    ? 0
                              : kind == StreamWeights::f16  ? std::max(size / 2048, 3e-8f)
                              : kind == StreamWeights::bf16 ? size / 256
                                                            : largest / 253;
          EXPECT_NEAR(y[i * E + k], row[k], error);
        }
      }
    }
  }
}

TEST(StreamTable, AnIndexThatIsNoneGivesNan) {
  for (const StreamWeights kind : kEveryKind) {
    const Packed packed(kind, 3, 2, wave(6, 0.3));
    const std::vector<float> bad = {-1, 3, 0.5f, NAN, INFINITY, -INFINITY, -0.25f, 2.9999f, 1e30f, 1};
    std::vector<float> y(2 * bad.size());
    stream_look_up(kind)(packed.view(), static_cast<Index>(bad.size()), bad.data(), y.data());
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i / 2 + 1 < bad.size()) << bad[i / 2];
  }
  const Packed packed(StreamWeights::f32, 3, 1, {5, 6, 7});
  const float minus_zero = -0.0f;
  float y = 0;
  stream_look_up(StreamWeights::f32)(packed.view(), 1, &minus_zero, &y);
  EXPECT_EQ(y, 5);
}

// A float16 below 6e-5 is subnormal, which a step that flushes denormal floats must not lose.
TEST(StreamTable, SmallFloat16NumbersStay) {
  const std::vector<float> table = {0x1p-24f, -0x1.8p-15f, 0x1p-14f, 65504, -0.0f, 1e-9f};
  const Packed packed(StreamWeights::f16, 1, 6, table);
  const float index = 0;
  std::vector<float> y(6);
  {
    const FlushDenormals flush;
    stream_look_up(StreamWeights::f16)(packed.view(), 1, &index, y.data());
  }
  for (Index i = 0; i < 5; ++i) EXPECT_EQ(y[i], table[i]);
  EXPECT_EQ(y[5], 0);
}

TEST(StreamTable, NanAndInfinityStayInBfloat16AndFloat32) {
  for (const StreamWeights kind : {StreamWeights::f32, StreamWeights::bf16}) {
    const Packed packed(kind, 2, 2, {NAN, INFINITY, 1, 2});
    const float indices[2] = {0, 1};
    float y[4];
    stream_look_up(kind)(packed.view(), 2, indices, y);
    EXPECT_TRUE(std::isnan(y[0]));
    EXPECT_EQ(y[1], INFINITY);
    EXPECT_EQ(y[2], 1);
    EXPECT_EQ(y[3], 2);
  }
}

}  // namespace
}  // namespace recurra::kernels::stream_table_test
