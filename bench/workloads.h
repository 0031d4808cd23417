// SPDX-License-Identifier: Apache-2.0
// The measurements one by one, and what they share. bench.h finds them by name.
#pragma once

#include "bench/bench.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

/// A team, its peak, and the options with the measurement's own sizes filled in.
struct Bench {
  ThreadTeam& team;
  std::string name;
  BenchOptions options;
  Cell cell;

  /// Runs fn as measure() does and fills a result. gflop: of one call.
  BenchResult run(std::optional<double> gflop, const std::function<void()>& fn) const;
  BenchOptions sizes(Index batch, Index hidden, Index steps) const;
};

/// FLOP of a layer forward over N rows: the input and the recurrent product.
double layer_flop(Cell cell, Index N, Index D, Index H);

/// Uniform in [-size, size), the same numbers each time.
Tensor<float> random_tensor(Shape shape, double size = 1, std::uint64_t stream = 0);

/// The net of the seed listing: two layers with dropout 0.2, the last state, a head.
class ListingNet : public Module<float> {
 public:
  static constexpr Index kInputs = 10, kHidden = 128, kLayers = 2;
  ListingNet(Cell cell, Index hidden);
  /// Shapes: x [B, T, 10]; returns [B, 1].
  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x) const;
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;
  const Recurrent<float>& recurrent() const { return recurrent_; }
  const Linear<float>& head() const { return head_; }
  double forward_flop(Index rows) const;

 private:
  Recurrent<float> recurrent_;
  Linear<float> head_;
};

std::vector<BenchResult> bench_peak(const Bench& bench);
std::vector<BenchResult> bench_gemm(const Bench& bench);
std::vector<BenchResult> bench_cell(const Bench& bench);
std::vector<BenchResult> bench_layer(const Bench& bench);
std::vector<BenchResult> bench_padded(const Bench& bench);
std::vector<BenchResult> bench_denormal(const Bench& bench);
std::vector<BenchResult> bench_listing(const Bench& bench);
std::vector<BenchResult> bench_infer(const Bench& bench);
std::vector<BenchResult> bench_step(const Bench& bench);

}  // namespace recurra
