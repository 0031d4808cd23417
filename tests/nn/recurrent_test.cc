// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/recurrent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/composed_cell.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "tests/recurrent_cells.h"

namespace recurra {
namespace {

template <class T = double>
Tensor<T> wave(const Shape& shape, double phase, double size = 0.6) {
  Tensor<T> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<T>(size * std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

Variable<double> wave_variable(const Shape& shape, double phase) {
  return Variable<double>(wave(shape, phase), true);
}

void expect_near(const Tensor<double>& a, const Tensor<double>& b, double tolerance, const std::string& what) {
  ASSERT_EQ(a.shape(), b.shape()) << what;
  for (Index i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], tolerance) << what << " at " << i;
}

struct Layer {
  Variable<double> x;
  StateVariables<double> initial;
  CellVariables<double> weights;
};

/// heads: of a block-diagonal U.
Layer wave_layer(const CellRow& row, Index N, Index B, Index D, Index H, Index heads, bool with_state) {
  Layer layer{wave_variable({N, D}, 0.1), {}, {}};
  for (int i = 0; with_state && i < row.state_count(); ++i) layer.initial[i] = wave_variable({B, H}, 0.2 + 0.1 * i);
  if (layer.initial.n.defined())
    for (double& n : layer.initial.n.value().span()) n += 1.5;  // a normaliser is positive
  const Index rows = row.gate_count() * H;
  for (const CellWeightRow& weight : row.weights) {
    if (weight.kind == WeightKind::projection) continue;
    const Index columns = weight.kind == WeightKind::input_weight ? D : H / heads;
    const Shape shape = weight.is_bias()                      ? Shape({rows})
                        : weight.kind == WeightKind::peephole ? Shape({3, H})
                        : weight.kind == WeightKind::norm     ? Shape({kNormRows, H})
                                                              : Shape({rows, columns});
    layer.weights[weight.kind] = wave_variable(shape, 0.4 + 0.1 * static_cast<double>(weight.kind));
  }
  return layer;
}

/// Outputs, and the gradient of everything that goes in.
std::vector<Tensor<double>> run_and_back(Tape<double>& tape, const CellRow& row, const Layer& layer,
                                         const RecurrentVariables<double>& out) {
  std::vector<Variable<double>> outputs = {out.y};
  for (int i = 0; i < row.state_count(); ++i) outputs.push_back(out.last[i]);
  std::vector<Tensor<double>> values, dy;
  for (const auto& output : outputs) {
    dy.push_back(wave(output.shape(), 0.8 + 0.1 * static_cast<double>(dy.size())));
    values.push_back(output.value());
  }
  tape.backward(outputs, dy);
  values.push_back(layer.x.grad());
  for (int i = 0; layer.initial.h.defined() && i < row.state_count(); ++i) values.push_back(layer.initial[i].grad());
  for (const CellWeightRow& weight : row.weights)
    if (layer.weights[weight.kind].defined()) values.push_back(layer.weights[weight.kind].grad());
  return values;
}

// The fused sequence op and the cell in small tape ops: one definition, two ways to run it.
TEST(ComposedCell, AgreesWithTheFusedOpForwardAndBackward) {
  Context context(1);
  const std::vector<Index> lengths = {3, 5, 0, 4, 1};
  const auto packing = ops::Packing::from_lengths(5, lengths);
  const Index D = 3, H = 6, B = 5;
  std::vector<CellForm> forms;
  for (const CellRow& row : cell_rows()) forms.emplace_back(row.cell);
  for (const Cell cell : changeable_cells())
    for (const Activation gates : {Activation::hard_sigmoid, Activation::hard_sigmoid_sixth, Activation::tanh})
      for (const Activation candidate : {Activation::relu, Activation::sigmoid, Activation::identity})
        forms.emplace_back(cell, CellChanges{.gates = gates, .candidate = candidate, .clip = 0.8});
  forms.emplace_back(Cell::lstm, CellChanges{.output = Activation::relu});
  for (const CellForm& form : forms) {
    ops::RecurrentNoise<double> drawn;  // numbers between 0 and 1, so that a wrong factor shows
    drawn.mask = wave({B, H}, 1.1);
    const int zoned = form.cell == Cell::slstm ? 1 : form.row().state_count();
    for (int i = 0; i < zoned; ++i) drawn.fresh[i] = wave({packing.total(), H}, 1.2 + i);
    const bool noisy = form.row().driver == Driver::recurrent;
    for (const Direction direction : {Direction::forward, Direction::reverse})
      for (const auto& noise :
           noisy ? std::vector{ops::RecurrentNoise<double>(), drawn} : std::vector{ops::RecurrentNoise<double>()})
        for (const Index heads : form.row().has_heads ? std::vector<Index>{1, 2, 3} : std::vector<Index>{1})
          for (const bool with_state : {true, false}) {
            SCOPED_TRACE(concat(form.row().name, ", ", heads, " heads"));
            std::vector<std::vector<Tensor<double>>> results;
            for (const bool fused : {true, false}) {
              const Layer layer = wave_layer(form.row(), packing.total(), B, D, H, heads, with_state);
              Tape<double> tape(context);
              const auto run = fused ? recurrent<double> : composed_recurrent<double>;
              const auto out = run(tape, form, direction, packing, layer.x, layer.initial, layer.weights, noise);
              results.push_back(run_and_back(tape, form.row(), layer, out));
            }
            for (std::size_t i = 0; i < results[0].size(); ++i)
              expect_near(results[0][i], results[1][i], 1e-12, concat("value ", i));
          }
  }
}

TEST(ComposedCell, AProjectionAgreesWithTheFusedOp) {
  Context context(1);
  const std::vector<Index> lengths = {3, 5, 0, 4, 1};
  const auto packing = ops::Packing::from_lengths(5, lengths);
  const Index D = 3, H = 4, R = 2, B = 5;
  for (const Cell cell : {Cell::lstm, Cell::lstm_peephole}) {
    for (const Direction direction : {Direction::forward, Direction::reverse}) {
      std::vector<std::vector<Tensor<double>>> results;
      for (const bool fused : {true, false}) {
        const Variable<double> x = wave_variable({packing.total(), D}, 0.1);
        const StateVariables<double> initial{wave_variable({B, R}, 0.2), wave_variable({B, H}, 0.3)};
        CellVariables<double> w{wave_variable({4 * H, D}, 0.4), wave_variable({4 * H, R}, 0.5),
                                wave_variable({4 * H}, 0.6), wave_variable({4 * H}, 0.7)};
        if (cell == Cell::lstm_peephole) w.peephole = wave_variable({3, H}, 0.8);
        w.projection = wave_variable({R, H}, 0.9);
        ops::RecurrentNoise<double> noise;
        noise.mask = wave({B, R}, 1.1);
        Tape<double> tape(context);
        const auto out = fused ? recurrent(tape, cell, direction, packing, x, initial, w, noise)
                               : composed_recurrent(tape, cell, direction, packing, x, initial, w, noise);
        tape.backward({out.y, out.last.h, out.last.c},
                      {wave(out.y.shape(), 0.8), wave({B, R}, 0.9), wave({B, H}, 1.0)});
        auto& values =
            results.emplace_back(std::vector<Tensor<double>>{out.y.value(), out.last.h.value(), out.last.c.value()});
        for (const auto& v : {x, initial.h, initial.c, w.W, w.U, w.b_ih, w.b_hh, w.projection})
          values.push_back(v.grad());
      }
      for (std::size_t i = 0; i < results[0].size(); ++i)
        expect_near(results[0][i], results[1][i], 1e-12, concat("value ", i));
    }
  }
}

TEST(Recurrent, AProjectionHasPyTorchsNamesAndShapes) {
  Context context(1);
  const RecurrentOptions options{
      .cell = Cell::lstm, .input_size = 3, .hidden_size = 6, .layers = 2, .bidirectional = true, .projection = 2};
  Recurrent<float> net(options);
  initialize(net.parameters(), 5);
  const auto shape_of = [&](const std::string& name) {
    for (const auto& p : net.parameters())
      if (p.name == name) return p.variable.shape();
    return Shape();
  };
  EXPECT_EQ(shape_of("weight_hh_l0"), Shape({24, 2}));
  EXPECT_EQ(shape_of("weight_hr_l0"), Shape({2, 6}));
  EXPECT_EQ(shape_of("weight_ih_l1_reverse"), Shape({24, 4}));
  EXPECT_EQ(net.parameters()[4].name, "weight_hr_l0");  // behind the biases, as PyTorch lists it
  Tape<float> tape(context, {.record = false});
  const auto out = net.forward(tape, Variable<float>(wave<float>({5, 2, 3}, 0.1)));
  EXPECT_EQ(out.y.shape(), Shape({5, 2, 4}));
  EXPECT_EQ(out.state.h.shape(), Shape({4, 2, 2}));
  EXPECT_EQ(out.state.c.shape(), Shape({4, 2, 6}));
  EXPECT_THROW(Recurrent<float>({.cell = Cell::gru, .input_size = 1, .hidden_size = 2, .projection = 1}), ValueError);
  EXPECT_THROW(Recurrent<float>({.input_size = 1, .hidden_size = 2, .projection = 3}), ValueError);
}

// In training a unit is dropped or kept for a whole sequence, or keeps its state for a step; elsewhere the mean stands
// for the draw. The same seed and step draw the same.
TEST(Recurrent, RecurrentDropoutAndZoneoutActInTraining) {
  Context one(1), three(3);
  const auto run = [&](Context& context, RecurrentOptions options, bool training, std::uint64_t step) {
    options.input_size = 3;
    options.hidden_size = 8;
    Recurrent<float> net(options);
    initialize(net.parameters(), 5);
    Tape<float> tape(context, {.training = training, .seed = 3, .step = step});
    return net.forward(tape, Variable<float>(wave<float>({6, 7, 3}, 0.1), true)).y.value().values();
  };
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru, Cell::gru_reset_before, Cell::lstm_peephole}) {
    SCOPED_TRACE(describe(cell).name);
    const RecurrentOptions plain{.cell = cell}, dropped{.cell = cell, .recurrent_dropout = 0.5},
        zoned{.cell = cell, .zoneout_h = 0.5};
    EXPECT_EQ(run(one, dropped, false, 0), run(one, plain, false, 0));
    EXPECT_NE(run(one, zoned, false, 0), run(one, plain, false, 0)) << "the mean of the draws is not the plain net";
    for (const RecurrentOptions& o : {dropped, zoned}) {
      EXPECT_NE(run(one, o, true, 0), run(one, plain, true, 0));
      EXPECT_EQ(run(one, o, true, 0), run(three, o, true, 0));
      EXPECT_NE(run(one, o, true, 0), run(one, o, true, 1)) << "a fresh draw each step";
    }
    const auto y = run(one, zoned, true, 0);
    Index kept = 0;
    for (std::size_t i = 7 * 8; i < y.size(); ++i) kept += y[i] == y[i - 7 * 8];
    EXPECT_NEAR(static_cast<double>(kept) / (5 * 7 * 8), 0.5, 0.12);
  }
  EXPECT_THROW(Recurrent<float>({.input_size = 1, .hidden_size = 1, .recurrent_dropout = 1}), ValueError);
  EXPECT_THROW(Recurrent<float>({.cell = Cell::gru, .input_size = 1, .hidden_size = 1, .zoneout_c = 0.1}), ValueError);
}

TEST(Recurrent, APartOfABatchDrawsTheNoiseOfTheWhole) {
  Context context(1);
  Recurrent<float> net({.cell = Cell::lstm,
                        .input_size = 3,
                        .hidden_size = 8,
                        .recurrent_dropout = 0.5,
                        .zoneout_h = 0.3,
                        .zoneout_c = 0.3});
  initialize(net.parameters(), 5);
  const Tensor<float> x = wave<float>({6, 7, 3}, 0.1);
  const Index first = 2, rows = 4;
  Tensor<float> part({6, rows, 3});
  for (Index t = 0; t < 6; ++t) std::copy_n(x.data() + (t * 7 + first) * 3, rows * 3, part.data() + t * rows * 3);
  Tape<float> whole(context, {.seed = 3, .step = 1});
  Tape<float> some(context, {.seed = 3, .step = 1, .rows = {.first = first, .total = 7}});
  const Tensor<float> y = net.forward(whole, Variable<float>(x)).y.value();
  const Tensor<float> z = net.forward(some, Variable<float>(part)).y.value();
  for (Index t = 0; t < 6; ++t)
    for (Index row = 0; row < rows; ++row)
      for (Index u = 0; u < 8; ++u) EXPECT_EQ(z.at({t, row, u}), y.at({t, first + row, u})) << t << " " << row;
}

TEST(Recurrent, AReverseNetIsTheReverseHalfOfOneInBothDirections) {
  Context context(1);
  const Recurrent<float> both({.cell = Cell::lstm, .input_size = 3, .hidden_size = 4, .bidirectional = true});
  initialize(both.parameters(), 5);
  Recurrent<float> reverse({.cell = Cell::lstm, .input_size = 3, .hidden_size = 4, .direction = Direction::reverse});
  NamedTensors<float> own;
  for (const auto& [name, tensor] : both.state())
    if (name.ends_with("_reverse")) own.emplace_back(name, tensor);
  reverse.load(own);
  const std::vector<Index> lengths = {3, 5};
  const Variable<float> x(wave<float>({5, 2, 3}, 0.1));
  Tape<float> tape(context, {.record = false});
  const auto a = both.forward(tape, x, lengths), b = reverse.forward(tape, x, lengths);
  for (Index t = 0; t < 5; ++t)
    for (Index row = 0; row < 2; ++row)
      for (Index u = 0; u < 4; ++u)
        EXPECT_EQ(a.y.value().at({t, row, 4 + u}), b.y.value().at({t, row, u})) << t << " " << row << " " << u;
  EXPECT_EQ(read_out(tape, Readout::last, b).value().at({0, 0}), b.y.value().at({0, 0, 0}));
  EXPECT_THROW(
      Recurrent<float>({.input_size = 1, .hidden_size = 1, .bidirectional = true, .direction = Direction::reverse}),
      ValueError);
}

TEST(Recurrent, ParametersFollowTheTable) {
  for (const CellRow& row : cell_rows()) {
    SCOPED_TRACE(row.name);
    const Index heads = row.has_heads ? 2 : 1, G = row.gate_count();
    const Recurrent<float> net({.cell = row.cell, .input_size = 3, .hidden_size = 4, .heads = heads});
    const auto parameters = net.parameters();
    std::size_t at = 0, biases = 0;
    for (const CellWeightRow& weight : row.weights) {
      if (weight.kind == WeightKind::projection) continue;  // there where it is asked for
      ASSERT_LT(at, parameters.size());
      EXPECT_EQ(parameters[at].name, concat(weight.name, "_l0"));
      if (weight.kind == WeightKind::recurrent_weight) {
        EXPECT_EQ(parameters[at].variable.shape(), Shape({G * 4, 4 / heads}));
      }
      biases += weight.is_bias();
      ++at;
    }
    EXPECT_EQ(at, parameters.size());
    const Recurrent<float> plain({.cell = row.cell, .input_size = 3, .hidden_size = 4, .bias = false});
    EXPECT_EQ(plain.parameters().size(), at - biases);
  }
}

TEST(Recurrent, RefusesChangesThatItCannotHave) {
  for (const Cell cell : {Cell::min_gru, Cell::slstm})
    EXPECT_THROW(Recurrent<float>({.cell = cell, .input_size = 1, .hidden_size = 1, .changes = {.clip = 1}}),
                 ValueError);
  EXPECT_THROW(Recurrent<float>({.cell = Cell::slstm, .input_size = 1, .hidden_size = 6, .heads = 4}), ValueError);
  EXPECT_THROW(Recurrent<float>({.cell = Cell::lstm, .input_size = 1, .hidden_size = 6, .heads = 2}), ValueError);
  EXPECT_THROW(Recurrent<float>({.input_size = 1, .hidden_size = 1, .changes = {.clip = -1}}), ValueError);
  EXPECT_THROW(
      Recurrent<float>({.cell = Cell::gru, .input_size = 1, .hidden_size = 1, .changes = {.output = Activation::relu}}),
      ValueError);
}

TEST(Recurrent, ResetBeforeTheProductIsAnotherCellOfTheSameWeights) {
  Context context(1);
  Recurrent<double> gru({.cell = Cell::gru_reset_before, .input_size = 3, .hidden_size = 4});
  initialize(gru.parameters(), 5);
  const Tensor<double> x = wave({6, 2, 3}, 0.1), target = wave({6, 2, 4}, 0.9);
  const auto loss = [&](Tape<double>& tape) {
    return mse_loss(tape, gru.forward(tape, Variable<double>(x)).y, target);
  };
  Tape<double> tape(context);
  tape.backward(loss(tape));
  for (const auto& p : gru.parameters()) {
    for (Index i = 0; i < p.variable.value().size(); ++i) {
      double& w = p.variable.value()[i];
      const double kept = w, eps = 1e-5;
      const auto at = [&](double value) {
        w = value;
        Tape<double> silent(context, {.record = false});
        return loss(silent).value().item();
      };
      const double slope = (at(kept + eps) - at(kept - eps)) / (2 * eps);
      w = kept;
      ASSERT_NEAR(p.variable.grad()[i], slope, 1e-8) << p.name << " at " << i;
    }
  }
  Recurrent<double> after({.cell = Cell::gru, .input_size = 3, .hidden_size = 4});
  after.load(gru.state());
  Tape<double> silent(context, {.record = false});
  EXPECT_NE(after.forward(silent, Variable<double>(x)).y.value().values(),
            gru.forward(silent, Variable<double>(x)).y.value().values());
}

TEST(Recurrent, BatchFirstIsTheSameNet) {
  Context context(1);
  Recurrent<float> time_first(
      {.cell = Cell::gru, .input_size = 3, .hidden_size = 4, .layers = 2, .bidirectional = true});
  Recurrent<float> batch_first(
      {.cell = Cell::gru, .input_size = 3, .hidden_size = 4, .layers = 2, .bidirectional = true, .batch_first = true});
  initialize(time_first.parameters(), 5);
  batch_first.load(time_first.state());
  const Tensor<float> x = wave<float>({5, 2, 3}, 0.1);
  Tensor<float> swapped({2, 5, 3});
  for (Index t = 0; t < 5; ++t)
    for (Index b = 0; b < 2; ++b)
      for (Index d = 0; d < 3; ++d) swapped.at({b, t, d}) = x.at({t, b, d});
  Tape<float> tape(context, {.record = false});
  const auto a = time_first.forward(tape, Variable<float>(x)), c = batch_first.forward(tape, Variable<float>(swapped));
  ASSERT_EQ(c.y.shape(), Shape({2, 5, 8}));
  for (Index t = 0; t < 5; ++t)
    for (Index b = 0; b < 2; ++b)
      for (Index u = 0; u < 8; ++u) EXPECT_EQ(a.y.value().at({t, b, u}), c.y.value().at({b, t, u}));
  EXPECT_EQ(a.state.h.value().values(), c.state.h.value().values());
}

TEST(Recurrent, OutputsBehindALengthAreZeroAndTheStateWaits) {
  Context context(1);
  Recurrent<float> lstm({.cell = Cell::lstm, .input_size = 2, .hidden_size = 3});
  initialize(lstm.parameters(), 5);
  const std::vector<Index> lengths = {2, 4, 0};
  Tape<float> tape(context, {.record = false});
  const StateVariables<float> initial{Variable<float>(wave<float>({1, 3, 3}, 0.2)), {}};  // h0 without c0 is legal
  const auto out = lstm.forward(tape, Variable<float>(wave<float>({4, 3, 2}, 0.1)), lengths, initial);
  for (Index u = 0; u < 3; ++u) {
    EXPECT_EQ(out.y.value().at({2, 0, u}), 0);
    EXPECT_EQ(out.y.value().at({0, 2, u}), 0);
    EXPECT_EQ(out.state.h.value().at({0, 0, u}), out.y.value().at({1, 0, u}));
    EXPECT_EQ(out.state.h.value().at({0, 2, u}), initial.h.value().at({0, 2, u}));
  }
  const std::vector<Index> too_long = {2, 5, 0}, too_few = {2, 4};
  EXPECT_THROW(lstm.forward(tape, Variable<float>(wave<float>({4, 3, 2}, 0.1)), too_long), ValueError);
  EXPECT_THROW(lstm.forward(tape, Variable<float>(wave<float>({4, 3, 2}, 0.1)), too_few), ShapeError);
}

// "Last" of the reverse half stands at step 0, where it has seen everything.
TEST(Recurrent, LastReadoutOfBothDirectionsSeesTheWholeSequence) {
  Context context(1);
  Recurrent<float> gru({.cell = Cell::gru, .input_size = 1, .hidden_size = 3, .bidirectional = true});
  initialize(gru.parameters(), 5);
  Tensor<float> x = wave<float>({6, 1, 1}, 0.1);
  Tape<float> tape(context, {.record = false});
  const auto read = [&] {
    return read_out(tape, Readout::last, gru.forward(tape, Variable<float>(x))).value().values();
  };
  const auto before = read();
  for (const Index t : {0, 5}) {
    x[t] += 1;
    const auto after = read();
    for (int u = 0; u < 6; ++u) EXPECT_NE(after[u], before[u]) << "step " << t << ", unit " << u;
    x[t] -= 1;
  }
}

TEST(Recurrent, DropoutActsBetweenLayersInTrainingAlone) {
  Context context(1);
  const auto outputs = [&](Index layers, bool training, std::uint64_t step) {
    Recurrent<float> net({.cell = Cell::rnn_tanh, .input_size = 2, .hidden_size = 8, .layers = layers, .dropout = 0.5});
    initialize(net.parameters(), 5);
    Tape<float> tape(context, {.training = training, .seed = 3, .step = step});
    return net.forward(tape, Variable<float>(wave<float>({4, 3, 2}, 0.1), true)).y.value().values();
  };
  EXPECT_EQ(outputs(1, true, 0), outputs(1, false, 0));
  EXPECT_NE(outputs(2, true, 0), outputs(2, false, 0));
  EXPECT_EQ(outputs(2, true, 0), outputs(2, true, 0));
  EXPECT_NE(outputs(2, true, 0), outputs(2, true, 1)) << "a fresh mask each step";
  EXPECT_EQ(Recurrent<float>({.input_size = 2, .hidden_size = 8, .dropout = 0.5}).warnings().size(), 1u);
}

// Truncated back-propagation: the value is carried, the gradient is cut.
TEST(Recurrent, DetachCarriesTheValueAndCutsTheGradient) {
  Context context(1);
  for (const Cell cell : recurrent_cells()) {
    Recurrent<double> net({.cell = cell, .input_size = 2, .hidden_size = 3});
    initialize(net.parameters(), 5);
    const Variable<double> early = wave_variable({4, 2, 2}, 0.1), late = wave_variable({3, 2, 2}, 0.3);
    Tensor<double> all({7, 2, 2});
    std::copy_n(early.value().data(), 16, all.data());
    std::copy_n(late.value().data(), 12, all.data() + 16);
    Tape<double> tape(context);
    const auto whole = net.forward(tape, Variable<double>(all));
    const auto first = net.forward(tape, early);
    const auto second = net.forward(tape, late, {}, detach(first.state));
    EXPECT_EQ(second.state.h.value().values(), whole.state.h.value().values());
    tape.backward({second.y}, {Tensor<double>::full(second.y.shape(), 1)});
    EXPECT_FALSE(early.grad().defined());
    EXPECT_TRUE(late.grad().defined());
  }
}

TEST(Init, FollowsItsNames) {
  Recurrent<double> lstm({.cell = Cell::lstm, .input_size = 3, .hidden_size = 6});
  const auto p = lstm.parameters();  // W, U, b_ih, b_hh
  initialize(p, 1, {.recurrent = Init::orthogonal, .forget_bias = 1.0});
  const Tensor<double> U = p[1].variable.value();
  for (int gate = 0; gate < 4; ++gate)  // per gate block, not over the stack
    for (Index i = 0; i < 6; ++i)
      for (Index j = 0; j < 6; ++j) {
        double dot = 0;
        for (Index k = 0; k < 6; ++k) dot += U[(gate * 6 + i) * 6 + k] * U[(gate * 6 + j) * 6 + k];
        EXPECT_NEAR(dot, i == j, 1e-12);
      }
  for (Index u = 6; u < 12; ++u) EXPECT_EQ(p[2].variable.value()[u] + p[3].variable.value()[u], 1.0);
  initialize(p, 1);
  for (const double w : U.span()) EXPECT_LE(std::abs(w), 1 / std::sqrt(6.0));
  initialize(p, 1, {.chrono_steps = 50});
  for (Index u = 0; u < 6; ++u) {
    EXPECT_GE(p[2].variable.value()[6 + u], 0);
    EXPECT_LE(p[2].variable.value()[6 + u], std::log(49.0));
    EXPECT_EQ(p[2].variable.value()[u], -p[2].variable.value()[6 + u]);
  }
  initialize(p, 1, {.recurrent = Init::identity});
  EXPECT_EQ(U[0], 1);
  EXPECT_EQ(U[1], 0);
  Recurrent<double> rnn({.cell = Cell::rnn_tanh, .input_size = 3, .hidden_size = 6});
  EXPECT_THROW(initialize(rnn.parameters(), 1, {.forget_bias = 1.0}), ValueError);
}

// minGRU's only gate lets new input in: it closes to keep the memory.
TEST(Init, KeepsTheMemoryOfCellsWithOtherGates) {
  const auto bias_of = [](Cell cell, InitOptions options) {
    const Recurrent<double> net({.cell = cell, .input_size = 3, .hidden_size = 6});
    const auto p = net.parameters();
    initialize(p, 1, options);
    return p.back().variable.value();
  };
  const auto forget = bias_of(Cell::min_gru, {.forget_bias = 2.0}),
             chrono = bias_of(Cell::min_gru, {.chrono_steps = 50});
  const auto two_gates = bias_of(Cell::min_lstm, {.chrono_steps = 50});
  for (Index u = 0; u < 6; ++u) {
    EXPECT_EQ(forget[kMinUpdate * 6 + u], -2.0);
    EXPECT_LE(chrono[kMinUpdate * 6 + u], 0);
    EXPECT_GE(chrono[kMinUpdate * 6 + u], -std::log(49.0));
    EXPECT_GE(two_gates[kMinForget * 6 + u], 0);
    EXPECT_EQ(two_gates[kMinInput * 6 + u], -two_gates[kMinForget * 6 + u]);
  }
  const Recurrent<double> heads({.cell = Cell::slstm, .input_size = 3, .hidden_size = 6, .heads = 2});
  initialize(heads.parameters(), 1, {.recurrent = Init::orthogonal});
  const Tensor<double> U = heads.parameters()[1].variable.value();  // a square per gate and head
  for (Index row = 0; row < 24; ++row)
    for (Index other = row / 3 * 3; other < row / 3 * 3 + 3; ++other) {
      double dot = 0;
      for (Index k = 0; k < 3; ++k) dot += U[row * 3 + k] * U[other * 3 + k];
      EXPECT_NEAR(dot, row == other, 1e-12);
    }
}

TEST(Module, LoadingNamesEveryMisfitAndChangesNothing) {
  Recurrent<float> net({.cell = Cell::gru, .input_size = 3, .hidden_size = 2});
  auto state = net.state();
  state[0].first = "weight_ih_l9";
  try {
    net.load(state);
    FAIL();
  } catch (const ValueError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("\"weight_ih_l0\" is missing"), std::string::npos) << what;
    EXPECT_NE(what.find("no \"weight_ih_l9\""), std::string::npos) << what;
  }
  state = net.state();
  state[1].second = Tensor<float>({2, 6});
  EXPECT_THROW(net.load(state), ShapeError);
}

}  // namespace
}  // namespace recurra
