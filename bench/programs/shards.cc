// SPDX-License-Identifier: Apache-2.0
// The cost of splitting a batch into shards: training steps of the seed listing at batch 64, as one sum and as sums
// over more shards, in turns; milliseconds of processor time per step, the minimum of many rounds, and the ratios of
// the minima and of the medians. Run: recurra_shards [THREADS] [ROUNDS].
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "bench/listing.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/base/random.h"
#include "recurra/simd/isa.h"
#include "recurra/train/batch_step.h"

using namespace recurra;

namespace {

constexpr Index kBatch = 64, kSteps = 20, kInputs = ListingNet::kInputs;

class ListingProblem : public Problem {
 public:
  ListingProblem() {
    Random random(1, 0);
    for (float& v : x_.span()) v = static_cast<float>(random.normal());
  }
  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return kBatch; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    const auto B = static_cast<Index>(items.size());
    Tensor<float> x({B, kSteps, kInputs}), y({B, 1});
    for (Index b = 0; b < B; ++b) {
      std::copy_n(x_.data() + items[static_cast<std::size_t>(b)] * kSteps * kInputs, kSteps * kInputs,
                  x.data() + b * kSteps * kInputs);
      y[b] = x[b * kSteps * kInputs];
    }
    return {mse_loss(tape, net_.forward(tape, x), y), static_cast<double>(B)};
  }
  std::optional<double> validation_loss(Context&) const override { return std::nullopt; }

 private:
  ListingNet net_{Cell::lstm, ListingNet::kHidden};
  ParameterBlock<float> block_{net_.parameters()};
  Tensor<float> x_{Shape({kBatch, kSteps, kInputs})};
};

struct ShardedTraining {
  explicit ShardedTraining(Index shards) : optimizer(problem.parameters(), {}) { options.shards = shards; }

  double step_ms(Context& context, const std::vector<Index>& items) {
    const std::clock_t start = std::clock();
    static_cast<void>(step_batch(context, problem, options, optimizer, 1e-3, items));
    return 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }

  ListingProblem problem;
  Optimizer<float> optimizer;
  TrainOptions options;
  std::vector<double> ms;
};

double least(const std::vector<double>& x) {
  return *std::min_element(x.begin(), x.end());
}

double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1, rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  Context context(threads);
  std::vector<Index> items;
  for (Index i = 0; i < kBatch; ++i) items.push_back(i);
  std::vector<std::unique_ptr<ShardedTraining>> all;
  for (const Index shards : {1, 2, 4, 8}) all.push_back(std::make_unique<ShardedTraining>(shards));
  for (int round = -5; round < rounds; ++round) {
    for (const auto& one : all) {
      const double ms = one->step_ms(context, items);
      if (round >= 0) one->ms.push_back(ms);
    }
  }
  std::printf("%s, %d threads, batch %d\n", isa_in_use().c_str(), threads, static_cast<int>(kBatch));
  for (const auto& one : all)
    std::printf("%d shards: %.3f ms of processor time, ratio %.2f, of medians %.2f\n",
                static_cast<int>(one->options.shards), least(one->ms), least(one->ms) / least(all[0]->ms),
                median(one->ms) / median(all[0]->ms));
  return 0;
}
