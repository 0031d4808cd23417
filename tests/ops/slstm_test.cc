// SPDX-License-Identifier: Apache-2.0
// The sLSTM against the cell of the xlstm package (fixture by tools/make_fixtures/slstm_fixtures.py), and the promises
// of the recurrent driver for a cell of four states and a block-diagonal U.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "recurra/ops/recurrent.h"
#include "recurra/simd/isa.h"
#include "tests/ops/layer_checks.h"

namespace recurra::ops::slstm_test {
namespace {

/// Uniform in [-size, size), as the script draws.
template <class T>
Tensor<T> draw(const Shape& shape, std::uint32_t seed, double size) {
  Tensor<T> x(shape);
  for (T& value : x.span()) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<T>(size * (static_cast<double>(seed >> 8) / 8388608 - 1));
  }
  return x;
}

template <class T>
struct Case {
  Direction direction = Direction::forward;
  Packing packing;
  Tensor<T> x;
  CellState<T> initial;
  CellWeights<T> weights;
  Tensor<T> dy;
  CellState<T> dlast;
};

template <class T>
Case<T> make_case(const Packing& packing, Index D, Index H, Index heads, double size, bool from_zero) {
  const Index N = packing.total(), B = packing.batch();
  Case<T> c;
  c.packing = packing;
  c.x = draw<T>({N, D}, 1, 1);
  c.weights.W = draw<T>({4 * H, D}, 2, size);
  c.weights.U = draw<T>({4 * H, H / heads}, 3, size);
  c.weights.b_ih = draw<T>({4 * H}, 4, size);
  if (!from_zero) {
    c.initial = {draw<T>({B, H}, 5, 1), draw<T>({B, H}, 6, 1), draw<T>({B, H}, 8, 1), draw<T>({B, H}, 7, 1)};
    for (T& n : c.initial.n.span()) n += T(1.5);
  }
  c.dy = draw<T>({N, H}, 9, 1);
  const Tensor<T> dlast = draw<T>({4 * B, H}, 10, 1);
  for (int i = 0; i < 4; ++i) c.dlast[i] = dlast.slice(i * B, (i + 1) * B);
  return c;
}

template <class T>
RecurrentForward<T> forward(Context& context, const Case<T>& c, Precision precision = Precision::f32) {
  return recurrent_forward(context, Cell::slstm, c.direction, c.packing, c.x, c.initial,
                           pack_cell(Cell::slstm, c.weights, precision), true);
}

/// Everything that comes out of both passes, by name.
template <class T>
std::vector<std::pair<std::string, Tensor<T>>> both_ways(Context& context, const Case<T>& c,
                                                         Precision precision = Precision::f32) {
  const auto out = forward(context, c, precision);
  const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast);
  std::vector<std::pair<std::string, Tensor<T>>> all = {
      {"y", out.y}, {"dx", g.dx}, {"dW", g.weights.W}, {"dU", g.weights.U}, {"db", g.weights.b_ih}};
  for (int i = 0; i < 4; ++i) {
    all.emplace_back(concat("last ", i), out.last[i]);
    if (c.initial.h.defined()) all.emplace_back(concat("dinitial ", i), g.initial[i]);
  }
  return all;
}

/// Compares with numbers of the fixture, each relative to the largest of its tensor.
template <class T>
void expect_near(const std::string& what, const T* found, const nlohmann::json& expected, std::size_t first,
                 std::size_t count, double tolerance) {
  double scale = 1;
  for (std::size_t i = 0; i < count; ++i) scale = std::max(scale, std::abs(expected[first + i].get<double>()));
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_NEAR(found[i], expected[first + i].get<double>(), tolerance * scale) << what << " at " << i;
}

template <class T>
void agrees_with_the_package(double tolerance) {
  std::ifstream in(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/xlstm/slstm.json");
  const auto fixture = nlohmann::json::parse(in);
  ASSERT_EQ(fixture["cases"].size(), 12u);
  const Index H = fixture["H"];
  const auto packing = Packing::full(fixture["T"].get<Index>(), fixture["B"].get<Index>());
  const auto state = static_cast<std::size_t>(packing.batch() * H);
  Context context(1);
  for (const auto& expected : fixture["cases"]) {
    const Index heads = expected["heads"];
    const bool from_zero = expected["from_zero"];
    SCOPED_TRACE(
        concat(heads, " heads, weights up to ", expected["size"].get<double>(), from_zero ? ", from zero" : ""));
    const auto c =
        make_case<T>(packing, fixture["D"].get<Index>(), H, heads, expected["size"].get<double>(), from_zero);
    for (const auto& [name, value] : both_ways(context, c)) {
      const bool state_part = name.find(' ') != std::string::npos;
      const std::string key = name.substr(0, name.find(' '));
      const std::size_t part = state_part ? static_cast<std::size_t>(name.back() - '0') : 0;
      expect_near(name, value.data(), expected[key], part * state, static_cast<std::size_t>(value.size()), tolerance);
    }
  }
}

TEST(Slstm, AgreesWithThePackageForwardAndBackward) {
  agrees_with_the_package<double>(1e-8);
}

TEST(Slstm, AgreesWithThePackageInFloatOnEveryIsa) {
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    SCOPED_TRACE(isa);
    agrees_with_the_package<float>(1e-5);
  }
  select_isa("");
}

double objective(Context& context, const Case<double>& c) {
  const auto out = forward(context, c);
  const auto dot = [](const Tensor<double>& a, const Tensor<double>& b) {
    double sum = 0;
    for (Index i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  double sum = dot(out.y, c.dy);
  for (int i = 0; i < 4; ++i) sum += dot(out.last[i], c.dlast[i]);
  return sum;
}

Packing ragged(Index longest = 5) {
  return Packing::from_lengths(longest, std::vector<Index>{2, longest, 0, 4, longest, 1});
}

TEST(Slstm, GradientsAgreeWithCentralDifferences) {
  Context context(1);
  for (const Direction direction : {Direction::forward, Direction::reverse})
    for (const Index heads : {1, 2}) {
      auto c = make_case<double>(ragged(), 3, 6, heads, 0.8, false);
      c.direction = direction;
      const auto out = forward(context, c);
      const auto g = recurrent_backward(context, *out.saved, c.dy, c.dlast);
      const auto check = [&](const char* what, const Tensor<double>& value, const Tensor<double>& gradient) {
        expect_gradient(what, value, gradient, 2e-7, [&] { return objective(context, c); });
      };
      check("x", c.x, g.dx);
      check("W", c.weights.W, g.weights.W);
      check("U", c.weights.U, g.weights.U);
      check("b", c.weights.b_ih, g.weights.b_ih);
      for (int i = 0; i < 4; ++i) check(describe(Cell::slstm).states[i].name, c.initial[i], g.initial[i]);
    }
}

// Sizes below, at and above a vector and a panel; heads that begin inside a vector. The gradient of h alone: that of m
// goes to whichever exponent is larger, and rounding decides between two that are nearly equal.
TEST(Slstm, FloatAgreesWithDoubleForEverySizeOfHeads) {
  Context context(2);
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const auto& [H, heads] : {std::pair<Index, Index>{1, 1}, {7, 1}, {6, 3}, {64, 4}, {40, 8}, {99, 3}, {130, 2}})
      for (const Precision precision : {Precision::f32, Precision::bf16}) {
        SCOPED_TRACE(concat(isa, ", ", heads, " heads of ", H / heads));
        auto c32 = make_case<float>(ragged(9), 11, H, heads, 0.1, false);
        auto c64 = make_case<double>(ragged(9), 11, H, heads, 0.1, false);
        c32.dlast = {c32.dlast.h};
        c64.dlast = {c64.dlast.h};
        const auto found = both_ways(context, c32, precision);
        const auto expected = both_ways(context, c64);
        for (std::size_t i = 0; i < found.size(); ++i) {
          double scale = 1;
          for (const double v : expected[i].second.span()) scale = std::max(scale, std::abs(v));
          const double tolerance = precision == Precision::f32 ? 1e-5 : 0.03;
          for (Index j = 0; j < found[i].second.size(); ++j)
            ASSERT_NEAR(found[i].second[j], expected[i].second[j], tolerance * scale) << found[i].first << " at " << j;
        }
      }
  }
  select_isa("");
}

TEST(Slstm, AnyNumberOfThreadsGivesTheSameBits) {
  for (const auto& lengths : {std::vector<Index>{20, 33, 0, 1, 33, 12, 5, 28, 33, 33, 14, 30, 7, 33}, {33, 20, 26}})
    for (const Index heads : {1, 3}) {
      auto c = make_case<float>(Packing::from_lengths(33, lengths), 19, 150, heads, 0.2, false);
      std::vector<std::vector<float>> results;
      for (const int threads : {1, 2, 3, 4}) {
        Context context(threads);
        auto& all = results.emplace_back();
        for (const auto& [name, part] : both_ways(context, c))
          all.insert(all.end(), part.span().begin(), part.span().end());
      }
      for (std::size_t i = 1; i < results.size(); ++i) EXPECT_EQ(results[0], results[i]) << i + 1 << " threads";
    }
}

// Exponents that overflow float32 on their own: the stabiliser takes them out.
TEST(Slstm, HugeGateSumsStayFinite) {
  Context context(1);
  auto c = make_case<float>(Packing::full(30, 2), 3, 8, 1, 300, true);
  for (const auto& [name, part] : both_ways(context, c))
    for (const float v : part.span()) ASSERT_TRUE(std::isfinite(v)) << name;
}

TEST(Slstm, SequenceCutInTwoWithItsStateIsTheSequence) {
  Context context(1);
  const Index T = 7, B = 3, cut = 3;
  const auto c = make_case<float>(Packing::full(T, B), 4, 10, 2, 0.8, true);
  const auto whole = forward(context, c);
  auto first = c, second = c;
  first.packing = Packing::full(cut, B);
  first.x = c.x.slice(0, cut * B);
  second.packing = Packing::full(T - cut, B);
  second.x = c.x.slice(cut * B, T * B);
  const auto before = forward(context, first);
  second.initial = before.last;
  const auto after = forward(context, second);
  EXPECT_EQ(before.y.values(), whole.y.slice(0, cut * B).values());
  EXPECT_EQ(after.y.values(), whole.y.slice(cut * B, T * B).values());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(after.last[i].values(), whole.last[i].values());
}

TEST(Slstm, NamesWhatDoesNotFit) {
  const auto message = [](Shape W, Shape U) {
    try {
      pack_cell(Cell::slstm, CellWeights<float>{Tensor<float>(W), Tensor<float>(U), {}, {}});
    } catch (const ShapeError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(message({24, 3}, {24, 4}).find("U [24, 6 / heads], found [24, 3] and [24, 4]"), std::string::npos);
  EXPECT_EQ(message({24, 3}, {24, 3}), "no error");
}

}  // namespace
}  // namespace recurra::ops::slstm_test
