// SPDX-License-Identifier: Apache-2.0
// One layer over a sequence, forward and backward: full, padded, and with values that decay into denormals.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "bench/workloads.h"
#include "recurra/ops/recurrent.h"

namespace recurra {
namespace {

struct Layer {
  Cell cell;
  ops::Packing packing;
  Tensor<float> x, dy;
  ops::CellWeights<float> weights;
  Precision precision;

  /// Packs the weights as a training step does, once.
  void run(Context& context) const {
    const auto packed = ops::pack_cell(cell, weights, precision);
    const auto out = ops::recurrent_forward<float>(context, cell, Direction::forward, packing, x, {}, packed, true);
    ops::recurrent_backward<float>(context, *out.saved, dy, {});
  }
};

Layer make_layer(const Bench& bench, const ops::Packing& packing, Index D, Index H) {
  const Cell cell = bench.cell;
  const Index rows = gate_count(cell) * H;
  const double bound = 1 / std::sqrt(static_cast<double>(H));
  return {cell,
          packing,
          random_tensor({packing.total(), D}),
          random_tensor({packing.total(), H}, 1, 1),
          {random_tensor({rows, D}, bound, 2), random_tensor({rows, H}, bound, 3), random_tensor({rows}, bound, 4),
           random_tensor({rows}, bound, 5)},
          bench.precision()};
}

double layer_gflop(const Layer& layer, Index D, Index H) {
  return 1e-9 * kPasses * layer_flop(layer.cell, layer.packing.total(), D, H);
}

/// Lengths spread evenly over 1..T, so that their mean is T/2.
std::vector<Index> spread_lengths(Index B, Index T) {
  std::vector<Index> lengths(static_cast<std::size_t>(B));
  for (Index b = 0; b < B; ++b) lengths[static_cast<std::size_t>(b)] = std::max<Index>(1, T * (2 * b + 1) / (2 * B));
  return lengths;
}

}  // namespace

std::vector<BenchResult> bench_layer(const Bench& bench) {
  Bench own = bench;
  own.options = bench.sizes(32, 128, 20);
  const Index H = own.options.hidden;
  const Layer layer = make_layer(own, ops::Packing::full(own.options.steps, own.options.batch), H, H);
  return {own.run(layer_gflop(layer, H, H), [&] { layer.run(own.context); })};
}

std::vector<BenchResult> bench_padded(const Bench& bench) {
  constexpr Index D = 64;
  Bench own = bench;
  own.options = bench.sizes(64, 256, 100);
  const auto [B, H, T] = std::tuple(own.options.batch, own.options.hidden, own.options.steps);
  const Layer full = make_layer(own, ops::Packing::full(T, B), D, H);
  const Layer padded = make_layer(own, ops::Packing::from_lengths(T, spread_lengths(B, T)), D, H);
  BenchResult result = own.run(layer_gflop(padded, D, H), [&] { padded.run(own.context); });
  const double ms = own.run(std::nullopt, [&] { full.run(own.context); }).timing.ms.median;
  result.more = {{"full_ms_median", ms}, {"of_full", result.timing.ms.median / ms}};
  return {result};
}

std::vector<BenchResult> bench_denormal(const Bench& bench) {
  Bench own = bench;
  own.options = bench.sizes(32, 128, 200);
  const auto [B, H, T] = std::tuple(own.options.batch, own.options.hidden, own.options.steps);
  const Layer ordinary = make_layer(own, ops::Packing::full(T, B), H, H);
  Layer fading = ordinary;
  fading.x = Tensor<float>::full(ordinary.x.shape(), -0.1f);
  fading.dy = Tensor<float>(ordinary.dy.shape());  // a gradient only at the last step
  for (Index i = 1; i <= B * H; ++i) fading.dy[fading.dy.size() - i] = 1e-3f;
  for (Tensor<float>* w : {&fading.weights.W, &fading.weights.U, &fading.weights.b_ih, &fading.weights.b_hh})
    *w = Tensor<float>::full(w->shape(), -0.1f);
  BenchResult result = own.run(layer_gflop(fading, H, H), [&] { fading.run(own.context); });
  const double ms = own.run(std::nullopt, [&] { ordinary.run(own.context); }).timing.ms.median;
  result.more = {{"ordinary_ms_median", ms}, {"of_ordinary", result.timing.ms.median / ms}};
  return {result};
}

}  // namespace recurra
