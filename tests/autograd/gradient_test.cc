// SPDX-License-Identifier: Apache-2.0
// Every function of the tape against central differences, in double.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/autograd/functions/attention.h"
#include "recurra/autograd/functions/attention_readout.h"
#include "recurra/autograd/functions/crf.h"
#include "recurra/autograd/functions/dropout.h"
#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/embedding.h"
#include "recurra/autograd/functions/layer_norm.h"
#include "recurra/autograd/functions/likelihood.h"
#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/packing.h"
#include "recurra/autograd/functions/readout.h"
#include "recurra/autograd/functions/recurrent.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/autograd/functions/softmax.h"
#include "recurra/autograd/functions/window_scale.h"

namespace recurra {
namespace {

using Var = Variable<double>;
using Inputs = std::vector<Var>;

Tensor<double> wave(const Shape& shape, double phase) {
  Tensor<double> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = 0.7 * std::sin(1.3 * static_cast<double>(i) + phase) + 0.05;
  return x;
}

struct Row {
  const char* name;
  std::vector<Shape> shapes;
  std::function<Var(Tape<double>&, const Inputs&)> run;
};

const ops::Packing& ragged() {
  static const std::vector<Index> lengths = {2, 4, 0, 3};
  static const auto packing = ops::Packing::from_lengths(4, lengths);
  return packing;
}

Tensor<double> weights_with_zeros(const Shape& shape) {
  Tensor<double> w = wave(shape, 2);
  for (Index i = 0; i < w.size(); ++i) w[i] = i % 3 == 0 ? 0 : std::abs(w[i]);
  return w;
}

Row element(const char* name, ops::ElementLoss loss) {
  return {name, {{3, 4}}, [loss](auto& tape, const Inputs& in) {
            Tensor<double> target = wave({3, 4}, 1);
            if (loss.kind == ops::LossKind::bce_with_logits)
              for (double& v : target.span()) v = v > 0;
            const Tensor<double> weights = weights_with_zeros({3, 4});
            target[0] = NAN;  // of weight 0: never looked at
            return element_loss(tape, loss, in[0], target, weights);
          }};
}

/// Negative log-likelihoods of targets that each family can have, one of them missing, one exactly 0.
Row likelihood(const char* name, ops::Family family) {
  const Index K = kernels::parameter_count(family);
  return {name, {{2, 3, K}}, [family](auto& tape, const Inputs& in) {
            const bool count = is_count(family.distribution);
            Tensor<double> target({2, 3}, {NAN, 0, 2, 7, 1, 30}), weights = weights_with_zeros({2, 3});
            Tensor<double> factors({2, 3}, {1, 0.5, 2, 4, 3, 10});
            for (Index i = 1; i < 6 && !count; ++i) target[i] *= i % 2 ? -0.3 : 0.2;
            weights[3] = 0.4;
            return likelihood_loss(tape, family, in[0], target, weights, count ? factors : Tensor<double>());
          }};
}

std::vector<Row> rows() {
  const Tensor<std::int64_t> ids({5}, {2, 0, 2, 1, 2}), labels({3}, {1, ops::kIgnoredLabel, 3});
  std::vector<Row> out = {
      {"add", {{3, 4}, {3, 4}}, [](auto& t, const Inputs& in) { return add(t, in[0], in[1]); }},
      {"subtract", {{3, 4}, {3, 4}}, [](auto& t, const Inputs& in) { return subtract(t, in[0], in[1]); }},
      {"multiply", {{3, 4}, {3, 4}}, [](auto& t, const Inputs& in) { return multiply(t, in[0], in[1]); }},
      {"square by one variable twice", {{3, 4}}, [](auto& t, const Inputs& in) { return multiply(t, in[0], in[0]); }},
      {"scale", {{3, 4}}, [](auto& t, const Inputs& in) { return scale(t, in[0], -1.5); }},
      {"tanh", {{3, 4}}, [](auto& t, const Inputs& in) { return tanh(t, in[0]); }},
      {"sigmoid", {{3, 4}}, [](auto& t, const Inputs& in) { return sigmoid(t, in[0]); }},
      {"relu", {{3, 4}}, [](auto& t, const Inputs& in) { return relu(t, in[0]); }},
      {"exp", {{3, 4}}, [](auto& t, const Inputs& in) { return exp(t, in[0]); }},
      {"log_sigmoid", {{3, 4}}, [](auto& t, const Inputs& in) { return log_sigmoid(t, in[0]); }},
      {"divide", {{3, 4}, {3, 4}}, [](auto& t, const Inputs& in) { return divide(t, in[0], exp(t, in[1])); }},
      {"softmax", {{3, 4}}, [](auto& t, const Inputs& in) { return softmax(t, in[0]); }},
      {"log_softmax", {{3, 4}}, [](auto& t, const Inputs& in) { return log_softmax(t, in[0]); }},
      {"linear", {{2, 3, 4}, {5, 4}, {5}}, [](auto& t, const Inputs& in) { return linear(t, in[0], in[1], in[2]); }},
      {"linear without bias",
       {{3, 4}, {5, 4}},
       [](auto& t, const Inputs& in) { return linear(t, in[0], in[1], Var()); }},
      {"embedding", {{4, 3}}, [ids](auto& t, const Inputs& in) { return embedding(t, in[0], ids); }},
      {"layer_norm", {{3, 6}, {6}, {6}}, [](auto& t, const Inputs& in) { return layer_norm(t, in[0], in[1], in[2]); }},
      {"dropout", {{3, 4}}, [](auto& t, const Inputs& in) { return dropout(t, in[0], 0.4); }},
      {"packed_dropout", {{9, 4}}, [](auto& t, const Inputs& in) { return packed_dropout(t, ragged(), in[0], 0.4); }},
      {"variational dropout",
       {{9, 4}},
       [](auto& t, const Inputs& in) {
         return packed_dropout(t, ragged(), in[0], 0.4, ops::DropoutKind::variational);
       }},
      {"pack", {{4, 4, 3}}, [](auto& t, const Inputs& in) { return pack(t, ragged(), in[0]); }},
      {"unpack", {{9, 3}}, [](auto& t, const Inputs& in) { return unpack(t, ragged(), in[0]); }},
      {"concat_last",
       {{3, 2}, {3, 4}},
       [](auto& t, const Inputs& in) {
         return concat_last<double>(t, {in[0], in[1]});
       }},
      {"slice_last", {{3, 5}}, [](auto& t, const Inputs& in) { return slice_last(t, in[0], 1, 4); }},
      {"concat_rows",
       {{2, 3}, {1, 3}},
       [](auto& t, const Inputs& in) {
         return concat_rows<double>(t, {in[0], in[1]});
       }},
      {"split_rows",
       {{5, 3}},
       [](auto& t, const Inputs& in) {
         return split_rows(t, in[0], {2, 3})[1];
       }},
      {"reshape",
       {{2, 6}},
       [](auto& t, const Inputs& in) {
         return reshape(t, in[0], {3, 4});
       }},
      {"swap_leading", {{2, 3, 4}}, [](auto& t, const Inputs& in) { return swap_leading(t, in[0]); }},
      {"cross_entropy",
       {{3, 4}},
       [labels](auto& t, const Inputs& in) { return cross_entropy_loss(t, in[0], labels, wave({3}, 4)); }},
      element("mse", {ops::LossKind::mse}),
      element("mae", {ops::LossKind::mae}),
      element("huber", {ops::LossKind::huber, 0.4}),
      element("bce_with_logits", {ops::LossKind::bce_with_logits}),
      element("pinball", {ops::LossKind::pinball, 0.8}),
  };
  for (const auto& [name, distribution] : {std::pair{"normal", ops::Distribution::normal},
                                           {"student_t", ops::Distribution::student_t},
                                           {"poisson", ops::Distribution::poisson},
                                           {"negative_binomial", ops::Distribution::negative_binomial}})
    for (const bool zero_inflated : {false, true}) out.push_back(likelihood(name, {distribution, zero_inflated}));
  for (const auto& levels :
       std::vector<std::vector<double>>{{0.1, 0.4, 0.55, 0.9}, {0.7, 0.8, 0.85, 0.99}, {0.01, 0.02, 0.1, 0.2}}) {
    out.push_back({"ordered_quantiles", {{3, 4}}, [levels](auto& t, const Inputs& in) {
                     return ordered_quantiles(t, levels, in[0]);
                   }});
    out.push_back({"pinball of quantiles", {{3, 4}}, [levels](auto& t, const Inputs& in) {
                     return pinball_loss(t, levels, in[0], wave({3}, 2), weights_with_zeros({3}));
                   }});
    out.push_back({"pinball of quantiles by shares", {{3, 4}}, [levels](auto& t, const Inputs& in) {
                     return pinball_loss(t, levels, in[0], wave({3}, 2), weights_with_zeros({3}), {1, 3, 0, 0.5});
                   }});
  }
  const ops::WindowScale<double> scale{wave({2, 3}, 1), Tensor<double>({2, 3}, {1, 2, 0.5, 3, 0.2, 4})};
  out.push_back(
      {"scale_window", {{4, 2, 3}}, [scale](auto& t, const Inputs& in) { return scale_window(t, in[0], scale); }});
  out.push_back({"unscale_outputs", {{2, 5, 3, 2}}, [scale](auto& t, const Inputs& in) {
                   return unscale_outputs(t, in[0], scale);
                 }});
  using enum ops::Transpose;
  for (const auto& [name, ta, tb] :
       {std::tuple{"matmul", no, no}, {"matmul a'", yes, no}, {"matmul b'", no, yes}, {"matmul a'b'", yes, yes}}) {
    const Shape a = ta == no ? Shape({2, 3, 4}) : Shape({2, 4, 3}), b = tb == no ? Shape({2, 4, 5}) : Shape({2, 5, 4});
    out.push_back(
        {name, {a, b}, [ta = ta, tb = tb](auto& t, const Inputs& in) { return matmul(t, in[0], in[1], ta, tb); }});
  }
  // Queries of lengths 2, 4, 0, 3 read memories of lengths 3, 0, 2: two of them the same, one of them nothing.
  const std::vector<Index> memory_lengths = {3, 0, 2};
  const ops::AttentionLayout layout{ragged(), ops::Packing::from_lengths(3, memory_lengths), {2, 0, 1, 2}};
  const auto attend = [layout](auto& t, ops::AttentionScore score, const AttentionVariables<double>& in) {
    return attention<double>(t, score, layout, in).context;
  };
  out.push_back({"dot attention", {{9, 3}, {5, 3}, {5, 4}}, [attend](auto& t, const Inputs& in) {
                   return attend(t, ops::AttentionScore::dot, {in[0], in[1], in[2], {}});
                 }});
  out.push_back({"additive attention", {{9, 3}, {5, 3}, {5, 4}, {3}}, [attend](auto& t, const Inputs& in) {
                   return attend(t, ops::AttentionScore::additive, {in[0], in[1], in[2], in[3]});
                 }});
  for (const auto& [name, kind] :
       {std::pair{"last", ops::Readout::last}, {"mean", ops::Readout::mean}, {"max", ops::Readout::max}})
    out.push_back(
        {name, {{9, 3}}, [kind = kind](auto& t, const Inputs& in) { return readout(t, kind, ragged(), in[0]); }});
  out.push_back({"attention_readout", {{9, 1}, {9, 3}}, [](auto& t, const Inputs& in) {
                   return attention_readout(t, ragged(), in[0], in[1]);
                 }});
  out.push_back({"crf", {{9, 3}, {3, 3}, {3}, {3}}, [](auto& t, const Inputs& in) {
                   const Tensor<std::int64_t> path({9}, {0, 2, 1, 1, 0, 2, 2, 0, 1});
                   return crf_loss(t, ragged(), in[0], path, {in[1], in[2], in[3]});
                 }});
  for (const auto& [name, cell] : {std::pair{"rnn", Cell::rnn_tanh}, {"lstm", Cell::lstm}, {"gru", Cell::gru}}) {
    const Index G = gate_count(cell);
    out.push_back(
        {name, {{9, 3}, {G * 2, 3}, {G * 2, 2}, {G * 2}, {G * 2}, {4, 2}}, [cell = cell](auto& t, const Inputs& in) {
           return recurrent(t, cell, Direction::reverse, ragged(), in[0], {in[5], {}}, {in[1], in[2], in[3], in[4]}).y;
         }});
  }
  for (const Cell cell : {Cell::min_gru, Cell::min_gru_log, Cell::min_lstm, Cell::min_lstm_log}) {
    const Index G = gate_count(cell);
    out.push_back(
        {describe(cell).name, {{9, 3}, {G * 2, 3}, {G * 2}, {4, 2}}, [cell](auto& t, const Inputs& in) {
           return recurrent(t, cell, Direction::reverse, ragged(), in[0], {in[3], {}}, {in[1], {}, in[2], {}}).y;
         }});
  }
  return out;
}

double objective(Context& context, const Row& row, const Inputs& inputs) {
  Tape<double> tape(context, {.record = false, .seed = 5});
  const Var y = row.run(tape, inputs);
  const Tensor<double> weights = wave(y.shape(), 6);
  double sum = 0;
  for (Index i = 0; i < weights.size(); ++i) sum += weights[i] * y.value()[i];
  return sum;
}

TEST(Gradients, AgreeWithCentralDifferences) {
  Context context(1);
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.name);
    Inputs inputs;
    for (const Shape& shape : row.shapes) inputs.push_back(Var(wave(shape, static_cast<double>(inputs.size())), true));
    Tape<double> tape(context, {.seed = 5});
    const Var y = row.run(tape, inputs);
    tape.backward({y}, {wave(y.shape(), 6)});
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      ASSERT_TRUE(inputs[k].grad().defined()) << "input " << k;
      for (Index i = 0; i < inputs[k].value().size(); ++i) {
        double& v = inputs[k].value()[i];
        const double kept = v, eps = 1e-5;
        v = kept + eps;
        const double up = objective(context, row, inputs);
        v = kept - eps;
        const double down = objective(context, row, inputs);
        v = kept;
        ASSERT_NEAR(inputs[k].grad()[i], (up - down) / (2 * eps), 1e-8) << "input " << k << " at " << i;
      }
    }
  }
}

}  // namespace
}  // namespace recurra
