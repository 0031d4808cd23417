// SPDX-License-Identifier: Apache-2.0
// The peak, one product, the gate arithmetic: the parts of the larger measurements.
#include "bench/workloads.h"
#include "recurra/base/random.h"
#include "recurra/kernels/cell_steps.h"
#include "recurra/kernels/gemm.h"

namespace recurra {

double layer_flop(Cell cell, Index N, Index D, Index H) {
  return 2.0 * static_cast<double>(N) * gate_count(cell) * static_cast<double>(H * (D + H));
}

Tensor<float> random_tensor(Shape shape, double size, std::uint64_t stream) {
  auto x = Tensor<float>::uninitialized(std::move(shape));
  Random random(1, stream);
  for (float& v : x.span()) v = static_cast<float>(random.uniform(-size, size));
  return x;
}

std::vector<BenchResult> bench_peak(const Bench& bench) {
  PeakMeter peak(bench.context);
  const Bench sizeless{bench.context, bench.name, bench.options, bench.cell};
  // The call is one sample of the peak; what it achieves is the peak itself.
  BenchResult result = sizeless.run(std::nullopt, [&] { peak.sample(); });
  result.gflop = 1e-3 * result.timing.ms.median * result.timing.peak_gflops;
  result.cell.assign(1, '-');
  return {result};
}

std::vector<BenchResult> bench_gemm(const Bench& bench) {
  Bench own = bench;
  own.options = bench.sizes(32, 128, 1);
  const Index M = own.options.batch, K = own.options.hidden;
  const auto plan = kernels::plan_panels<float>(K, gate_count(own.cell));
  const auto A = random_tensor({M, K}), packed = random_tensor({plan.packed_size(K)}, 0.1, 1);
  const Tensor<float> C({M, plan.columns()});
  const double gflop = 2e-9 * static_cast<double>(M * K) * static_cast<double>(K * plan.gates);
  return {own.run(gflop, [&] {
    own.context.team().run([&](int thread, int threads) {
      const Share rows = share(M, thread, threads, 8);
      kernels::gemm(plan, rows.end - rows.begin, K, {A.data() + rows.begin * K, K, 1},
                    kernels::packed_panels<float>(plan, K, packed.data()), C.data() + rows.begin * plan.columns(),
                    plan.columns(), kernels::Start::zero);
    });
  })};
}

std::vector<BenchResult> bench_cell(const Bench& bench) {
  Bench own = bench;
  own.options = bench.sizes(32, 128, 1);
  const Index B = own.options.batch, H = own.options.hidden;
  const auto plan = kernels::plan_panels<float>(H, gate_count(own.cell));
  const Index C = plan.columns();
  const auto sums = random_tensor({B, C}, 3), recurrent = random_tensor({B, C}, 3, 1), state = random_tensor({B, H});
  const Tensor<float> gates({B, C}), c({B, H}), h({B, H}), n({B, H});
  const auto fn = [&] {
    gates.copy_from(sums);  // the step overwrites its sums
    for (Index p = 0; p < plan.panels(); ++p) {
      const Index at = p * plan.panel_units();
      kernels::ForwardStep<float> step{.rows = B, .gates_stride = C, .stride = H};
      step.gates = gates.data() + p * plan.panel_width();
      step.recurrent = recurrent.data() + p * plan.panel_width() * B;
      step.h_prev = step.c_prev = state.data() + at;
      step.c = c.data() + at;
      step.h = h.data() + at;
      step.n_recurrent = n.data() + at;
      kernels::cell_forward(own.cell, plan.panel(p), step);
    }
  };
  Context one(1);
  BenchResult result = Bench{one, own.name, own.options, own.cell}.run(std::nullopt, fn);
  result.more.emplace_back("ns_per_unit", 1e6 * result.timing.ms.median / static_cast<double>(B * H));
  return {result};
}

}  // namespace recurra
