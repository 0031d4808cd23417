// SPDX-License-Identifier: Apache-2.0
// The measurements as functions, and their common parts. bench.h finds them by name.
#pragma once

#include "bench/bench.h"
#include "recurra/kernels/precision.h"
#include "recurra/nn/stepper.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Of a training step, in units of the forward pass: forward, and a product for the gradient of each of its two sides.
inline constexpr double kPasses = 3;

/// A team, its peak, and the options with the measurement's own sizes filled in.
struct Bench {
  Context& context;
  std::string name;
  BenchOptions options;
  Cell cell;

  /// Runs fn as measure() does and fills a result. gflop: of one call.
  BenchResult run(std::optional<double> gflop, const std::function<void()>& fn) const;
  Precision precision() const { return options.precision == "bf16" ? Precision::bf16 : Precision::f32; }
  BenchOptions sizes(Index batch, Index hidden, Index steps) const;
};

/// FLOP of a layer forward over N rows: the input and the recurrent product.
double layer_flop(Cell cell, Index N, Index D, Index H);

/// Uniform in [-size, size), the same numbers each time.
Tensor<float> random_tensor(Shape shape, double size = 1, std::uint64_t stream = 0);

std::vector<BenchResult> bench_peak(const Bench& bench);
std::vector<BenchResult> bench_gemm(const Bench& bench);
std::vector<BenchResult> bench_cell(const Bench& bench);
std::vector<BenchResult> bench_layer(const Bench& bench);
std::vector<BenchResult> bench_padded(const Bench& bench);
std::vector<BenchResult> bench_denormal(const Bench& bench);
std::vector<BenchResult> bench_listing(const Bench& bench);
std::vector<BenchResult> bench_infer(const Bench& bench);
std::vector<BenchResult> bench_step(const Bench& bench);
std::vector<BenchResult> bench_stream(const Bench& bench);
/// By its name among bench_precisions().
StreamWeights stream_weights(const std::string& precision);
std::vector<BenchResult> bench_profile(const Bench& bench);

}  // namespace recurra
