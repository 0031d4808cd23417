// SPDX-License-Identifier: Apache-2.0
// The streaming step of one layer and a dense output and the frozen one (bench/frozen), in turns: nanoseconds per
// step, the minimum of many rounds, and their ratio. Run: recurra_steps [ROUNDS]; RECURRA_ISA chooses the instruction
// set.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>

#include "bench/frozen/stepper.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"
#include "recurra/simd/isa.h"

using namespace recurra;

namespace {

constexpr Index kSamples = 512;

struct Contender {
  std::function<void()> run;  ///< kSamples samples
  double best_ns = std::numeric_limits<double>::infinity();
};

double ns_per_sample(const std::function<void()>& fn) {
  const auto start = std::chrono::steady_clock::now();
  fn();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / kSamples;
}

void race(std::vector<Contender>& all, int rounds) {
  for (int round = 0; round < rounds; ++round)
    for (Contender& one : all) one.best_ns = std::min(one.best_ns, ns_per_sample(one.run));
}

struct Net {
  Recurrent<float> recurrent;
  Linear<float> head;
  Net(Cell cell, Index hidden, Index inputs)
      : recurrent({.cell = cell, .input_size = inputs, .hidden_size = hidden}), head(hidden, 1) {
    initialize(recurrent.parameters(), 1);
    initialize(head.parameters(), 2);
  }
  Tensor<float> value(std::size_t i) const { return recurrent.parameters()[i].variable.value(); }
  frozen::Stepper as_frozen() const {
    const auto dense = head.parameters();
    return {recurrent.options().cell, value(0), value(1), value(2), value(3), dense[0].variable.value(),
            dense[1].variable.value()};
  }
};

/// Frozen, step, step_block, a step with approximate activations, in bfloat16 and in float16, for one stream.
void one_stream(Cell cell, Index hidden, int rounds) {
  const Net net(cell, hidden, 1);
  float x[kSamples], y[kSamples];
  for (Index t = 0; t < kSamples; ++t) x[t] = std::sin(0.1f * static_cast<float>(t));
  frozen::Stepper before = net.as_frozen();
  Stepper now(net.recurrent, net.head), block(net.recurrent, net.head);
  Stepper approximate(net.recurrent, net.head, {.activation = StreamActivations::approximate});
  Stepper bf16(net.recurrent, net.head, {.weights = StreamWeights::bf16});
  Stepper f16(net.recurrent, net.head, {.weights = StreamWeights::f16});
  volatile float sink = 0;
  const auto steps = [&](auto& stepper) {
    return Contender{[&] {
      for (const float& sample : x) sink = stepper.step(&sample)[0];
    }};
  };
  std::vector<Contender> all = {steps(before),      steps(now),  {[&] { block.step_block(x, y, kSamples); }},
                                steps(approximate), steps(bf16), steps(f16)};
  race(all, rounds);
  std::printf("%-4s %4d %8.1f", cell == Cell::lstm ? "LSTM" : "GRU", static_cast<int>(hidden), all[0].best_ns);
  for (std::size_t i = 1; i < all.size(); ++i)
    std::printf(" %8.1f %6.2f", all[i].best_ns, all[i].best_ns / all[0].best_ns);
  std::printf("\n");
}

/// Streams of one stepper, compared with as many frozen steppers, which share nothing.
void many_streams(Cell cell, Index hidden, Index streams, int rounds) {
  const Net net(cell, hidden, 1);
  frozen::Stepper before = net.as_frozen();
  Stepper now(net.recurrent, net.head, {.batch = streams});
  std::vector<float> x(static_cast<std::size_t>(streams), 0.3f);
  volatile float sink = 0;
  std::vector<Contender> all = {{[&] {
                                  for (Index t = 0; t < kSamples; ++t) sink = before.step(&x[0])[0];
                                }},
                                {[&] {
                                  for (Index t = 0; t < kSamples; t += streams) sink = now.step(x.data())[0];
                                }}};
  race(all, rounds);
  const double steps = static_cast<double>((kSamples + streams - 1) / streams * streams) / kSamples;
  const double now_ns = all[1].best_ns / steps;
  std::printf("%-4s %4d %7d %12.3f %12.3f %8.2f\n", cell == Cell::lstm ? "LSTM" : "GRU", static_cast<int>(hidden),
              static_cast<int>(streams), 1e3 / all[0].best_ns, 1e3 / now_ns, all[0].best_ns / now_ns);
}

/// A step timed alone: the median of the first steps of new steppers, and of later ones.
void first_step(Cell cell, Index hidden) {
  const Net net(cell, hidden, 1);
  std::vector<double> first, later;
  const float x = 0.3f;
  for (int i = 0; i < 201; ++i) {
    Stepper fresh(net.recurrent, net.head);
    for (std::vector<double>* ns : {&first, &later}) {
      const auto start = std::chrono::steady_clock::now();
      const volatile float sink = fresh.step(&x)[0];
      static_cast<void>(sink);
      ns->push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    }
  }
  const auto median = [](std::vector<double>& ns) {
    std::nth_element(ns.begin(), ns.begin() + 100, ns.end());
    return ns[100];
  };
  const double one = median(first), other = median(later);
  std::printf("%-4s %4d %8.1f %8.1f %6.2f\n", cell == Cell::lstm ? "LSTM" : "GRU", static_cast<int>(hidden), one, other,
              one / other);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 400;
  std::printf("%s, least of %d rounds of %d samples; ns a step, and of the frozen one\n", isa_in_use().c_str(), rounds,
              static_cast<int>(kSamples));
  std::printf("cell units  frozen     step  ratio    block  ratio   approx  ratio     bf16  ratio      f16  ratio\n");
  for (const Cell cell : {Cell::lstm, Cell::gru})
    for (const Index hidden : {8, 16, 20, 32, 40, 64, 128}) one_stream(cell, hidden, rounds);
  std::printf("\ncell units streams frozen M/s now M stream-steps/s  times\n");
  for (const Cell cell : {Cell::lstm, Cell::gru})
    for (const Index hidden : {16, 64, 128})
      for (const Index streams : {8, 64, 512}) many_streams(cell, hidden, streams, rounds / 8 + 1);
  std::printf("\ncell units first step  second  ratio\n");
  for (const Cell cell : {Cell::lstm, Cell::gru})
    for (const Index hidden : {16, 64}) first_step(cell, hidden);
}
