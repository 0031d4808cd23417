// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "recurra/kernels/pack.h"
#include "recurra/kernels/ref/gemm.h"
#include "recurra/simd/isa.h"

namespace recurra::kernels {
namespace {

std::vector<float> wave(Index count, double phase) {
  std::vector<float> x(count);
  for (Index i = 0; i < count; ++i) x[i] = static_cast<float>(std::sin(0.7 * i + phase));
  return x;
}

std::vector<double> widened(const std::vector<float>& x) {
  return {x.begin(), x.end()};
}

// Every instruction set, every tail of rows, columns and depth.
class Gemm : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { select_isa(GetParam()); }
  void TearDown() override { select_isa(""); }
};

TEST_P(Gemm, AgreesWithTheReferenceForEveryTail) {
  for (const Index M : {0, 1, 5, 9, 17}) {
    for (const Index K : {0, 1, 7, 257, 600}) {
      for (const Index N : {1, 15, 16, 63, 65, 200}) {
        const PanelPlan plan = plan_panels<float>(N, 1);
        const auto A = wave(M * K, 0.1), W = wave(N * K, 0.5), bias = wave(N, 0.9);
        std::vector<float> packed(plan.packed_size(K) + plan.lanes), C(M * N + 1, 7.0f);
        pack_columns<float, float>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
        gemm(plan, M, K, {A.data(), K, 1}, packed_panels<float>(plan, K, packed.data()), C.data(), N, Start::bias,
             bias.data());
        for (Index m = 0; m < M; ++m) {
          for (Index n = 0; n < N; ++n) {
            double expected = bias[n];
            for (Index k = 0; k < K; ++k) expected += double{A[m * K + k]} * W[n * K + k];
            ASSERT_NEAR(C[m * N + n], expected, 2e-6 * (K + 1)) << M << " " << K << " " << N << " at " << m << "," << n;
          }
        }
        ASSERT_EQ(C[M * N], 7.0f) << "wrote behind the end";
      }
    }
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

INSTANTIATE_TEST_SUITE_P(EveryIsa, Gemm, testing::ValuesIn(available_isas()),
                         [](const auto& isa) { return isa.param; });

}  // namespace
}  // namespace recurra::kernels
