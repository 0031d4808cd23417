// SPDX-License-Identifier: Apache-2.0
// The parts of a training step of the listing. Each is measured separately at the sizes of the step, on one thread, and
// compared with the whole step; the rest is packing, dropout, the loss, the tape and copies. No hook in the hot path.
// With more threads a last line shows their overhead: the time of the whole step minus that of one thread / threads.
#include <algorithm>
#include <tuple>

#include "bench/listing.h"
#include "bench/workloads.h"
#include "recurra/kernels/cell_steps.h"
#include "recurra/kernels/gemm.h"

namespace recurra {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// A product of one step's sizes, with B already packed.
class Product {
 public:
  Product(Index M, Index K, const PanelPlan& plan)
      : M_(M),
        K_(K),
        plan_(plan),
        A_(random_tensor({M, K})),
        B_(random_tensor({plan.packed_size(K)}, 0.1, 1)),
        C_(Tensor<float>({M, plan.columns()})) {}
  void run() const {
    kernels::gemm(plan_, M_, K_, {A_.data(), K_, 1}, kernels::packed_panels<float>(plan_, K_, B_.data()), C_.data(),
                  plan_.columns(), Start::c);
  }
  double gflop() const { return 2e-9 * static_cast<double>(M_ * K_) * static_cast<double>(plan_.units * plan_.gates); }

 private:
  Index M_, K_;
  PanelPlan plan_;
  Tensor<float> A_, B_, C_;
};

/// The gate arithmetic of one step of one layer.
class Gates {
 public:
  Gates(Cell cell, Index B, Index H)
      : cell_(cell),
        B_(B),
        H_(H),
        plan_(kernels::plan_panels<float>(H, gate_count(cell))),
        sums_(random_tensor({B, plan_.columns()})),
        recurrent_(random_tensor({B, plan_.columns()}, 1, 1)),
        states_(random_tensor({6, B, H})),
        da_(Tensor<float>({B, plan_.columns()})),
        da_recurrent_(Tensor<float>({B, plan_.columns()})) {}
  void forward() const {
    const Index together = std::max<Index>(1, 32 / plan_.panel_units());  // as ops/recurrent_forward.cc
    for (Index p = 0; p < plan_.panels(); p += together) {
      kernels::ForwardStep<float> step{.rows = B_, .gates_stride = plan_.columns(), .stride = H_};
      step.gates = sums_.data() + p * plan_.panel_width();
      step.recurrent = recurrent_.data() + p * plan_.panel_width() * B_;
      step.h_prev = state(0, p), step.c_prev = state(1, p);
      step.h = state(2, p), step.c = state(3, p), step.n_recurrent = state(4, p);
      kernels::cell_forward(cell_, plan_.part(p, std::min(p + together, plan_.panels())), step);
    }
  }
  void backward() const {
    kernels::BackwardStep<float> step{.rows = B_, .gates_stride = plan_.columns(), .stride = H_};
    step.gates = sums_.data();
    step.h = step.h_prev = state(0, 0), step.c = step.c_prev = state(1, 0);
    step.dh = state(2, 0), step.dc = state(3, 0), step.n_recurrent = state(4, 0), step.da_new = state(5, 0);
    step.da = da_.data(), step.da_recurrent = da_recurrent_.data();
    kernels::cell_backward(cell_, plan_, step);
  }

 private:
  float* state(Index index, Index p) const { return states_.data() + index * B_ * H_ + p * plan_.panel_units(); }
  Cell cell_;
  Index B_, H_;
  PanelPlan plan_;
  Tensor<float> sums_, recurrent_, states_, da_, da_recurrent_;
};

/// Runs a piece and adds it to the list.
struct Pieces {
  const Bench& bench;
  std::vector<BenchResult> results = {};
  double ms = 0;

  void add(const std::string& name, std::optional<double> gflop, const std::function<void()>& fn) {
    Bench own = bench;
    own.name = "profile: " + name;
    results.push_back(own.run(gflop, fn));
    ms += results.back().timing.ms.median;
  }
  /// `times` calls of each product.
  void add(const std::string& name, Index times, const std::vector<Product>& products) {
    double gflop = 0;
    for (const Product& product : products) gflop += product.gflop() * static_cast<double>(times);
    add(name, gflop, [&] {
      for (Index i = 0; i < times; ++i)
        for (const Product& product : products) product.run();
    });
  }
};

void add_layers(Pieces& pieces, Cell cell, Index B, Index T, Index H) {
  const Index D = ListingNet::kInputs, N = B * T;
  const PanelPlan gates = kernels::plan_panels<float>(H, gate_count(cell));
  const PanelPlan h_plan = kernels::plan_panels<float>(H, 1), x_plan = kernels::plan_panels<float>(D, 1);
  const Index C = gates.columns();
  const Gates arithmetic(cell, B, H);
  pieces.add("input GEMM", 1, {Product(N, D, gates), Product(N, H, gates)});
  pieces.add("recurrent GEMM", ListingNet::kLayers * T, {Product(B, H, gates)});
  pieces.add("gates", std::nullopt, [&] {
    for (Index i = 0; i < ListingNet::kLayers * T; ++i) arithmetic.forward();
  });
  pieces.add("gates, backward", std::nullopt, [&] {
    for (Index i = 0; i < ListingNet::kLayers * T; ++i) arithmetic.backward();
  });
  pieces.add("dh GEMM", ListingNet::kLayers * T, {Product(B, C, h_plan)});
  pieces.add("dx GEMM", 1, {Product(N, C, h_plan)});
  pieces.add("dW and dU GEMM", 1,
             {Product(C, N, x_plan), Product(C, N, h_plan), Product(C, N, h_plan), Product(C, N, h_plan)});
}

}  // namespace

std::vector<BenchResult> bench_profile(const Bench& bench) {
  Context one(1);
  const Bench own{one, bench.name, bench.sizes(32, ListingNet::kHidden, 20), bench.cell};
  const auto [B, H, T] = std::tuple(own.options.batch, own.options.hidden, own.options.steps);
  const ListingNet net(own.cell, H);
  ListingTraining training(one, net, B, T, Precision::f32);
  Pieces pieces{own};
  add_layers(pieces, own.cell, B, T, H);
  training.learn(training.batch(0));
  pieces.add("optimiser", std::nullopt, [&] { training.update(); });
  pieces.add("data", std::nullopt, [&] { training.batch(0); });

  const auto step = [](ListingTraining& t) {
    t.learn(t.batch(0));
    t.update();
  };
  const double sum = pieces.ms;
  pieces.add("whole step", 3e-9 * net.forward_flop(B * T), [&] { step(training); });
  const double whole = pieces.results.back().timing.ms.median;
  for (BenchResult& piece : pieces.results) piece.more.emplace_back("share", piece.timing.ms.median / whole);
  pieces.results.back().more.emplace_back("other_ms", whole - sum);
  if (bench.context.threads() == 1) return pieces.results;

  ListingTraining shared(bench.context, net, B, T, Precision::f32);
  const Bench whole_step{bench.context, "profile: whole step", own.options, own.cell};
  pieces.results.push_back(whole_step.run(3e-9 * net.forward_flop(B * T), [&] { step(shared); }));
  BenchResult& last = pieces.results.back();
  last.more.emplace_back("waiting_ms", last.timing.ms.median - whole / bench.context.threads());
  return pieces.results;
}

}  // namespace recurra
