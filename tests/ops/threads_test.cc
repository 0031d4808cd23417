// SPDX-License-Identifier: Apache-2.0
// Every op that is shared among threads, forward and backward: the same bits on one to four of them. Sizes are above
// the rule for waking a team, so that the work really is shared. The recurrent layer has its own such test.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/ops/attention.h"
#include "recurra/ops/attention_readout.h"
#include "recurra/ops/concat.h"
#include "recurra/ops/crf.h"
#include "recurra/ops/dropout.h"
#include "recurra/ops/elementwise.h"
#include "recurra/ops/embedding.h"
#include "recurra/ops/layer_norm.h"
#include "recurra/ops/likelihood.h"
#include "recurra/ops/linear.h"
#include "recurra/ops/losses.h"
#include "recurra/ops/quantiles.h"
#include "recurra/ops/readout.h"
#include "recurra/ops/run_shared.h"
#include "recurra/ops/softmax.h"
#include "recurra/ops/window_scale.h"

namespace recurra::ops::threads_test {
namespace {

using Results = std::vector<Tensor<float>>;

Tensor<float> wave(const Shape& shape, double phase = 0.3) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

Tensor<std::int64_t> numbers_below(Index end, Index count) {
  Tensor<std::int64_t> ids({count});
  for (Index i = 0; i < count; ++i) ids[i] = i * 13 % end;
  return ids;
}

constexpr Index R = 700, D = 300;
static_assert(R * D > kWorthTheTeam);

std::vector<Index> spread_lengths(Index B, Index T) {
  std::vector<Index> lengths;
  for (Index b = 0; b < B; ++b) lengths.push_back(b * 7 % (T + 1));
  return lengths;
}

/// Runs an op on every number of threads.
void expect_same_bits(const char* name, const std::function<Results(Context&)>& op) {
  Context one(1);
  const Results expected = op(one);
  for (const int threads : {2, 3, 4}) {
    Context context(threads);
    const Results found = op(context);
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(found[i].values(), expected[i].values()) << name << ", result " << i << ", " << threads << " threads";
  }
}

TEST(Threads, ElementwiseOps) {
  const auto a = wave({R, D}), b = wave({R, D}, 1);
  expect_same_bits("arithmetic", [&](auto& t) {
    const auto sum = add(t, a, b);
    add_scaled_into(t, sum, 0.3f, a);
    return Results{sum, subtract(t, a, b), multiply(t, a, b), scale(t, a, 0.7f)};
  });
  for (const auto activation : {Activation::tanh, Activation::sigmoid, Activation::relu})
    expect_same_bits("activation", [&](auto& t) {
      return Results{activation_forward(t, activation, a), activation_backward(t, activation, a, b)};
    });
  expect_same_bits("sums", [&](auto& t) {
    return Results{Tensor<float>({2}, {static_cast<float>(sum(t, a)), static_cast<float>(sum_of_squares(t, a))})};
  });
  expect_same_bits("concat", [&](auto& t) {
    return Results{concat_last<float>(t, {a, b}), slice_last(t, a, 7, 93), slice_last_backward(t, b, 3, D + 9)};
  });
}

TEST(Threads, Products) {
  for (const Index outputs : {Index{50}, Index{777}})  // rows for every thread, panels for every thread
    expect_same_bits("linear", [&](auto& t) {
      const auto x = wave({R, D}), W = wave({outputs, D}, 1);
      const auto g = linear_backward(t, x, W, wave({R, outputs}, 2), true);
      return Results{linear_forward(t, x, W, wave({outputs}, 2)), g.dx, g.dW, g.db};
    });
  expect_same_bits("matmul", [&](auto& t) {
    const auto a = wave({3, 70, 90}), b = wave({3, 90, 40}, 1), c = wave({3, 40, 90}, 2);
    return Results{matmul(t, a, b), matmul(t, a, c, Transpose::no, Transpose::yes),
                   matmul(t, a, a, Transpose::yes, Transpose::no)};
  });
}

TEST(Threads, RowOps) {
  const auto x = wave({R, D}), dy = wave({R, D}, 1);
  expect_same_bits("softmax", [&](auto& t) {
    const auto p = softmax_forward(t, x), log_p = log_softmax_forward(t, x);
    return Results{p, log_p, softmax_backward(t, p, dy), log_softmax_backward(t, log_p, dy)};
  });
  expect_same_bits("layer norm", [&](auto& t) {
    const auto out = layer_norm_forward(t, x, wave({D}), wave({D}));
    const auto g = layer_norm_backward(t, out, wave({D}), dy);
    return Results{out.y, g.dx, g.dgamma, g.dbeta};
  });
  const auto ids = numbers_below(40, R);
  expect_same_bits("embedding", [&](auto& t) {
    return Results{embedding_forward(t, wave({40, D}), ids), embedding_backward(t, ids, 40, dy)};
  });
  for (const auto kind : {LossKind::mse, LossKind::mae, LossKind::huber, LossKind::bce_with_logits, LossKind::pinball})
    expect_same_bits("loss", [&](auto& t) {
      const ElementLoss loss{kind, 0.4};
      return Results{element_loss_forward(t, loss, x, dy, {}), element_loss_backward(t, loss, x, dy, {}, 1.0f)};
    });
  const auto labels = numbers_below(D, R);
  expect_same_bits("cross entropy", [&](auto& t) {
    const auto out = cross_entropy_forward(t, x, labels, {});
    return Results{out.loss, out.probabilities, cross_entropy_backward(t, out, labels, {}, 1.0f)};
  });
}

TEST(Threads, LossesOfDistributions) {
  const std::vector<double> levels = {0.05, 0.3, 0.6, 0.95};
  const Index N = 60'000;
  const auto y = wave({N}, 1);
  expect_same_bits("quantiles", [&](auto& t) {
    const auto raw = wave({N, 4}), q = ordered_quantiles_forward(t, levels, raw);
    return Results{q, ordered_quantiles_backward(t, levels, raw, wave({N, 4}, 2)), pinball_forward(t, levels, q, y, {}),
                   pinball_backward(t, levels, q, y, {}, 1.0f)};
  });
  Tensor<float> counts({N});
  for (Index i = 0; i < N; ++i) counts[i] = static_cast<float>(i % 5);
  for (const auto distribution :
       {Distribution::normal, Distribution::student_t, Distribution::poisson, Distribution::negative_binomial})
    expect_same_bits("likelihood", [&](auto& t) {
      const Family family{distribution, true};
      const auto raw = wave({N, kernels::parameter_count(family)});
      const auto& target = is_count(distribution) ? counts : y;
      return Results{likelihood_forward(t, family, raw, target, {}, {}),
                     likelihood_backward(t, family, raw, target, {}, {}, 1.0f)};
    });
}

TEST(Threads, WindowScale) {
  const auto x = wave({90, 700, 3}), y = wave({700, 90, 3}, 1);
  const std::vector<double> usual(3, 1.0);
  expect_same_bits("window scale", [&](auto& t) {
    const auto scale = window_scale(t, WindowScaling::standard, x, usual);
    return Results{scale.shift,
                   scale.factor,
                   scale_window_forward(t, x, scale),
                   scale_window_backward(t, x, scale),
                   scale_targets(t, y, scale),
                   unscale_outputs_forward(t, y, scale),
                   unscale_outputs_backward(t, y, scale)};
  });
}

TEST(Threads, SequenceOps) {
  const Packing packing = Packing::from_lengths(10, spread_lengths(140, 10));
  const auto x = wave({packing.total(), D}), y = wave({140, D}, 1);
  expect_same_bits("packing", [&](auto& t) {
    const auto packed = pack(t, packing, wave({10, 140, D}));
    return Results{packed, unpack(t, packing, packed)};
  });
  for (const auto readout : {Readout::last, Readout::mean, Readout::max})
    expect_same_bits("readout", [&](auto& t) {
      const auto out = readout_forward(t, readout, packing, x);
      return Results{out.y, readout_backward(t, readout, packing, out, y)};
    });
  expect_same_bits("attention readout", [&](auto& t) {
    const auto out = attention_readout_forward(t, packing, wave({packing.total(), 1}, 2), x);
    const auto g = attention_readout_backward(t, packing, out, x, y);
    return Results{out.y, out.weights, g.dscores, g.dx};
  });
  for (const auto kind : {DropoutKind::each_step, DropoutKind::variational})
    expect_same_bits("dropout", [&](auto& t) {
      return Results{dropout_mask<float>(t, {R, D}, 0.3, {1, 2, 3}),
                     packed_dropout_mask<float>(t, packing, D, 0.3, kind, {1, 2, 3})};
    });
}

TEST(Threads, Attention) {
  const AttentionLayout layout{Packing::from_lengths(24, spread_lengths(30, 24)),
                               Packing::from_lengths(31, spread_lengths(30, 31))};
  const Index queries = layout.queries.total(), memory = layout.memory.total(), width = 40;
  const AttentionInputs<float> in{wave({queries, width}), wave({memory, width}, 1), wave({memory, 33}, 2),
                                  wave({width}, 3)};
  for (const auto score : {AttentionScore::dot, AttentionScore::additive})
    expect_same_bits("attention", [&](auto& t) {
      const auto out = attention_forward(t, score, layout, in);
      const auto g = attention_backward(t, score, layout, in, out.weights, wave({queries, 33}, 4));
      Results all = {out.context, out.weights, g.q, g.keys, g.values};
      if (g.v.defined()) all.push_back(g.v);
      return all;
    });
}

TEST(Threads, Crf) {
  const Packing packing = Packing::from_lengths(200, spread_lengths(18, 200));
  const auto emissions = wave({packing.total(), 12});
  const auto labels = numbers_below(12, packing.total());
  const CrfWeights<float> weights{wave({12, 12}, 1), wave({12}, 2), wave({12}, 3)};
  expect_same_bits("crf", [&](auto& t) {
    const auto out = crf_forward(t, packing, emissions, labels, weights);
    const auto g = crf_backward(t, packing, out, emissions, labels, weights, 1.0f);
    const auto decoded = crf_decode(t, packing, emissions, weights).template cast<float>();
    return Results{out.loss, g.demissions, g.dweights.transitions, g.dweights.start, g.dweights.end, decoded};
  });
}

}  // namespace
}  // namespace recurra::ops::threads_test
