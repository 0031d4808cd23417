// SPDX-License-Identifier: Apache-2.0
// Small nets, streamed as in a product: one layer and a dense output over one input, a step at a time.
#include "bench/workloads.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"

namespace recurra {
namespace {

constexpr Index kSamples = 64, kInputs = 1;

/// The minimum nanoseconds of a step of one stream: each sum is one chain of multiply-adds over the inputs and the
/// units, or over the units only if the cell keeps that sum separate.
double latency_bound_ns(Cell cell, Index units) {
  return multiply_add_latency_ns() * static_cast<double>(units + (describe(cell).recurrent_apart() ? 0 : kInputs));
}

BenchResult one_net(const Bench& own) {
  const auto [B, H] = std::pair(own.options.batch, own.options.hidden);
  const Recurrent<float> layer({.cell = own.cell, .input_size = kInputs, .hidden_size = H});
  const Linear<float> head(H, 1);
  initialize(layer.parameters(), 1);
  initialize(head.parameters(), 2);
  Stepper stepper(layer, head, {.batch = B, .weights = stream_weights(own.options.precision)});
  const Tensor<float> x = random_tensor({kSamples, B, kInputs}), y({kSamples, B, 1});
  const double flop =
      static_cast<double>(kSamples) * (layer_flop(own.cell, B, kInputs, H) + 2.0 * static_cast<double>(B * H));
  BenchResult result = own.run(1e-9 * flop, [&] { stepper.step_block(x.data(), y.data(), kSamples); });
  const double ns = 1e6 * result.timing.ms.median / kSamples;
  result.more = {{"ns_a_step", ns}, {"million_streams_per_s", 1e3 * static_cast<double>(B) / ns}};
  if (B == 1) result.more.emplace_back("of_latency_bound", latency_bound_ns(own.cell, H) / ns);
  return result;
}

}  // namespace

StreamWeights stream_weights(const std::string& precision) {
  return precision == "bf16"   ? StreamWeights::bf16
         : precision == "int8" ? StreamWeights::int8
         : precision == "f16"  ? StreamWeights::f16
                               : StreamWeights::f32;
}

std::vector<BenchResult> bench_stream(const Bench& bench) {
  Context one(1);
  std::vector<Index> sizes = {8, 16, 20, 32, 40, 64, 128};
  if (bench.options.hidden > 0) sizes = {bench.options.hidden};
  std::vector<BenchResult> results;
  for (const Index hidden : sizes)
    results.push_back(one_net({one, bench.name, bench.sizes(1, hidden, kSamples), bench.cell}));
  for (BenchResult& result : results) result.steps = kSamples;
  return results;
}

}  // namespace recurra
