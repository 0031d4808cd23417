// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"

#include <algorithm>

#include "bench/workloads.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

struct Entry {
  const char* name;
  std::vector<BenchResult> (*run)(const Bench&);
  bool bf16, int8;
};
constexpr Entry kEntries[] = {{"peak", bench_peak, false, false},      {"gemm", bench_gemm, false, false},
                              {"cell", bench_cell, false, false},      {"layer", bench_layer, true, false},
                              {"listing", bench_listing, true, false}, {"infer", bench_infer, true, false},
                              {"step", bench_step, true, true},        {"stream", bench_stream, true, true},
                              {"padded", bench_padded, true, false},   {"denormal", bench_denormal, true, false}};
constexpr Entry kProfile = {"profile", bench_profile, false, false};
constexpr Cell kCells[] = {Cell::lstm, Cell::gru, Cell::rnn_tanh};

}  // namespace

const std::vector<std::string>& bench_cells() {
  static const std::vector<std::string> names = {"lstm", "gru", "rnn"};
  return names;
}

const std::vector<std::string>& bench_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Entry& entry : kEntries) all.push_back(entry.name);
    return all;
  }();
  return names;
}

const std::vector<std::string>& bench_precisions() {
  static const std::vector<std::string> names = {"f32", "f16", "bf16", "int8"};
  return names;
}

std::vector<BenchResult> run_bench(Context& context, const std::string& name, const BenchOptions& options) {
  const auto cell = std::find(bench_cells().begin(), bench_cells().end(), options.cell);
  require(cell != bench_cells().end(), "run_bench: there is no cell ", options.cell);
  require(
      std::find(bench_precisions().begin(), bench_precisions().end(), options.precision) != bench_precisions().end(),
      "run_bench: there is no precision ", options.precision);
  require(options.batch >= 0 && options.hidden >= 0 && options.steps >= 0, "run_bench: a size is negative");
  const Entry* entry = name == kProfile.name ? &kProfile : nullptr;
  for (const Entry& candidate : kEntries)
    if (name == candidate.name) entry = &candidate;
  require(entry, "run_bench: there is no measurement ", name);
  const bool weights_alone = options.precision == "int8" || options.precision == "f16";
  const bool has = options.precision == "bf16" ? entry->bf16 : weights_alone ? entry->int8 : true;
  require<UnsupportedError>(has, "run_bench: ", name, " has no precision ", options.precision);
  return entry->run({context, name, options, kCells[cell - bench_cells().begin()]});
}

BenchOptions Bench::sizes(Index batch, Index hidden, Index steps) const {
  BenchOptions filled = options;
  if (filled.batch == 0) filled.batch = batch;
  if (filled.hidden == 0) filled.hidden = hidden;
  if (filled.steps == 0) filled.steps = steps;
  return filled;
}

BenchResult Bench::run(std::optional<double> gflop, const std::function<void()>& fn) const {
  Timing timing;
  if (options.calls > 0) {
    for (int i = 0; i < options.calls; ++i) fn();
  } else {
    PeakMeter peak(context);
    timing = measure(peak, options.samples, fn);
  }
  return {.bench = name,
          .cell = options.cell,
          .precision = options.precision,
          .isa = isa_in_use(),
          .threads = context.threads(),
          .batch = options.batch,
          .hidden = options.hidden,
          .steps = options.steps,
          .timing = timing,
          .gflop = gflop};
}

std::optional<double> BenchResult::gflops() const {
  if (!gflop) return std::nullopt;
  return *gflop / (1e-3 * timing.ms.median);
}

std::optional<double> BenchResult::peak_fraction() const {
  if (!gflop) return std::nullopt;
  return *gflops() / timing.peak_gflops;
}

nlohmann::json to_json(const BenchResult& result) {
  const auto optional = [](std::optional<double> x) { return x ? nlohmann::json(*x) : nlohmann::json(); };
  nlohmann::json json = {{"bench", result.bench},
                         {"cell", result.cell},
                         {"threads", result.threads},
                         {"isa", result.isa},
                         {"precision", result.precision},
                         {"ms_median", result.timing.ms.median},
                         {"ms_q1", result.timing.ms.q1},
                         {"ms_q3", result.timing.ms.q3},
                         {"samples", result.timing.samples},
                         {"gflops", optional(result.gflops())},
                         {"peak_gflops", result.timing.peak_gflops},
                         {"peak_fraction", optional(result.peak_fraction())},
                         {"batch", result.batch},
                         {"hidden", result.hidden},
                         {"steps", result.steps}};
  for (const auto& [key, value] : result.more) json[key] = value;
  return json;
}

}  // namespace recurra
