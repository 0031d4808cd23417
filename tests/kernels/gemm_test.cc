// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/gemm.h"

#include <cmath>
#include <vector>

#include "recurra/kernels/pack.h"
#include "recurra/kernels/ref/gemm.h"
#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

std::vector<double> widened(const std::vector<float>& x) {
  return {x.begin(), x.end()};
}

class Gemm : public OnEveryIsa {};

/// Sizes of a product, and how far its rows are apart.
struct Size {
  Index M, K, N, lda, ldc;
};

/// A product of W's transpose, packed, beside loops in double; `spoil(A, W)` first changes what both read.
template <class Spoil>
void expect_product(const Size& s, Start start, Spoil spoil) {
  SCOPED_TRACE(testing::Message() << "M " << s.M << " K " << s.K << " N " << s.N << " start "
                                  << static_cast<int>(start));
  const PanelPlan plan = plan_panels<float>(s.N, 1);
  auto left = wave(s.M * s.K, 0.1), W = wave(s.N * s.K, 0.5);
  spoil(left, W);
  const auto bias = wave(s.N, 0.9), c = wave(s.M * s.N, 0.2);
  Guarded<float> A(s.M * s.lda), packed(plan.packed_size(s.K)), row(bias), C(s.M * s.ldc);
  for (Index i = 0; i < s.M * s.K; ++i) A[i / s.K * s.lda + i % s.K] = left[i];
  for (Index i = 0; i < s.M * s.N; ++i) C[i / s.N * s.ldc + i % s.N] = c[i];
  pack_columns<float, float>(plan, 0, plan.panels(), s.K, W.data(), s.K, packed.data());
  gemm(plan, s.M, s.K, {A.data(), s.lda, 1}, packed_panels<float>(plan, s.K, packed.data()), C.data(), s.ldc, start,
       row.data());
  for (Index i = 0; i < s.M * s.N; ++i) {
    const Index m = i / s.N, n = i % s.N;
    double expected = start == Start::bias ? bias[n] : start == Start::c ? c[i] : 0;
    for (Index k = 0; k < s.K; ++k) expected += double{left[m * s.K + k]} * W[n * s.K + k];
    ASSERT_TRUE(agrees(C[m * s.ldc + n], expected, 2e-6 * (s.K + 1))) << "at " << m << "," << n;
  }
  ASSERT_TRUE(C.untouched_but([&](Index i) { return i % s.ldc < s.N; }));
  ASSERT_TRUE(packed.untouched_but([&](Index i) { return i < plan.packed_size(s.K); }));
}

constexpr Start kStarts[] = {Start::zero, Start::c, Start::bias};
constexpr auto kAsIs = [](auto&, auto&) {};

// Every size around a vector in each direction, rows that are not next to each other.
TEST_P(Gemm, AgreesWithLoopsForEverySmallSize) {
  const Index most = 2 * plan_panels<float>(1, 1).lanes + 1;
  for (Index M = 1; M <= most; ++M)
    for (Index K = 0; K <= most; ++K)
      for (Index N = 1; N <= most; ++N)
        ASSERT_NO_FATAL_FAILURE(expect_product({M, K, N, K + 3, N + 5}, kStarts[(M + K + N) % 3], kAsIs));
}

// Tails of whole panels, and sums that go to memory in between.
TEST_P(Gemm, AgreesWithLoopsForEveryTail) {
  for (const Index M : {1, 5, 9, 17})
    for (const Index K : {1, 7, 257, 600})
      for (const Index N : {15, 16, 63, 65, 200})
        for (const Start start : kStarts) ASSERT_NO_FATAL_FAILURE(expect_product({M, K, N, K, N}, start, kAsIs));
}

// More rows than are worked on together.
TEST_P(Gemm, AgreesWithLoopsForManyRows) {
  for (const Index M : {127, 128, 129, 260})
    for (const Start start : kStarts) ASSERT_NO_FATAL_FAILURE(expect_product({M, 7, 65, 7, 65}, start, kAsIs));
}

TEST_P(Gemm, LeavesCAloneWithoutRows) {
  const PanelPlan plan = plan_panels<float>(9, 1);
  Guarded<float> packed(plan.packed_size(4)), A(4), C(9);
  gemm(plan, 0, 4, {A.data(), 4, 1}, packed_panels<float>(plan, 4, packed.data()), C.data(), 9, Start::zero);
  EXPECT_TRUE(C.untouched_but([](Index) { return false; }));
}

// One number that is none spoils its row or its column, and nothing else.
TEST_P(Gemm, NanInfinityAndDenormalsGoWhereTheyMust) {
  const Index K = 5, N = plan_panels<float>(1, 1).lanes + 1, M = 5;
  for (const float special : kSpecials) {
    const Size size{M, K, N, K, N};
    ASSERT_NO_FATAL_FAILURE(expect_product(size, Start::zero, [&](auto& A, auto&) { A[3 * K + 2] = special; }));
    for (const Index n : {Index{0}, N - 1})
      ASSERT_NO_FATAL_FAILURE(expect_product(size, Start::zero, [&](auto&, auto& W) { W[n * K + 4] = special; }));
  }
}

TEST_P(Gemm, ReadsATransposedLeftSideAndARowMajorRightSide) {
  const Index M = 11, K = 300, N = 37;
  const PanelPlan plan = plan_panels<float>(N, 1);
  const auto A = wave(M * K, 0.1);
  auto B = wave(K * N, 0.4);
  B.resize(B.size() + 64);
  std::vector<float> C = wave(M * N, 0.2);
  std::vector<double> expected = widened(C);
  const auto A64 = widened(A), B64 = widened(B);
  const PanelPlan plan64 = plan_panels<double>(N, 1);
  ref::gemm<double>(plan64, M, K, {A64.data(), 1, M}, row_major_panels<double>(plan64, B64.data(), N), expected.data(),
                    N, Start::c, nullptr);
  gemm(plan, M, K, {A.data(), 1, M}, row_major_panels<float>(plan, B.data(), N), C.data(), N, Start::c);
  for (Index i = 0; i < M * N; ++i) ASSERT_NEAR(C[i], expected[i], 1e-4) << i;
}

// A row alone, inside a batch, and whatever the tile it falls into: the same bits.
TEST_P(Gemm, ARowHasTheSameBitsInAnyBatch) {
  const Index K = 513, N = 70, M = 23;
  const PanelPlan plan = plan_panels<float>(N, 1);
  const auto A = wave(M * K, 0.1), W = wave(N * K, 0.5);
  std::vector<float> packed(plan.packed_size(K)), all(M * N), one(N);
  pack_columns<float, float>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
  const auto panels = packed_panels<float>(plan, K, packed.data());
  gemm(plan, M, K, {A.data(), K, 1}, panels, all.data(), N, Start::zero);
  for (Index m = 0; m < M; ++m) {
    gemm(plan, 1, K, {A.data() + m * K, K, 1}, panels, one.data(), N, Start::zero);
    for (Index n = 0; n < N; ++n) ASSERT_EQ(one[n], all[m * N + n]) << m << "," << n;
  }
}

TEST_P(Gemm, InterleavedColumnsHoldEveryGateOfAUnit) {
  const Index H = 21, K = 13;
  for (const int gates : {1, 3, 4}) {
    const PanelPlan plan = plan_panels<float>(H, gates);
    const auto W = wave(gates * H * K, 0.3), x = wave(K, 0.8);
    std::vector<float> packed(plan.packed_size(K)), a(plan.columns());
    pack_columns<float, float>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
    gemm(plan, 1, K, {x.data(), K, 1}, packed_panels<float>(plan, K, packed.data()), a.data(), plan.columns(),
         Start::zero);
    for (int g = 0; g < gates; ++g) {
      for (Index u = 0; u < H; ++u) {
        double expected = 0;
        for (Index k = 0; k < K; ++k) expected += double{x[k]} * W[(g * H + u) * K + k];
        ASSERT_NEAR(a[plan.column(g, u)], expected, 1e-5) << gates << " gates, gate " << g << ", unit " << u;
      }
    }
  }
}

// da in interleaved columns times U: the product of the backward recurrence.
TEST_P(Gemm, InterleavedRowsFollowInterleavedColumns) {
  const Index H = 21, gates = 4;
  const PanelPlan columns = plan_panels<float>(H, gates), plan = plan_panels<float>(H, 1);
  const auto U = wave(gates * H * H, 0.3);
  std::vector<float> da(columns.columns()), packed(plan.packed_size(columns.columns())), dh(H);
  for (Index g = 0; g < gates; ++g)
    for (Index u = 0; u < H; ++u) da[columns.column(g, u)] = static_cast<float>(std::cos(g * H + u));
  std::vector<const float*> rows(columns.columns(), nullptr);
  for (Index g = 0; g < gates; ++g)
    for (Index u = 0; u < H; ++u) rows[columns.column(g, u)] = U.data() + (g * H + u) * H;
  pack_rows<float, float>(plan, 0, plan.panels(), columns.columns(), rows.data(), packed.data(),
                          plan.panel_width() * columns.columns());
  gemm(plan, 1, columns.columns(), {da.data(), columns.columns(), 1},
       packed_panels<float>(plan, columns.columns(), packed.data()), dh.data(), H, Start::zero);
  for (Index n = 0; n < H; ++n) {
    double expected = 0;
    for (Index r = 0; r < gates * H; ++r) expected += std::cos(r) * U[r * H + n];
    ASSERT_NEAR(dh[n], expected, 1e-4) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Gemm, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels
