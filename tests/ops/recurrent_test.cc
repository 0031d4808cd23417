// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "recurra/simd/isa.h"
#include "tests/ops/layer_checks.h"
#include "tests/recurrent_cells.h"

namespace recurra::ops {
namespace {

template <class T>
Tensor<T> wave(Shape shape, double phase, double size = 0.8) {
  Tensor<T> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<T>(size * std::sin(0.7 * i + phase));
  return x;
}

template <class T>
struct Case {
  CellForm cell;
  Direction direction;
  Packing packing;
  Tensor<T> x;
  CellState<T> initial;
  CellWeights<T> weights;
  Tensor<T> dy;
  CellState<T> dlast;
  RecurrentNoise<T> noise = {};
};

template <class T>
Case<T> make_case(const CellForm& cell, Direction direction, Packing packing, Index D, Index H) {
  const Index N = packing.total(), B = packing.batch(), rows = cell.row().gate_count() * H;
  Case<T> c{cell,
            direction,
            packing,
            wave<T>({N, D}, 0.1),
            {wave<T>({B, H}, 0.2), {}},
            {wave<T>({rows, D}, 0.3), wave<T>({rows, H}, 0.4, 0.5), wave<T>({rows}, 0.5), wave<T>({rows}, 0.6)},
            wave<T>({N, H}, 0.7),
            {wave<T>({B, H}, 0.8), {}}};
  if (cell.row().state_count() > 1) c.initial.c = wave<T>({B, H}, 0.9);
  if (cell.row().forward.has(StepBuffer::peephole)) c.weights.peephole = wave<T>({3, H}, 1.1);
  if (cell.row().has(WeightKind::norm)) c.weights.norm = wave<T>({kNormRows, H}, 1.15);
  if (!cell.row().has(WeightKind::recurrent_bias)) c.weights.b_hh = {};
  if (cell.row().state_count() > 1) c.dlast.c = wave<T>({B, H}, 1.0);
  return c;
}

/// Numbers in [0, 1] in place of zeros and ones, so that a wrong factor shows.
template <class T>
Case<T> with_noise(Case<T> c) {
  const Index N = c.packing.total(), B = c.packing.batch(), H = c.weights.U.dim(1);
  const auto positive = [](const Tensor<T>& x) {
    for (T& v : x.span()) v = std::abs(v);
    return x;
  };
  c.noise.mask = positive(wave<T>({B, H}, 1.2, 1.4));
  for (int i = 0; i < c.cell.row().state_count(); ++i) c.noise.fresh[i] = positive(wave<T>({N, H}, 1.3 + i));
  return c;
}

/// The same with h made of fewer numbers by a projection.
template <class T>
Case<T> with_projection(Case<T> c, Index R) {
  const Index N = c.packing.total(), B = c.packing.batch(), rows = c.weights.U.dim(0), H = c.weights.U.dim(1);
  c.weights.U = wave<T>({rows, R}, 0.4, 0.5);
  c.weights.projection = wave<T>({R, H}, 1.4);
  c.initial.h = wave<T>({B, R}, 0.2);
  c.dy = wave<T>({N, R}, 0.7);
  c.dlast.h = wave<T>({B, R}, 0.8);
  return c;
}

/// A case as it is, with noise, and where the cell can have it with a projection, alone and with recurrent dropout.
template <class T>
std::vector<Case<T>> variants(const Case<T>& c, Index R) {
  std::vector<Case<T>> out = {c, with_noise(c)};
  if (!c.cell.row().has(WeightKind::projection)) return out;
  out.push_back(with_projection(c, R));
  out.push_back(out.back());
  out.back().noise.mask = wave<T>({c.packing.batch(), R}, 1.2, 1.4);
  return out;
}

template <class T>
RecurrentForward<T> forward(Context& context, const Case<T>& c, bool save = true) {
  return recurrent_forward(context, c.cell, c.direction, c.packing, c.x, c.initial, c.weights, save, c.noise);
}

double dot(const Tensor<double>& a, const Tensor<double>& b) {
  double sum = 0;
  for (Index i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The number whose gradient dy and dlast stand for.
double objective(Context& context, const Case<double>& c) {
  const auto out = forward(context, c, false);
  return dot(out.y, c.dy) + dot(out.last.h, c.dlast.h) +
         ((c.cell.row().state_count() > 1) ? dot(out.last.c, c.dlast.c) : 0);
}

/// Every cell as its row has it, and each with other activations and a clip that takes hold of some sums.
std::vector<CellForm> forms() {
  std::vector<CellForm> out;
  for (const Cell cell : recurrent_cells()) out.emplace_back(cell);
  const CellChanges hard{.gates = Activation::hard_sigmoid, .candidate = Activation::identity, .clip = 0.9};
  const CellChanges sixth{.gates = Activation::hard_sigmoid_sixth, .candidate = Activation::relu};
  const CellChanges soft{.gates = Activation::tanh, .candidate = Activation::sigmoid, .clip = 0.7};
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru, Cell::gru_reset_before, Cell::lstm_peephole})
    for (const CellChanges& changes : {hard, sixth, soft}) out.emplace_back(cell, changes);
  out.emplace_back(Cell::lstm, CellChanges{.output = Activation::identity});
  out.emplace_back(Cell::lstm_peephole, CellChanges{.output = Activation::hard_sigmoid});
  return out;
}

const Direction kDirections[] = {Direction::forward, Direction::reverse};

Packing ragged() {
  const std::vector<Index> lengths = {2, 5, 0, 4, 5, 1};
  return Packing::from_lengths(5, lengths);
}

std::string name_of(const CellForm& cell, Direction direction) {
  return concat(cell.row().name, cell.changes.any() ? " changed" : "", cell.changes.clip > 0 ? " and clipped" : "",
                direction == Direction::forward ? " forward" : " reverse");
}

TEST(Recurrent, GradientsAgreeWithCentralDifferences) {
  Context context(1);
  for (const CellForm& cell : forms()) {
    for (const Direction direction : kDirections)
      for (const Case<double>& c : variants(make_case<double>(cell, direction, ragged(), 3, 5), 3)) {
        SCOPED_TRACE(concat(name_of(cell, direction), c.noise.mask.defined() ? " with noise" : "",
                            c.weights.projection.defined() ? " projected" : ""));
        const auto out = forward(context, c);
        const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast);
        const auto check = [&](const char* what, const Tensor<double>& value, const Tensor<double>& gradient) {
          expect_gradient(what, value, gradient, 2e-7, [&] { return objective(context, c); });
        };
        check("x", c.x, g.dx);
        for (const CellWeightRow& weight : cell.row().weights)
          if (c.weights[weight.kind].defined()) check(weight.name, c.weights[weight.kind], g.weights[weight.kind]);
        check("h0", c.initial.h, g.initial.h);
        if (cell.row().state_count() > 1) check("c0", c.initial.c, g.initial.c);
      }
  }
}

void expect_float_agrees_with_double(const CellForm& cell, Direction direction, const Packing& packing, Index H,
                                     Index R = 0) {
  Context context(2);
  auto c32 = make_case<float>(cell, direction, packing, 11, H);
  auto c64 = make_case<double>(cell, direction, packing, 11, H);
  if (R > 0) c32 = with_projection(c32, R);
  if (R > 0) c64 = with_projection(c64, R);
  const bool unbounded =
      cell.activation(cell.row().gates.size() > 3 ? 2 : cell.row().gates.size() - 1) != Activation::tanh;
  if (unbounded || R > 0 || packing.steps() > 100) {  // keep it from exploding
    for (double& u : c64.weights.U.span()) u *= 0.1;
    for (float& u : c32.weights.U.span()) u *= 0.1f;
    for (double& p : c64.weights.peephole.span()) p *= 0.1;
    for (float& p : c32.weights.peephole.span()) p *= 0.1f;
  }
  const auto out32 = forward(context, c32);
  const auto out64 = forward(context, c64);
  const auto g32 = recurrent_backward(context, *out32.saved, c32.dy, c32.dlast);
  const auto g64 = recurrent_backward(context, *out64.saved, c64.dy, c64.dlast);
  const auto check = [&](const char* what, const Tensor<float>& a, const Tensor<double>& b) {
    double scale = 1;
    for (Index i = 0; i < b.size(); ++i) scale = std::max(scale, std::abs(b[i]));
    for (Index i = 0; i < b.size(); ++i) ASSERT_NEAR(a[i], b[i], 2e-5 * scale) << what << " at " << i << " H " << H;
  };
  check("y", out32.y, out64.y);
  check("last h", out32.last.h, out64.last.h);
  check("dx", g32.dx, g64.dx);
  for (const CellWeightRow& weight : cell.row().weights)
    check(weight.name, g32.weights[weight.kind], g64.weights[weight.kind]);
  check("dh0", g32.initial.h, g64.initial.h);
}

TEST(Recurrent, FloatAgreesWithDoubleOnEveryIsa) {
  const auto packing = Packing::from_lengths(9, std::vector<Index>{7, 9, 3, 9, 1, 0, 9, 2, 5});
  // More rows than a product over all steps takes at a time.
  const auto long_packing = Packing::from_lengths(300, std::vector<Index>{300, 299, 173, 300});
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const CellForm& cell : forms()) {
      for (const Direction direction : kDirections) {
        SCOPED_TRACE(isa + " " + name_of(cell, direction));
        for (const Index H : {1, 7, 37, 64}) expect_float_agrees_with_double(cell, direction, packing, H);
        expect_float_agrees_with_double(cell, direction, long_packing, 20);
        if (cell.row().has(WeightKind::projection) && !cell.changes.any())
          for (const Index R : {1, 7, 33}) expect_float_agrees_with_double(cell, direction, packing, 37, R);
      }
    }
  }
  select_isa("");
}

// The promise behind lengths: a sequence gives bit for bit what it gives alone.
TEST(Recurrent, ASequenceHasTheSameBitsAloneAndInABatch) {
  Context context(2);
  const std::vector<Index> lengths = {20, 33, 0, 1, 33, 12, 5, 28};
  const Index D = 9, H = 40;
  const auto packing = Packing::from_lengths(33, lengths);
  for (const CellForm& cell : forms()) {
    for (const Direction direction : kDirections) {
      SCOPED_TRACE(name_of(cell, direction));
      auto c = make_case<float>(cell, direction, packing, D, H);
      for (float& u : c.weights.U.span()) u *= 0.1f;
      const auto all = forward(context, c);
      const auto g = recurrent_backward(context, *all.saved, c.dy, c.dlast);
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
        for (auto [from, to] : {std::pair{&c.initial, &one.initial}, std::pair{&c.dlast, &one.dlast}}) {
          to->h = from->h.slice(row, row + 1).clone();
          if (from->c.defined()) to->c = from->c.slice(row, row + 1).clone();
        }
        const auto alone = forward(context, one);
        const auto g_alone = recurrent_backward(context, *alone.saved, one.dy, one.dlast);
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
    }
  }
}

// Many rows are divided by row; few, by hidden unit, where the threads meet within a step: there also with what differs
// from the rows of the table.
TEST(Recurrent, AnyNumberOfThreadsGivesTheSameBits) {
  const std::vector<std::vector<Index>> batches = {
      {20, 33, 0, 1, 33, 12, 5, 28, 33, 33, 14, 30, 7, 33, 33, 2, 19}, {33, 20, 26, 31, 9, 33, 14}, {33, 20, 26}};
  for (const auto& lengths : batches) {
    for (const CellForm& cell : forms()) {
      for (const Direction direction : kDirections) {
        const bool few = lengths.size() == 3 && direction == Direction::reverse;
        if (cell.changes.any() && !few) continue;
        const auto plain = make_case<float>(cell, direction, Packing::from_lengths(33, lengths), 19, 150);
        std::vector<Case<float>> cases = few && !cell.changes.any() ? variants(plain, 70) : std::vector{plain};
        for (Case<float>& c : cases) {
          SCOPED_TRACE(concat(name_of(cell, direction), c.noise.mask.defined() ? " with noise" : "",
                              c.weights.projection.defined() ? " projected, " : ", ", lengths.size(), " rows"));
          for (float& u : c.weights.U.span()) u *= 0.1f;
          std::vector<std::vector<float>> results;
          for (const int threads : {1, 2, 3, 4}) {
            Context context(threads);
            const auto out = forward(context, c);
            const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast);
            std::vector<float> all;
            std::vector<Tensor<float>> parts = {out.y, out.last.h, g.dx, g.initial.h};
            for (const CellWeightRow& weight : c.cell.row().weights) parts.push_back(g.weights[weight.kind]);
            for (const auto& part : parts) all.insert(all.end(), part.span().begin(), part.span().end());
            results.push_back(all);
          }
          for (std::size_t i = 1; i < results.size(); ++i) EXPECT_EQ(results[0], results[i]) << i + 1 << " threads";
        }
      }
    }
  }
}

// One packing serves calls of any kind, as a decoder makes them.
// Without a way back the gates of a few steps take turns in memory: of some long sequences, and of many short ones.
TEST(Recurrent, AnInferenceGivesTheSameBits) {
  std::vector<Index> many(250, 7);
  for (std::size_t i = 0; i < many.size(); i += 3) many[i] = static_cast<Index>(i % 8);
  for (const auto& packing :
       {Packing::from_lengths(400, std::vector<Index>{400, 13, 399}), Packing::from_lengths(7, many)})
    for (const CellForm cell : {Cell::rnn_tanh, Cell::gru, Cell::gru_reset_before, Cell::lstm, Cell::lstm_peephole})
      for (const Direction direction : kDirections)
        for (const int threads : {1, 3}) {
          SCOPED_TRACE(name_of(cell, direction) + ", threads " + std::to_string(threads));
          Context context(threads);
          const auto c = make_case<float>(cell, direction, packing, 5, 20);
          const auto run = [&](bool save) {
            return recurrent_forward(context, cell, direction, packing, c.x, c.initial, c.weights, save);
          };
          const auto kept = run(true), alone = run(false);
          EXPECT_EQ(kept.y.values(), alone.y.values());
          EXPECT_EQ(kept.last.h.values(), alone.last.h.values());
          if (cell.row().state_count() > 1) {
            EXPECT_EQ(kept.last.c.values(), alone.last.c.values());
          }
          EXPECT_FALSE(alone.saved);
        }
}

TEST(Recurrent, WeightsPackedOnceGiveTheSameBits) {
  Context context(2);
  for (const CellForm& cell : forms()) {
    const auto c = make_case<float>(cell, Direction::forward, ragged(), 7, 20);
    const auto packed = pack_cell(cell.cell, c.weights);
    const auto fresh = forward(context, c);
    const auto g_fresh = recurrent_backward(context, *fresh.saved, c.dy, c.dlast);
    for (int call = 0; call < 3; ++call) {
      const auto out = recurrent_forward(context, cell, c.direction, c.packing, c.x, c.initial, packed, true);
      EXPECT_EQ(out.y.values(), fresh.y.values());
      const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast, {.dx = call != 0});
      EXPECT_EQ(g.weights.U.values(), g_fresh.weights.U.values());
      EXPECT_EQ(g.dx.values(), call != 0 ? g_fresh.dx.values() : std::vector<float>());
    }
  }
}

// Operands of 8 bits, sums of 24: near float32 in both passes, and the same promises about bits.
TEST(Recurrent, Bf16IsNearFloatAndKeepsItsBits) {
  const std::vector<Index> lengths = {20, 13, 0, 1, 20, 12, 5, 18, 20, 7, 20};
  const auto packing = Packing::from_lengths(20, lengths);
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const CellForm cell : recurrent_cells()) {
      for (const Direction direction : kDirections) {
        SCOPED_TRACE(isa + " " + name_of(cell, direction));
        auto c = make_case<float>(cell, direction, packing, 11, 37);
        if (direction == Direction::reverse && cell.row().has(WeightKind::projection)) c = with_projection(c, 21);
        for (float& u : c.weights.U.span()) u *= 0.1f;
        const auto run = [&](int threads, Precision precision) {
          Context context(threads);
          const auto out = recurrent_forward(context, cell, direction, packing, c.x, c.initial,
                                             pack_cell(cell.cell, c.weights, precision), true);
          const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast);
          return std::vector<Tensor<float>>{out.y,       out.last.h,     g.dx,       g.weights.W,
                                            g.weights.U, g.weights.b_ih, g.initial.h};
        };
        const auto exact = run(1, Precision::f32), near = run(1, Precision::bf16), shared = run(3, Precision::bf16);
        expect_rounded(exact, near, shared);
      }
    }
  }
  select_isa("");
}

TEST(Recurrent, WritingOverWhatWasSavedGivesTheSameBits) {
  Context context(2);
  for (const CellForm& cell : forms()) {
    SCOPED_TRACE(name_of(cell, Direction::reverse));
    const auto c = make_case<float>(cell, Direction::reverse, ragged(), 7, 20);
    const auto kept = forward(context, c).saved, spent = forward(context, c).saved;
    const auto g = recurrent_backward(context, *kept, c.dy, c.dlast);
    const auto h = recurrent_backward(context, *spent, c.dy, c.dlast, {}, Keep::no);
    EXPECT_EQ(g.dx.values(), h.dx.values());
    for (const CellWeightRow& weight : cell.row().weights) {
      if (!c.weights[weight.kind].defined()) continue;
      EXPECT_EQ(g.weights[weight.kind].values(), h.weights[weight.kind].values()) << weight.name;
    }
    EXPECT_EQ(saved_gates(*kept).values(), saved_gates(*forward(context, c).saved).values());
  }
}

/// Blocks of each size that a small layer asks for, full of NaN, for the next to take.
void fill_with_nan(MemoryPool& pool) {
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t size = 64; size <= 16384; size += std::max<std::size_t>(64, std::bit_floor(size) / 16))
    for (int i = 0; i < 3; ++i) {
      blocks.emplace_back(pool.take(size), size);
      std::memset(blocks.back().first, 0xFF, size);
    }
  for (const auto& [block, size] : blocks) pool.give_back(block, size);
}

template <class T>
void reads_only_what_was_written() {
  for (const CellForm& cell : forms())
    for (const Index H : {1, 2, 3, 5, 7, 8, 9, 17}) {
      SCOPED_TRACE(concat(name_of(cell, Direction::forward), ", H ", H));
      const auto c = make_case<T>(cell, Direction::forward, Packing::full(4, 2), 3, H);
      Context clean(1), used(1);
      const auto expected = recurrent_backward(clean, *forward(clean, c).saved, c.dy, c.dlast);
      fill_with_nan(*used.memory());
      const auto found = recurrent_backward(used, *forward(used, c).saved, c.dy, c.dlast);
      EXPECT_EQ(found.dx.values(), expected.dx.values());
      EXPECT_EQ(found.initial.h.values(), expected.initial.h.values());
      for (const CellWeightRow& weight : cell.row().weights) {
        if (!c.weights[weight.kind].defined()) continue;
        EXPECT_EQ(found.weights[weight.kind].values(), expected.weights[weight.kind].values()) << weight.name;
      }
    }
}

TEST(Recurrent, NothingComesFromMemoryThatWasNeverWritten) {
  reads_only_what_was_written<float>();
  reads_only_what_was_written<double>();
}

TEST(Recurrent, StepByStepWithCarriedStateIsTheSequence) {
  Context context(1);
  const Index T = 6, B = 3, D = 4, H = 10;
  for (const CellForm& cell : forms()) {
    const auto c = make_case<float>(cell, Direction::forward, Packing::full(T, B), D, H);
    const auto whole = forward(context, c);
    CellState<float> state = c.initial;
    for (Index t = 0; t < T; ++t) {
      const auto step = recurrent_forward(context, cell, Direction::forward, Packing::full(1, B),
                                          c.x.slice(t * B, (t + 1) * B), state, c.weights, false);
      state = step.last;
      EXPECT_EQ(step.saved, nullptr);
      EXPECT_EQ(step.y.values(), whole.y.slice(t * B, (t + 1) * B).values()) << t;
    }
    EXPECT_EQ(state.h.values(), whole.last.h.values());
  }
}

TEST(Recurrent, WithoutBiasStateOrUpstreamGradients) {
  Context context(1);
  for (const CellForm& cell : forms()) {
    auto c = make_case<double>(cell, Direction::forward, ragged(), 3, 4);
    const Index rows = cell.row().gate_count() * 4;
    c.initial.h.fill(0);
    if (cell.row().state_count() > 1) c.initial.c.fill(0);
    c.weights.b_ih.fill(0);
    c.weights.b_hh.fill(0);
    const auto explicit_zeros = forward(context, c);
    c.initial = {};
    c.weights.b_ih = c.weights.b_hh = {};
    const auto out = forward(context, c);
    EXPECT_EQ(out.y.values(), explicit_zeros.y.values());
    const auto g = recurrent_backward(context, *out.saved, {}, {}, {.dx = false});
    EXPECT_FALSE(g.dx.defined());
    EXPECT_FALSE(g.weights.b_ih.defined());
    EXPECT_FALSE(g.initial.h.defined());
    EXPECT_EQ(g.weights.W.shape(), Shape({rows, 3}));
    EXPECT_EQ(dot(g.weights.W, g.weights.W), 0);
  }
}

TEST(Recurrent, WhatIsNotWantedChangesNothingElse) {
  Context context(2);
  for (const CellForm& cell : forms()) {
    const auto c = make_case<float>(cell, Direction::reverse, Packing::full(5, 9), 3, 6);
    const auto out = forward(context, c);
    const auto all = recurrent_backward(context, *out.saved, c.dy, c.dlast);
    const auto state = recurrent_backward(context, *out.saved, c.dy, c.dlast, {.dx = false, .weights = false});
    EXPECT_EQ(state.initial.h.values(), all.initial.h.values());
    EXPECT_FALSE(state.dx.defined());
    EXPECT_FALSE(state.weights.W.defined());
    EXPECT_FALSE(state.weights.U.defined());
    EXPECT_EQ(recurrent_backward(context, *out.saved, c.dy, c.dlast, {.weights = false}).dx.values(), all.dx.values());
  }
}

TEST(Recurrent, GatesAreActivationsInPyTorchsOrder) {
  Context context(1);
  const Index H = 5;
  const auto c = make_case<float>(Cell::lstm, Direction::forward, Packing::full(4, 2), 3, H);
  const auto out = forward(context, c);
  const auto gates = saved_gates(*out.saved);
  ASSERT_EQ(gates.shape(), Shape({8, 4, H}));
  for (Index n = 0; n < 2; ++n) {  // the first step, where c_prev = c0 is known
    for (Index u = 0; u < H; ++u) {
      const float i = gates.at({n, 0, u}), f = gates.at({n, 1, u}), g = gates.at({n, 2, u}), o = gates.at({n, 3, u});
      EXPECT_NEAR(out.y[n * H + u], o * std::tanh(f * c.initial.c[n * H + u] + i * g), 1e-6);
    }
  }
}

TEST(Recurrent, NamesWhatDoesNotFit) {
  Context context(1);
  const auto message = [&](const std::function<void(Case<float>&)>& spoil) {
    auto c = make_case<float>(Cell::gru, Direction::forward, Packing::full(4, 2), 3, 5);
    spoil(c);
    try {
      forward(context, c);
    } catch (const ShapeError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(message([](auto& c) {
              c.x = Tensor<float>({8, 4});
            }).find("expected x [8, 3], found [8, 4]"),
            std::string::npos);
  EXPECT_NE(message([](auto& c) { c.weights.W = Tensor<float>({14, 3}); }).find("[14, 3]"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.weights.b_hh = Tensor<float>({5}); }).find("bias [15]"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.initial.h = Tensor<float>({3, 5}); }).find("h0 [2, 5]"), std::string::npos);
  EXPECT_NE(message([](auto& c) {
              c.initial.c = Tensor<float>({2, 5});
            }).find("the GRU has 1 state"),
            std::string::npos);
}

}  // namespace
}  // namespace recurra::ops
