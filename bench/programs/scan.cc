// SPDX-License-Identifier: Apache-2.0
// Training passes (forward and backward) of minGRU and minLSTM and of the fused GRU of equal width, in turns in one
// run: minimum and median wall-clock milliseconds of many rounds, the minimum of processor time (which
// depends less on other load; with several threads it includes waiting), and the GRU's over theirs. Run: recurra_scan
// [ROUNDS [THREADS [STEPS]]]; RECURRA_ISA chooses the instruction set.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <utility>
#include <vector>

#include "recurra/base/random.h"
#include "recurra/ops/recurrent.h"
#include "recurra/simd/isa.h"

using namespace recurra;

namespace {

constexpr Index kUnits = 128;

struct Racer {
  const char* name;
  std::function<void()> pass;
  std::vector<double> ms = {}, cpu_ms = {};
};

Tensor<float> random_tensor(Shape shape, double size, std::uint64_t stream) {
  Tensor<float> x(std::move(shape));
  Random random(1, stream);
  for (float& value : x.span()) value = static_cast<float>(random.uniform(-size, size));
  return x;
}

/// Wall-clock time and processor time of one call.
std::pair<double, double> ms_of(const std::function<void()>& fn, int calls) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu_start = std::clock();
  for (int i = 0; i < calls; ++i) fn();
  const std::clock_t cpu = std::clock() - cpu_start;
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  return {taken.count() / calls, 1e3 * static_cast<double>(cpu) / CLOCKS_PER_SEC / calls};
}

/// Weights are packed in every pass, as a training step does.
std::vector<Racer> racers(Context& context, const ops::Packing& packing, const Tensor<float>& x,
                          const Tensor<float>& dy, ops::Wanted wanted) {
  const Index D = x.dim(1), H = dy.dim(1);
  std::vector<Racer> all;
  for (const Cell cell : {Cell::gru, Cell::min_gru, Cell::min_lstm}) {
    const Index rows = gate_count(cell) * H;
    ops::CellWeights<float> weights;
    weights.W = random_tensor({rows, D}, 0.1, 2);
    weights.b_ih = random_tensor({rows}, 0.1, 4);
    if (describe(cell).has(WeightKind::recurrent_weight)) {
      weights.U = random_tensor({rows, H}, 0.1, 3);
      weights.b_hh = random_tensor({rows}, 0.1, 5);
    }
    all.push_back({describe(cell).title, [=, &context] {
                     const auto out = ops::recurrent_forward<float>(context, cell, Direction::forward, packing, x, {},
                                                                    weights, true);
                     ops::recurrent_backward<float>(context, *out.saved, dy, {}, wanted, ops::Keep::no);
                   }});
  }
  return all;
}

void race(Context& context, Index T, Index B, Index D, bool dx, int rounds) {
  const auto packing = ops::Packing::full(T, B);
  const auto x = random_tensor({packing.total(), D}, 1, 0), dy = random_tensor({packing.total(), kUnits}, 1, 1);
  auto all = racers(context, packing, x, dy, {.dx = dx});
  const int calls = static_cast<int>(std::max<Index>(1, 32 / B));
  for (int round = -2; round < rounds; ++round)
    for (Racer& one : all) {
      const auto [ms, cpu_ms] = ms_of(one.pass, calls);
      if (round < 0) continue;
      one.ms.push_back(ms);
      one.cpu_ms.push_back(cpu_ms);
    }
  for (Racer& one : all) {
    std::sort(one.ms.begin(), one.ms.end());
    std::sort(one.cpu_ms.begin(), one.cpu_ms.end());
  }
  const Racer& gru = all.front();
  const auto median = [](const Racer& one) { return one.ms[one.ms.size() / 2]; };
  for (const Racer& one : all)
    std::printf("%3d %4d %5d %3s  %-8s %9.3f %7.2f %9.3f %7.2f %9.3f %7.2f\n", static_cast<int>(B), static_cast<int>(D),
                static_cast<int>(T), dx ? "yes" : "no", one.name, one.ms.front(), gru.ms.front() / one.ms.front(),
                median(one), median(gru) / median(one), one.cpu_ms.front(), gru.cpu_ms.front() / one.cpu_ms.front());
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20, threads = argc > 2 ? std::atoi(argv[2]) : 2;
  const Index T = argc > 3 ? std::atoi(argv[3]) : 512;
  Context context(threads);
  std::printf("%s, %d threads, %d units, %d rounds\n", isa_in_use().c_str(), context.threads(),
              static_cast<int>(kUnits), rounds);
  std::printf("%3s %4s %5s %3s  %-8s %9s %7s %9s %7s %9s %7s\n", "B", "D", "T", "dx", "cell", "least ms", "GRU/it",
              "median ms", "GRU/it", "cpu ms", "GRU/it");
  for (const Index B : {1, 32})
    for (const Index D : {kUnits, Index{16}}) race(context, T, B, D, D == kUnits, rounds);
}
