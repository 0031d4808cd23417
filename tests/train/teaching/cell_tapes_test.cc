// SPDX-License-Identifier: Apache-2.0
// Figure 5: three cells on one input.
#include "recurra/train/teaching/cell_tapes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra::cell_tapes_test {
namespace {

constexpr Index T = 30;

std::vector<double> wave() {
  std::vector<double> x;
  for (Index t = 0; t < T; ++t) x.push_back(std::sin(0.7 * static_cast<double>(t)));
  return x;
}

TEST(CellTapes, CountsParametersAsPublished) {
  EXPECT_EQ(count_parameters(1, 32), (std::array<Index, 3>{1120, 4480, 3360}));
}

// Caption: the LSTM's c can count without bound; h cannot.
TEST(CellTapes, OnlyTheCellStateCounts) {
  Context context(1);
  const CellTapes tapes = run_cells(context, {.inputs = std::vector<double>(T, 1.0), .weights = TapeWeights::counter});
  for (Index t = 0; t < T; ++t) {
    EXPECT_NEAR(tapes.lstm.c[t], static_cast<double>(t + 1), 1e-9);
    EXPECT_LE(std::abs(tapes.lstm.h[t]), 1);
    EXPECT_LE(std::abs(tapes.gru.h[t]), 1);
    EXPECT_LE(std::abs(tapes.rnn.h[t]), 1);
  }
}

// Caption: z plays f and i at once: the new state is a weighted mean, and its weights add up to 1.
TEST(CellTapes, TheGruMixesByOneGate) {
  Context context(1);
  for (const Cell gru : {Cell::gru, Cell::gru_reset_before}) {
    const CellTapes tapes = run_cells(context, {.inputs = wave(), .hidden_size = 3, .gru = gru});
    const auto& [r, z, n, h, weights] = tapes.gru;
    for (Index i = 0; i < h.size(); ++i) {
      const double h_prev = i < 3 ? 0 : h[i - 3];
      EXPECT_NEAR(h[i], z[i] * h_prev + (1 - z[i]) * n[i], 1e-12);
    }
  }
}

TEST(CellTapes, ConventionsAndResetsDiffer) {
  Context context(1);
  const CellTapesOptions o{.inputs = wave(), .hidden_size = 3};
  const CellTapes old = run_cells(context, o);
  CellTapesOptions other = o;
  other.convention = UpdateConvention::keeps_new;
  const CellTapes newer = run_cells(context, other);
  EXPECT_NEAR(newer.gru.z[0], old.gru.z[0], 1e-12);                     // the same sum at the first step ...
  EXPECT_NEAR(newer.gru.h[0], newer.gru.z[0] * newer.gru.n[0], 1e-12);  // ... and the other meaning
  EXPECT_GT(std::abs(newer.gru.h[0] - old.gru.h[0]), 1e-3);
  other = o;
  other.gru = Cell::gru_reset_before;
  EXPECT_GT(std::abs(run_cells(context, other).gru.h[3 * T - 1] - old.gru.h[3 * T - 1]), 1e-6);
}

TEST(CellTapes, RefuseWhatDoesNotFit) {
  Context context(1);
  EXPECT_THROW(run_cells(context, {}), ValueError);
  EXPECT_THROW(run_cells(context, {.inputs = {1}, .weights = TapeWeights::counter, .hidden_size = 2}), ValueError);
}

}  // namespace
}  // namespace recurra::cell_tapes_test
