// SPDX-License-Identifier: Apache-2.0
// The measurements by name, each with the same fields. What they measure:
//   peak      chains of multiply-adds, the rate of which every other figure is a fraction
//   gemm      one product with packed weights: batch x hidden times hidden x gates * hidden
//   cell      the element-wise half of a step, forward
//   layer     one layer over a sequence, forward and backward (input size = hidden size)
//   listing   a training epoch of the seed listing: 500 x 20 x 10, two layers of 128, batch 32, dropout, Adam, clipping
//   infer     the listing's net over whole windows
//   step      the same net, one step with carried state
//   stream    one layer of 8 to 128 units and a dense output over one input, steps in blocks of 64
//   padded    `layer` with lengths of mean T/2, compared with the full batch
//   profile   a training step of the listing in pieces (left out of bench_names)
//   denormal  `layer` with states and gradients that decay into denormals, compared with ordinary values
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// "lstm", "gru", "rnn".
const std::vector<std::string>& bench_cells();
const std::vector<std::string>& bench_names();
/// "f32", "f16", "bf16", "int8".
const std::vector<std::string>& bench_precisions();

struct BenchOptions {
  std::string cell = "lstm";
  std::string precision = "f32";  ///< bf16: operands of products, weights of `step`; int8, f16: weights of `step`
  int samples = 20;
  Index batch = 0, hidden = 0, steps = 0;  ///< 0: the measurement's own
  bool memory = false;  ///< also the memory of a training epoch; exact in a process that did nothing before
  int calls = 0;        ///< above 0: number of calls, without a clock, for counting instructions
};

struct BenchResult {
  std::string bench, cell, precision, isa;
  int threads = 1;
  Index batch = 0, hidden = 0, steps = 0;  ///< 0: has no such size
  Timing timing;
  std::optional<double> gflop;                         ///< of one call, if it consists of multiply-adds
  std::vector<std::pair<std::string, double>> more{};  ///< fields of this measurement only

  std::optional<double> gflops() const;
  std::optional<double> peak_fraction() const;
};

/// One result, or one for each batch size of `infer`. Errors: ValueError for an unknown name or a size below zero;
/// UnsupportedError for a precision that the measurement does not have.
std::vector<BenchResult> run_bench(Context& context, const std::string& name, const BenchOptions& options);

/// {"bench", "cell", "threads", "isa", "precision", "ms_median", "ms_q1", "ms_q3", "gflops", "peak_fraction", ...}.
nlohmann::json to_json(const BenchResult& result);

}  // namespace recurra
