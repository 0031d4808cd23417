// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "recurra/kernels/cell_forms.h"
#include "tests/kernels/guarded.h"
#include "tests/recurrent_cells.h"

namespace recurra::kernels::stream_test {
namespace {

constexpr Index kRoom = 16;  // floats behind the last row of a state

/// A layer's weights as PyTorch has them, and the state of some streams.
struct Case {
  StreamShape shape;
  Index streams;
  std::vector<float> W, U, b_ih, b_hh, x, h, c, P;

  Case(StreamShape of, Index count) : shape(of), streams(count) {
    const Index rows = shape.gates() * shape.units;
    W = wave(rows * shape.inputs, 0.5);
    U = wave(rows * shape.recurrent_inputs(), 0.3);
    b_ih = wave(rows, 0.9);
    b_hh = shape.recurrent ? wave(rows, 0.2) : std::vector<float>(rows);
    x = wave(streams * shape.inputs, 0.1);
    h = wave(streams * shape.units, 0.4);
    c = wave(streams * shape.units, 0.6);
    P = wave(3 * shape.units, 0.7);
  }
  const float* peephole() const { return describe(shape.cell).forward.has(StepBuffer::peephole) ? P.data() : nullptr; }
};

struct State {
  std::vector<float> h, c;
  bool operator==(const State&) const = default;
};

/// One step by the streaming kernel; checks that nothing was written beside its results.
State streamed(const Case& in) {
  const StreamPlan plan = plan_stream(in.shape, in.streams);
  const bool apart = describe(in.shape.cell).recurrent_apart(), scaled = in.shape.weights == StreamWeights::int8;
  const auto floats = static_cast<Index>((plan.packed_bytes() + sizeof(float) - 1) / sizeof(float));
  Guarded<float> packed(floats), scale(plan.columns), recurrent_scale(plan.columns), x(in.x);
  std::vector<float> first = in.b_ih;
  for (std::size_t i = 0; i < first.size() && !apart; ++i) first[i] += in.b_hh[i];
  Guarded<float> bias(plan.columns), recurrent_bias(plan.columns);
  pack_stream_row(plan, first.data(), bias.data());
  pack_stream_row(plan, in.b_hh.data(), recurrent_bias.data());
  pack_stream(plan, in.W.data(), in.U.data(), packed.data(), scale.data(), recurrent_scale.data());
  EXPECT_TRUE(packed.untouched_but([&](Index i) { return i < floats; }));
  EXPECT_TRUE(scale.untouched_but([&](Index i) { return scaled && i < plan.columns; }));

  std::vector<float> room(kRoom);
  const auto with_room = [&](std::vector<float> rows) {
    rows.insert(rows.end(), room.begin(), room.end());
    return rows;
  };
  const Index count = in.streams * in.shape.units;
  Guarded<float> h(with_room(in.h)), c(with_room(in.c)), out(count + kRoom),
      room_of_step(stream_room(in.shape, in.streams));
  const StreamLayer layer{&plan,        packed.data(),          bias.data(),  recurrent_bias.data(),
                          scale.data(), recurrent_scale.data(), in.peephole()};
  stream_step(in.shape)(layer, {in.streams, x.data(), h.data(), c.data(), out.data(), room_of_step.data()});
  EXPECT_TRUE(room_of_step.untouched_but([&](Index i) { return i < stream_room(in.shape, in.streams); }));
  EXPECT_TRUE(out.untouched_but([&](Index i) { return i < count + kRoom; }));
  EXPECT_TRUE(std::equal(in.h.begin(), in.h.end(), h.data())) << "the state that was read is left";
  const State result{{out.data(), out.data() + count}, {c.data(), c.data() + count}};
  if (plan.panels.size() == 1) {
    std::copy(in.c.begin(), in.c.end(), c.data());
    stream_step(in.shape)(layer, {in.streams, x.data(), h.data(), c.data(), h.data(), room_of_step.data()});
    EXPECT_EQ(std::memcmp(h.data(), result.h.data(), static_cast<std::size_t>(count) * sizeof(float)), 0) << "in place";
  }
  return result;
}

/// Gates [first, first + plan.gates) of a matrix [gates * units, K] transposed, in the plan's columns.
std::vector<float> columns_of(const PanelPlan& plan, int first, Index K, const std::vector<float>& W) {
  std::vector<float> B(K * plan.columns() + plan.panel_width());
  for (int gate = 0; gate < plan.gates; ++gate)
    for (Index unit = 0; unit < plan.units; ++unit)
      for (Index k = 0; k < K; ++k)
        B[k * plan.columns() + plan.column(gate, unit)] = W[((first + gate) * plan.units + unit) * K + k];
  return B;
}

/// Gates [first, first + plan.gates) of one stream: their sums over x, and those over a state, by gemm.
struct GateSums {
  PanelPlan plan;
  std::vector<float> sums, recurrent;

  GateSums(const Case& in, int first, int count, Index stream)
      : plan(plan_panels<float>(in.shape.units, count)),
        sums(plan.columns() + plan.panel_width()),
        recurrent(sums),
        in_(in),
        first_(first),
        bias_(plan.panels() * plan.panel_width()),
        recurrent_bias_(bias_) {
    const bool apart = describe(in.shape.cell).recurrent_apart();
    const Index H = in.shape.units, D = in.shape.inputs;
    for (int gate = 0; gate < count; ++gate) {
      for (Index unit = 0; unit < H; ++unit) {
        const float b = in.b_ih[(first + gate) * H + unit], second = in.b_hh[(first + gate) * H + unit];
        bias_[plan.column(gate, unit)] = apart ? b : b + second;
        recurrent_bias_[plan.column(gate, unit)] = second;
      }
    }
    const auto W = columns_of(plan, first, D, in.W);
    gemm(plan, 1, D, {in.x.data() + stream * D, D, 1}, row_major_panels<float>(plan, W.data(), plan.columns()),
         sums.data(), plan.columns(), Start::bias, bias_.data());
  }
  void add(const float* h) {
    const bool apart = describe(in_.shape.cell).recurrent_apart();
    const Index K = in_.shape.recurrent_inputs();
    const auto U = columns_of(plan, first_, K, in_.U);
    gemm(plan, 1, K, {h, K, 1}, row_major_panels<float>(plan, U.data(), plan.columns()),
         apart ? recurrent.data() : sums.data(), plan.columns(), apart ? Start::bias : Start::c,
         recurrent_bias_.data());
  }

 private:
  const Case& in_;
  int first_;
  std::vector<float> bias_, recurrent_bias_;
};

/// One step of each stream by the kernels that a whole sequence runs through.
State by_gemm(const Case& in) {
  const StreamShape& shape = in.shape;
  const Index H = shape.units;
  const int late = describe(shape.cell).late_gates(), early = shape.gates() - late;
  State state{in.h, in.c};
  for (Index s = 0; s < in.streams; ++s) {
    GateSums gates(in, 0, early, s);
    gates.add(in.h.data() + s * H);
    const Index room = gates.plan.lanes;
    std::vector<float> h(in.h.begin() + s * H, in.h.begin() + (s + 1) * H),
        c(in.c.begin() + s * H, in.c.begin() + (s + 1) * H), n(H + room), reset_h(H + room);
    h.resize(H + room);
    c.resize(H + room);
    ForwardStep<float> step{.rows = 1, .gates_stride = gates.plan.columns(), .stride = H, .gates = gates.sums.data()};
    step.recurrent = gates.recurrent.data();
    step.h_prev = step.h = h.data();
    step.c_prev = step.c = c.data();
    step.n_recurrent = n.data();
    step.reset_h = reset_h.data();
    step.peephole = in.peephole();
    step.peephole_stride = H;
    step_forward(shape.form(), gates.plan, step);
    if (late > 0) {
      GateSums last(in, early, late, s);
      last.add(reset_h.data());
      step.late = last.sums.data();
      late_forward(shape.cell, gates.plan, step);
    }
    std::copy_n(h.begin(), H, state.h.begin() + s * H);
    std::copy_n(c.begin(), H, state.c.begin() + s * H);
  }
  return state;
}

class Stream : public OnEveryIsa {};

// Every tail of units, with and without recurrence, one stream and several: the bits of the kernels for whole
// sequences.
TEST_P(Stream, Float32HasTheBitsOfTheWholeSequence) {
  std::vector<Index> sizes = {40, 65, 130};
  for (Index units = 1; units <= 2 * plan_panels<float>(1, 1).lanes + 1; ++units) sizes.push_back(units);
  std::vector<CellForm> forms;
  for (const Cell cell : changeable_cells()) forms.emplace_back(cell);
  const CellChanges changes{.gates = Activation::hard_sigmoid, .candidate = Activation::sigmoid, .clip = 0.4};
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru, Cell::lstm_peephole})
    forms.emplace_back(cell, changes);
  for (const CellForm& form : forms) {
    const Cell cell = form.cell;
    for (const Index units : sizes) {
      for (const Index D : {1, 3}) {
        for (const Index streams : {1, 2, 7}) {
          SCOPED_TRACE(testing::Message() << describe(cell).name << (form.changes.any() ? " changed, " : ", ") << D
                                          << " inputs, " << units << " units, " << streams << " streams");
          const Case in({cell, D, units, true, StreamWeights::f32, form.changes}, streams);
          ASSERT_EQ(streamed(in), by_gemm(in));
          if (gate_count(cell) > 1 || form.changes.any()) continue;
          const Case dense({cell, D, units, false, StreamWeights::f32}, streams);
          ASSERT_EQ(streamed(dense).h, by_gemm(dense).h);
        }
      }
    }
  }
}

// Sums of a linear layer: half of 2^-8 of |w| <= 1, half of 2^-11, and half a step of 1/127.
TEST_P(Stream, SmallerWeightsStayWithinTheirRounding) {
  for (const Index units : {1, 9, 33}) {
    for (const Index D : {1, 2, 7, 64}) {
      Case in({Cell::rnn_linear, D, units, true, StreamWeights::f32}, 3);
      const State expected = streamed(in);
      double size = 0;
      for (const float v : in.x) size = std::max(size, std::abs(double{v}));
      size = size * static_cast<double>(D) + static_cast<double>(units);
      in.shape.weights = StreamWeights::bf16;
      const State bf16 = streamed(in);
      in.shape.weights = StreamWeights::int8;
      const State int8 = streamed(in);
      in.shape.weights = StreamWeights::f16;
      const State f16 = streamed(in);
      for (std::size_t i = 0; i < expected.h.size(); ++i) {
        ASSERT_NEAR(bf16.h[i], expected.h[i], size / 512 + 1e-5) << "bf16 at " << i;
        ASSERT_NEAR(f16.h[i], expected.h[i], size / 4096 + 1e-5) << "f16 at " << i;
        ASSERT_NEAR(int8.h[i], expected.h[i], size * 0.5 / 127 + 1e-5) << "int8 at " << i;
      }
    }
  }
}

TEST_P(Stream, ExactWeightsAreExactInEveryKind) {
  for (const Cell cell : {Cell::rnn_linear, Cell::lstm, Cell::gru, Cell::gru_reset_before, Cell::lstm_peephole}) {
    Case in({cell, 3, 5, true, StreamWeights::f32}, 1);
    for (std::size_t i = 0; i < in.W.size(); ++i) in.W[i] = i % 3 == 0 ? 127 : static_cast<float>(i % 120) - 60;
    for (std::size_t i = 0; i < in.U.size(); ++i) in.U[i] = i % 5 == 0 ? 127 : static_cast<float>(i % 120) - 60;
    in.x = {1, 2, 4};
    in.h = {1, -1, 0.5f, 0.25f, 2};
    std::fill(in.b_ih.begin(), in.b_ih.end(), 0.5f);
    std::fill(in.b_hh.begin(), in.b_hh.end(), 0.0f);
    const State expected = streamed(in);
    in.shape.weights = StreamWeights::bf16;
    EXPECT_EQ(streamed(in), expected);
    in.shape.weights = StreamWeights::int8;
    EXPECT_EQ(streamed(in), expected);
    in.shape.weights = StreamWeights::f16;
    EXPECT_EQ(streamed(in), expected);
  }
}

// A linear layer of one input shows the weights themselves.
TEST_P(Stream, Float16RoundsToTheNearest) {
  const struct {
    float given, rounded;
  } values[] = {{1, 1},
                {-65504, -65504},
                {1 + 0x1p-11f, 1},  // halfway, to the even neighbour
                {1 + 3 * 0x1p-11f, 1 + 2 * 0x1p-10f},
                {1 + 0x1.1p-11f, 1 + 0x1p-10f},
                {2047.75f, 2048},      // the exponent grows
                {0x1p-14f, 0x1p-14f},  // the smallest normal number
                {0x1p-14f - 0x1p-26f, 0x1p-14f},
                {-0x1p-24f, -0x1p-24f},  // the smallest subnormal one
                {0x1.8p-24f, 0x1p-23f},
                {0x1p-25f, 0},
                {3e-39f, 0}};
  const auto units = static_cast<Index>(std::size(values));
  Case in({Cell::rnn_linear, 1, units, false, StreamWeights::f16}, 1);
  in.x = {1};
  for (Index i = 0; i < units; ++i) {
    in.W[i] = values[i].given;
    in.b_ih[i] = 0;
  }
  const State y = streamed(in);
  for (Index i = 0; i < units; ++i) EXPECT_EQ(y.h[i], values[i].rounded) << values[i].given;
}

// Each activation is off by less than 7e-5, and a step passes the errors of at most four of them on.
TEST_P(Stream, ApproximateActivationsStayNearPreciseOnes) {
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru, Cell::gru_reset_before}) {
    for (const Index units : {3, 8, 20, 48, 70}) {
      for (const StreamWeights weights :
           {StreamWeights::f32, StreamWeights::f16, StreamWeights::bf16, StreamWeights::int8}) {
        Case in({cell, 3, units, true, weights}, 3);
        const State expected = streamed(in);
        in.shape.activations = StreamActivations::approximate;
        const State y = streamed(in);
        ASSERT_NE(y.h, expected.h) << describe(cell).name;
        // The reset gate's error reaches the candidate times U h, a sum over the units.
        const double bound = cell == Cell::gru || cell == Cell::gru_reset_before ? 3e-3 : 2.5e-4;
        for (std::size_t i = 0; i < y.h.size(); ++i) ASSERT_NEAR(y.h[i], expected.h[i], bound) << describe(cell).name;
      }
    }
  }
  Case relu({Cell::rnn_relu, 3, 20, true, StreamWeights::f32}, 1);
  const State expected = streamed(relu);
  relu.shape.activations = StreamActivations::approximate;
  EXPECT_EQ(streamed(relu), expected) << "relu has nothing to approximate";
}

TEST_P(Stream, NanAndInfinityReachTheirOwnUnitAlone) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  for (const StreamWeights kind : {StreamWeights::f32, StreamWeights::bf16}) {
    Case in({Cell::rnn_linear, 2, 3, false, kind}, 1);
    in.x = {1, 1};
    in.W = {1, nan, 2, inf, 3, 4};
    in.b_ih = {0, 0, 0};
    const State y = streamed(in);
    EXPECT_TRUE(std::isnan(y.h[0]));
    EXPECT_EQ(y.h[1], inf);
    EXPECT_EQ(y.h[2], 7);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Stream, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels::stream_test
