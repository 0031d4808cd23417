// SPDX-License-Identifier: Apache-2.0
// The seed listing at the size of bench/listing.h: its training epoch, its net over whole windows and step by step.
#include "bench/listing.h"

#include "bench/memory.h"
#include "bench/workloads.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/stepper.h"
#include "recurra/ops/embedding.h"
#include "recurra/optim/clip.h"

namespace recurra {
namespace {

constexpr Index kItems = ListingTraining::kItems, kBatch = 32, kSteps = 20;

/// A step of a very small net, so that the pages of the program's own code count as held before the training.
void load_code(const Bench& bench) {
  const ListingNet net(bench.cell, 8);
  ListingTraining training(bench.context, net, 8, 2, bench.precision());
  training.learn(training.batch(0));
  training.update();
}

/// Limit of the peak memory in training: 1.2 x (6 x parameters: weights, gradients, two moments, two packed copies;
/// + the values that the forward pass keeps for a batch: each layer's input, gates, y, and c or U_n h_prev, and the
/// dropout mask;
/// + the data set and one gathered batch).
double memory_goal_bytes(const ListingNet& net, Index B, Index T) {
  constexpr double kRoom = 1.2;
  const auto& o = net.recurrent().options();
  const Index N = B * T, H = o.hidden_size, states = o.cell == Cell::lstm || o.cell == Cell::gru ? 2 : 1;
  const Index layer = N * (gate_count(o.cell) + states) * H;
  const Index kept = ListingNet::kLayers * layer + N * (o.input_size + H) + N * H;
  const Index data = (ListingTraining::kItems + B) * (T * o.input_size + 1);
  return kRoom * sizeof(float) * static_cast<double>(6 * net.parameter_count() + kept + data);
}

}  // namespace

ListingNet::ListingNet(Cell cell, Index hidden)
    : recurrent_({.cell = cell,
                  .input_size = kInputs,
                  .hidden_size = hidden,
                  .layers = kLayers,
                  .batch_first = true,
                  .dropout = 0.2}),
      head_(hidden, 1) {
  initialize(parameters(), 1);
}

Variable<float> ListingNet::forward(Tape<float>& tape, const Tensor<float>& x) const {
  return head_.forward(tape, read_out(tape, Readout::last, recurrent_.forward(tape, Variable<float>(x))));
}

void ListingNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  head_.collect(prefix + "head.", out);
}

double ListingNet::forward_flop(Index rows) const {
  const auto& o = recurrent_.options();
  return layer_flop(o.cell, rows, o.input_size, o.hidden_size) + layer_flop(o.cell, rows, o.hidden_size, o.hidden_size);
}

ListingTraining::ListingTraining(Context& context, const ListingNet& net, Index batch, Index steps, Precision precision)
    : context_(context),
      net_(net),
      steps_(steps),
      precision_(precision),
      block_(net.parameters()),
      adam_(block_, {}),
      order_(kItems, batch, true, 1),
      x_(random_tensor({kItems, steps * ListingNet::kInputs})),
      y_(Tensor<float>({kItems, 1})) {
  for (Index i = 0; i < kItems; ++i) y_[i] = x_[i * steps * ListingNet::kInputs];
}

ListingTraining::Batch ListingTraining::batch(Index index) const {
  const auto items = order_.batch(epoch_, index);
  const auto B = static_cast<Index>(items.size());
  const Tensor<std::int64_t> rows({B}, items);
  return {ops::embedding_forward(context_, x_, rows).reshape({B, steps_, ListingNet::kInputs}),
          ops::embedding_forward(context_, y_, rows)};
}

void ListingTraining::learn(const Batch& batch) {
  Tape<float> tape(context_, {.seed = 1, .step = static_cast<std::uint64_t>(adam_.steps()), .precision = precision_});
  const auto loss = mse_loss(tape, net_.forward(tape, batch.x), batch.y);
  block_.zero_grad();
  tape.backward(loss);
}

void ListingTraining::update() {
  clip_grad_norm(context_, block_.gradients(), 1.0);
  adam_.step(context_, 1e-3);
}

void ListingTraining::epoch() {
  for (Index i = 0; i < order_.batches(); ++i) {
    learn(batch(i));
    update();
  }
  ++epoch_;
}

std::vector<BenchResult> bench_listing(const Bench& bench) {
  Bench own = bench;
  own.options = bench.sizes(kBatch, ListingNet::kHidden, kSteps);
  load_code(own);
  const MemoryMeter memory;
  const ListingNet net(own.cell, own.options.hidden);
  ListingTraining training(own.context, net, own.options.batch, own.options.steps, own.precision());
  BenchResult result =
      own.run(1e-9 * kPasses * net.forward_flop(kItems * own.options.steps), [&] { training.epoch(); });
  const auto bytes = memory.peak_bytes();
  if (own.options.memory && bytes)
    result.more = {{"memory_bytes", static_cast<double>(*bytes)},
                   {"memory_goal_bytes", memory_goal_bytes(net, own.options.batch, own.options.steps)}};
  return {result};
}

std::vector<BenchResult> bench_infer(const Bench& bench) {
  std::vector<BenchResult> results;
  const std::vector<Index> batches =
      bench.options.batch > 0 ? std::vector<Index>{bench.options.batch} : std::vector<Index>{1, 32, 500};
  for (const Index B : batches) {
    Bench own = bench;
    own.options = bench.sizes(B, ListingNet::kHidden, kSteps);
    const ListingNet net(own.cell, own.options.hidden);
    const Tensor<float> x = random_tensor({B, own.options.steps, ListingNet::kInputs});
    results.push_back(own.run(1e-9 * net.forward_flop(B * own.options.steps), [&] {
      Tape<float> tape(own.context, {.record = false, .training = false, .precision = own.precision()});
      static_cast<void>(net.forward(tape, x));
    }));
  }
  return results;
}

std::vector<BenchResult> bench_step(const Bench& bench) {
  Context one(1);  // a step of a small net is shorter than waking a thread
  const Bench own{one, bench.name, bench.sizes(1, ListingNet::kHidden, 1), bench.cell};
  const ListingNet net(own.cell, own.options.hidden);
  Stepper stepper(net.recurrent(), net.head(),
                  {.batch = own.options.batch, .weights = stream_weights(own.options.precision)});
  const Tensor<float> x = random_tensor({own.options.batch, ListingNet::kInputs});
  BenchResult result = own.run(1e-9 * net.forward_flop(own.options.batch), [&] { stepper.step(x.data()); });
  const auto bytes = static_cast<double>(stepper.weight_bytes());
  result.more = {{"weight_bytes", bytes}, {"gbytes_per_s", 1e-6 * bytes / result.timing.ms.median}};
  return {result};
}

}  // namespace recurra
