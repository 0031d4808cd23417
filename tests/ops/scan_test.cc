// SPDX-License-Identifier: Apache-2.0
// minGRU and minLSTM over a sequence: the formulas written plainly, central differences, lengths, threads, bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "recurra/ops/recurrent.h"
#include "recurra/simd/isa.h"
#include "tests/ops/layer_checks.h"

namespace recurra::ops::scan_test {
namespace {

template <class T>
Tensor<T> wave(Shape shape, double phase, double size = 0.8) {
  Tensor<T> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<T>(size * std::sin(0.7 * i + phase));
  return x;
}

template <class T>
struct Case {
  Cell cell;
  Direction direction;
  Packing packing;
  Tensor<T> x, h0;
  CellWeights<T> weights;
  Tensor<T> dy, dlast;
};

template <class T>
Case<T> make_case(Cell cell, Direction direction, Packing packing, Index D, Index H) {
  const Index N = packing.total(), B = packing.batch(), rows = gate_count(cell) * H;
  return {cell,
          direction,
          packing,
          wave<T>({N, D}, 0.1),
          wave<T>({B, H}, 0.2),
          {wave<T>({rows, D}, 0.3), {}, wave<T>({rows}, 0.5), {}},
          wave<T>({N, H}, 0.7),
          wave<T>({B, H}, 0.8)};
}

template <class T>
RecurrentForward<T> forward(Context& context, const Case<T>& c, bool save = true) {
  return recurrent_forward(context, c.cell, c.direction, c.packing, c.x, {c.h0, {}}, c.weights, save);
}

double dot(const Tensor<double>& a, const Tensor<double>& b) {
  double sum = 0;
  for (Index i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double objective(Context& context, const Case<double>& c) {
  const auto out = forward(context, c, false);
  return dot(out.y, c.dy) + dot(out.last.h, c.dlast);
}

const Cell kCells[] = {Cell::min_gru, Cell::min_gru_log, Cell::min_lstm, Cell::min_lstm_log};
const Direction kDirections[] = {Direction::forward, Direction::reverse};

Packing ragged() {
  const std::vector<Index> lengths = {2, 5, 0, 4, 5, 1};
  return Packing::from_lengths(5, lengths);
}

std::string name_of(Cell cell, Direction direction) {
  return concat(describe(cell).name, direction == Direction::forward ? " forward" : " reverse");
}

template <class Fn>
void for_each_cell(Fn fn) {
  for (const Cell cell : kCells)
    for (const Direction direction : kDirections) {
      SCOPED_TRACE(name_of(cell, direction));
      fn(cell, direction);
    }
}

/// The formulas of the paper, one number at a time, for one sequence of the batch.
std::vector<double> plain_scan(const Case<double>& c, Index position) {
  const Index D = c.x.dim(1), H = c.h0.dim(1), row = c.packing.order()[position];
  const Index length = c.packing.lengths()[position];
  std::vector<double> y(length * H);
  for (Index unit = 0; unit < H; ++unit) {
    double h = c.h0[row * H + unit];
    for (Index step = 0; step < length; ++step) {
      const Index t = c.direction == Direction::forward ? step : length - 1 - step;
      const auto gate = [&](Index g) {
        double sum = c.weights.b_ih[g * H + unit];
        for (Index d = 0; d < D; ++d)
          sum += c.weights.W[(g * H + unit) * D + d] * c.x[(c.packing.offset(t) + position) * D + d];
        return sum;
      };
      const auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
      const bool gru = gate_count(c.cell) == 2;
      double n = gate(gru ? 1 : 2);
      if (c.cell == Cell::min_gru_log || c.cell == Cell::min_lstm_log) n = n >= 0 ? n + 0.5 : sigmoid(n);
      if (gru) {
        const double z = sigmoid(gate(0));
        h = (1 - z) * h + z * n;
      } else {
        const double f = sigmoid(gate(0)), i = sigmoid(gate(1));
        h = f / (f + i) * h + i / (f + i) * n;
      }
      y[t * H + unit] = h;
    }
  }
  return y;
}

TEST(Scan, FollowsTheFormulasOfThePaper) {
  Context context(1);
  for_each_cell([&](Cell cell, Direction direction) {
    const auto c = make_case<double>(cell, direction, ragged(), 3, 5);
    const auto out = forward(context, c);
    for (Index position = 0; position < c.packing.batch(); ++position) {
      const std::vector<double> expected = plain_scan(c, position);
      const Index length = c.packing.lengths()[position], row = c.packing.order()[position];
      for (Index t = 0; t < length; ++t)
        for (Index u = 0; u < 5; ++u)
          ASSERT_NEAR(out.y[(c.packing.offset(t) + position) * 5 + u], expected[t * 5 + u], 1e-14);
      const Index end = direction == Direction::forward ? length - 1 : 0;
      for (Index u = 0; u < 5; ++u)
        ASSERT_NEAR(out.last.h[row * 5 + u], length == 0 ? c.h0[row * 5 + u] : expected[end * 5 + u], 1e-14);
    }
  });
}

TEST(Scan, GradientsAgreeWithCentralDifferences) {
  Context context(1);
  for_each_cell([&](Cell cell, Direction direction) {
    const auto c = make_case<double>(cell, direction, ragged(), 3, 5);
    const auto out = forward(context, c);
    const auto g = recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}});
    const auto check = [&](const char* what, const Tensor<double>& value, const Tensor<double>& gradient) {
      expect_gradient(what, value, gradient, 1e-8, [&] { return objective(context, c); });
    };
    check("x", c.x, g.dx);
    check("W", c.weights.W, g.weights.W);
    check("b", c.weights.b_ih, g.weights.b_ih);
    check("h0", c.h0, g.initial.h);
  });
}

void expect_float_agrees_with_double(Cell cell, Direction direction, const Packing& packing, Index H) {
  Context context(2);
  const auto c32 = make_case<float>(cell, direction, packing, 11, H);
  const auto c64 = make_case<double>(cell, direction, packing, 11, H);
  const auto out32 = forward(context, c32);
  const auto out64 = forward(context, c64);
  const auto g32 = recurrent_backward(context, *out32.saved, c32.dy, {c32.dlast, {}});
  const auto g64 = recurrent_backward(context, *out64.saved, c64.dy, {c64.dlast, {}});
  const auto check = [&](const char* what, const Tensor<float>& a, const Tensor<double>& b) {
    double scale = 1;
    for (Index i = 0; i < b.size(); ++i) scale = std::max(scale, std::abs(b[i]));
    for (Index i = 0; i < b.size(); ++i) ASSERT_NEAR(a[i], b[i], 2e-5 * scale) << what << " at " << i << " H " << H;
  };
  check("y", out32.y, out64.y);
  check("last", out32.last.h, out64.last.h);
  check("dx", g32.dx, g64.dx);
  check("dW", g32.weights.W, g64.weights.W);
  check("db", g32.weights.b_ih, g64.weights.b_ih);
  check("dh0", g32.initial.h, g64.initial.h);
}

TEST(Scan, FloatAgreesWithDoubleOnEveryIsa) {
  const auto packing = Packing::from_lengths(9, std::vector<Index>{7, 9, 3, 9, 1, 0, 9, 2, 5});
  // More rows than a product over all steps takes at a time.
  const auto long_packing = Packing::from_lengths(300, std::vector<Index>{300, 299, 173, 300});
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    SCOPED_TRACE(isa);
    for_each_cell([&](Cell cell, Direction direction) {
      for (const Index H : {1, 7, 37, 64}) expect_float_agrees_with_double(cell, direction, packing, H);
      expect_float_agrees_with_double(cell, direction, long_packing, 20);
    });
  }
  select_isa("");
}

// The promise behind lengths: a sequence gives bit for bit what it gives alone.
TEST(Scan, ASequenceHasTheSameBitsAloneAndInABatch) {
  Context context(2);
  const std::vector<Index> lengths = {20, 33, 0, 1, 33, 12, 5, 28};
  const Index D = 9, H = 40;
  const auto packing = Packing::from_lengths(33, lengths);
  for_each_cell([&](Cell cell, Direction direction) {
    const auto c = make_case<float>(cell, direction, packing, D, H);
    const auto all = forward(context, c);
    const auto g = recurrent_backward(context, *all.saved, c.dy, {c.dlast, {}});
    for (Index position = 0; position < packing.batch(); ++position) {
      const Index row = packing.order()[position], length = lengths[row];
      Case<float> one = c;
      one.packing = Packing::full(length, 1);
      one.x = Tensor<float>({length, D});
      one.dy = Tensor<float>({length, H});
      for (Index t = 0; t < length; ++t) {
        std::copy_n(c.x.data() + (packing.offset(t) + position) * D, D, one.x.data() + t * D);
        std::copy_n(c.dy.data() + (packing.offset(t) + position) * H, H, one.dy.data() + t * H);
      }
      one.h0 = c.h0.slice(row, row + 1).clone();
      one.dlast = c.dlast.slice(row, row + 1).clone();
      const auto alone = forward(context, one);
      const auto g_alone = recurrent_backward(context, *alone.saved, one.dy, {one.dlast, {}});
      for (Index t = 0; t < length; ++t) {
        for (Index u = 0; u < H; ++u)
          ASSERT_EQ(alone.y[t * H + u], all.y[(packing.offset(t) + position) * H + u]) << row << " " << t << " " << u;
        for (Index d = 0; d < D; ++d) ASSERT_EQ(g_alone.dx[t * D + d], g.dx[(packing.offset(t) + position) * D + d]);
      }
      for (Index u = 0; u < H; ++u) {
        ASSERT_EQ(alone.last.h[u], all.last.h[row * H + u]) << row;
        ASSERT_EQ(g_alone.initial.h[u], g.initial.h[row * H + u]) << row;
      }
    }
  });
}

// Few units are divided by row as well; eight threads have more than there are panels of 20 units.
TEST(Scan, AnyNumberOfThreadsGivesTheSameBits) {
  std::vector<Index> many;
  for (Index i = 0; i < 50; ++i) many.push_back(i * 13 % 41);
  const std::vector<std::vector<Index>> batches = {many, {33, 20, 26}, {400}};
  for (const auto& lengths : batches)
    for (const Index H : {20, 150})
      for_each_cell([&](Cell cell, Direction direction) {
        SCOPED_TRACE(concat(lengths.size(), " rows, ", H, " units"));
        const auto packing = Packing::from_lengths(*std::max_element(lengths.begin(), lengths.end()), lengths);
        const auto c = make_case<float>(cell, direction, packing, 60, H);
        std::vector<std::vector<float>> results;
        for (const int threads : {1, 2, 3, 8}) {
          Context context(threads);
          const auto out = forward(context, c);
          const auto g = recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}});
          std::vector<float> all;
          for (const auto& part : {out.y, out.last.h, g.dx, g.weights.W, g.weights.b_ih, g.initial.h})
            all.insert(all.end(), part.span().begin(), part.span().end());
          EXPECT_EQ(forward(context, c, false).y.values(), out.y.values());
          results.push_back(all);
        }
        for (std::size_t i = 1; i < results.size(); ++i) EXPECT_EQ(results[0], results[i]);
      });
}

// Without a way back the gates of a few steps take turns in memory: of some long sequences, and of many short ones.
TEST(Scan, AnInferenceGivesTheSameBits) {
  std::vector<Index> many(250, 7);
  for (std::size_t i = 0; i < many.size(); i += 3) many[i] = static_cast<Index>(i % 8);
  Context context(3);
  for (const auto& packing :
       {Packing::from_lengths(1400, std::vector<Index>{1400, 13, 1399}), Packing::from_lengths(7, many)})
    for_each_cell([&](Cell cell, Direction direction) {
      const auto c = make_case<float>(cell, direction, packing, 5, 20);
      const auto kept = forward(context, c), alone = forward(context, c, false);
      EXPECT_EQ(kept.y.values(), alone.y.values());
      EXPECT_EQ(kept.last.h.values(), alone.last.h.values());
      EXPECT_FALSE(alone.saved);
    });
}

TEST(Scan, StepByStepWithCarriedStateIsTheSequence) {
  Context context(1);
  const Index T = 6, B = 3, D = 4, H = 10;
  for (const Cell cell : kCells) {
    const auto c = make_case<float>(cell, Direction::forward, Packing::full(T, B), D, H);
    const auto whole = forward(context, c);
    const auto packed = pack_cell(cell, c.weights);
    Tensor<float> state = c.h0;
    for (Index t = 0; t < T; ++t) {
      const auto step = recurrent_forward(context, cell, Direction::forward, Packing::full(1, B),
                                          c.x.slice(t * B, (t + 1) * B), {state, {}}, packed, false);
      state = step.last.h;
      EXPECT_EQ(step.y.values(), whole.y.slice(t * B, (t + 1) * B).values()) << t;
    }
    EXPECT_EQ(state.values(), whole.last.h.values());
  }
}

TEST(Scan, WritingOverWhatWasSavedGivesTheSameBits) {
  Context context(2);
  for_each_cell([&](Cell cell, Direction direction) {
    const auto c = make_case<float>(cell, direction, ragged(), 7, 20);
    const auto kept = forward(context, c).saved, spent = forward(context, c).saved;
    const auto g = recurrent_backward(context, *kept, c.dy, {c.dlast, {}});
    const auto h = recurrent_backward(context, *spent, c.dy, {c.dlast, {}}, {}, Keep::no);
    EXPECT_EQ(g.dx.values(), h.dx.values());
    EXPECT_EQ(g.weights.W.values(), h.weights.W.values());
    EXPECT_EQ(g.weights.b_ih.values(), h.weights.b_ih.values());
    EXPECT_EQ(g.initial.h.values(), h.initial.h.values());
    EXPECT_EQ(saved_gates(*kept).values(), saved_gates(*forward(context, c).saved).values());
  });
}

// Operands of 8 bits, sums of 24: near float32 in both passes, and the same promises about bits.
TEST(Scan, Bf16IsNearFloatAndKeepsItsBits) {
  const std::vector<Index> lengths = {20, 13, 0, 1, 20, 12, 5, 18, 20, 7, 20};
  const auto packing = Packing::from_lengths(20, lengths);
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    SCOPED_TRACE(isa);
    for_each_cell([&](Cell cell, Direction direction) {
      const auto c = make_case<float>(cell, direction, packing, 31, 37);
      const auto run = [&](int threads, Precision precision) {
        Context context(threads);
        const auto out = recurrent_forward(context, cell, direction, packing, c.x, {c.h0, {}},
                                           pack_cell(cell, c.weights, precision), true);
        const auto g = recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}});
        return std::vector<Tensor<float>>{out.y, out.last.h, g.dx, g.weights.W, g.weights.b_ih, g.initial.h};
      };
      const auto exact = run(1, Precision::f32), near = run(1, Precision::bf16), shared = run(3, Precision::bf16);
      expect_rounded(exact, near, shared);
    });
  }
  select_isa("");
}

// f / (f + i) of two closed gates: both sigmoids round to 0 in float32 unless their relative size is kept.
TEST(Scan, MinLstmKeepsTheRatioOfClosedGates) {
  Context context(1);
  for (const float sum : {0.0f, -20.0f, -60.0f, -1000.0f}) {
    const CellWeights<float> weights{Tensor<float>({3, 1}), {}, Tensor<float>({3}, {sum, sum - std::log(3.0f), 2}), {}};
    const Tensor<float> x({1, 1}), h0({1, 1}, {10});
    const auto out =
        recurrent_forward(context, Cell::min_lstm, Direction::forward, Packing::full(1, 1), x, {h0, {}}, weights, true);
    const double f = 1 / (1 + std::exp(-double{sum})), i = 1 / (1 + 3 * std::exp(-double{sum}));
    // Below -80 both count as -80.
    const double expected = sum < -80 ? 6 : (f * 10 + i * 2) / (f + i);
    EXPECT_NEAR(out.y[0], expected, 1e-4) << sum;
    const auto g = recurrent_backward(context, *out.saved, Tensor<float>::full({1, 1}, 1), {});
    for (const float d : g.weights.b_ih.values()) EXPECT_TRUE(std::isfinite(d)) << sum;
  }
}

TEST(Scan, WithoutBiasStateOrUpstreamGradients) {
  Context context(1);
  for_each_cell([&](Cell cell, Direction direction) {
    auto c = make_case<double>(cell, direction, ragged(), 3, 4);
    c.h0.fill(0);
    c.weights.b_ih.fill(0);
    const auto explicit_zeros = forward(context, c);
    c.h0 = c.weights.b_ih = {};
    const auto out = forward(context, c);
    EXPECT_EQ(out.y.values(), explicit_zeros.y.values());
    const auto g = recurrent_backward(context, *out.saved, {}, {}, {.dx = false});
    EXPECT_FALSE(g.dx.defined());
    EXPECT_FALSE(g.weights.b_ih.defined());
    EXPECT_FALSE(g.initial.h.defined());
    EXPECT_EQ(dot(g.weights.W, g.weights.W), 0);
    const auto state = recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}}, {.weights = false});
    EXPECT_FALSE(state.weights.W.defined());
    EXPECT_EQ(state.dx.values(), recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}}).dx.values());
  });
}

TEST(Scan, NamesWhatDoesNotFit) {
  Context context(1);
  const auto message = [&](const std::function<void(Case<float>&)>& spoil) {
    auto c = make_case<float>(Cell::min_lstm, Direction::forward, Packing::full(4, 2), 3, 5);
    spoil(c);
    try {
      const auto out = forward(context, c);
      recurrent_backward(context, *out.saved, c.dy, {c.dlast, {}});
    } catch (const ShapeError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const auto names = [&](const char* what, const std::function<void(Case<float>&)>& spoil) {
    EXPECT_NE(message(spoil).find(what), std::string::npos) << message(spoil);
  };
  names("expected x [8, 3], found [8, 4]", [](auto& c) { c.x = Tensor<float>({8, 4}); });
  names("expected W [3 * H, D], found [14, 3]", [](auto& c) { c.weights.W = Tensor<float>({14, 3}); });
  names("expected a bias [15], found [5]", [](auto& c) { c.weights.b_ih = Tensor<float>({5}); });
  names("the minLSTM has no weight of h", [](auto& c) { c.weights.U = Tensor<float>({15, 5}); });
  names("the minLSTM has one bias", [](auto& c) { c.weights.b_hh = Tensor<float>({15}); });
  names("expected h0 [2, 5], found [3, 5]", [](auto& c) { c.h0 = Tensor<float>({3, 5}); });
  names("expected dy [8, 5], found [8, 4]", [](auto& c) { c.dy = Tensor<float>({8, 4}); });
  names("expected dlast [2, 5], found [1, 5]", [](auto& c) { c.dlast = Tensor<float>({1, 5}); });
}

}  // namespace
}  // namespace recurra::ops::scan_test
