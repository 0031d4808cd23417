// SPDX-License-Identifier: Apache-2.0
// Measures training: one epoch of the seed listing (500 x 20 x 10, hidden 128, 2 layers, dropout 0.2, batch 32, Adam,
// clipping) for each cell, median and quartiles over the samples. One JSON object a line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/batches.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/ops/embedding.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

constexpr Index kItems = 500, kSteps = 20, kInputs = 10, kHidden = 128, kBatch = 32;

class Listing {
 public:
  Listing(ThreadTeam& team, Cell cell)
      : team_(team),
        net_({.cell = cell,
              .input_size = kInputs,
              .hidden_size = kHidden,
              .layers = 2,
              .batch_first = true,
              .dropout = 0.2}),
        head_(kHidden, 1),
        block_(collect()),
        adam_(block_, {}),
        order_(kItems, kBatch, true, 1) {
    initialize(block_.parameters(), 1);
    Random random(1, 0);
    for (float& v : x_.span()) v = static_cast<float>(random.uniform(-1, 1));
    for (Index i = 0; i < kItems; ++i) y_[i] = x_[i * kSteps * kInputs];
  }

  void run_epoch() {
    for (Index i = 0; i < order_.batches(); ++i) {
      const auto items = order_.batch(epoch_, i);
      const auto B = static_cast<Index>(items.size());
      const Tensor<std::int64_t> rows({B}, items);
      Tape<float> tape(team_, {.seed = 1, .step = static_cast<std::uint64_t>(adam_.steps())});
      const auto x = ops::embedding_forward(team_, x_, rows).reshape({B, kSteps, kInputs});
      const auto summary = read_out(tape, Readout::last, net_.forward(tape, Variable<float>(x)));
      const auto loss = mse_loss(tape, head_.forward(tape, summary), ops::embedding_forward(team_, y_, rows));
      block_.zero_grad();
      tape.backward(loss);
      clip_grad_norm(team_, block_.gradients(), 1.0);
      adam_.step(team_, 1e-3);
    }
    ++epoch_;
  }

 private:
  std::vector<Parameter<float>> collect() const {
    auto parameters = net_.parameters();
    head_.collect("head.", parameters);
    return parameters;
  }

  ThreadTeam& team_;
  Recurrent<float> net_;
  Linear<float> head_;
  ParameterBlock<float> block_;
  Optimizer<float> adam_;
  BatchOrder order_;
  Tensor<float> x_{Shape({kItems, kSteps*kInputs})}, y_{Shape({kItems, 1})};
  std::uint64_t epoch_ = 0;
};

void measure(const std::string& cell_name, Cell cell, int threads, int samples) {
  ThreadTeam team(threads);
  Listing listing(team, cell);
  std::vector<double> ms;
  for (int i = -2; i < samples; ++i) {  // two to warm up
    const auto start = std::chrono::steady_clock::now();
    listing.run_epoch();
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    if (i >= 0) ms.push_back(taken.count());
  }
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double q) { return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))]; };
  std::cout << nlohmann::json({{"bench", "listing"},
                               {"cell", cell_name},
                               {"threads", threads},
                               {"isa", isa_in_use()},
                               {"precision", "f32"},
                               {"ms_median", at(0.5)},
                               {"ms_q1", at(0.25)},
                               {"ms_q3", at(0.75)}})
            << std::endl;
}

}  // namespace
}  // namespace recurra

int main(int argc, char** argv) {
  CLI::App app("One training epoch of the seed listing.", "recurra_bench");
  int threads = 1, samples = 20;
  std::vector<std::string> cells = {"lstm", "gru", "rnn"};
  app.add_option("--threads", threads)->check(CLI::Range(1, 1024))->capture_default_str();
  app.add_option("--samples", samples)->check(CLI::Range(1, 10'000))->capture_default_str();
  app.add_option("--cell", cells)->check(CLI::IsMember({"lstm", "gru", "rnn"}));
  CLI11_PARSE(app, argc, argv);
  for (const std::string& cell : cells)
    recurra::measure(cell,
                     cell == "lstm"  ? recurra::Cell::lstm
                     : cell == "gru" ? recurra::Cell::gru
                                     : recurra::Cell::rnn_tanh,
                     threads, samples);
}
