// SPDX-License-Identifier: Apache-2.0
// The seed listing: examples/lstm_forecaster.py in C++. Run it in the source folder:
// build/release/examples/lstm_forecaster
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/batches.h"
#include "recurra/data/csv.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/ops/embedding.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"

using namespace recurra;

struct Forecaster : Module<float> {
  Recurrent<float> lstm{{.input_size = 1, .hidden_size = 32, .layers = 2, .batch_first = true, .dropout = 0.2}};
  Linear<float> head{32, 1};

  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x) const {
    return head.forward(tape, read_out(tape, Readout::last, lstm.forward(tape, Variable<float>(x))));
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    lstm.collect(prefix + "lstm.", out);
    head.collect(prefix + "head.", out);
  }
};

constexpr Index kLookback = 48, kTrainEnd = 2800, kTestStart = 3200;  // by time: the newest rows are the test

struct Windows {
  Tensor<float> x, y;  // the day before each of some rows [N, 48, 1], and the row itself [N, 1]
  Windows(const std::vector<float>& scaled, Index first, Index last)
      : x({last - first, kLookback, 1}), y({last - first, 1}) {
    for (Index i = 0; i < last - first; ++i) {
      std::copy_n(scaled.begin() + first + i - kLookback, kLookback, x.data() + i * kLookback);
      y[i] = scaled[static_cast<std::size_t>(first + i)];
    }
  }
};

int main() {
  Context context(available_processors());
  const auto series =
      read_csv_file("examples/data/england_wales_demand.csv").number_column("demand");       // half-hours, MW
  const auto [low, high] = std::minmax_element(series.begin(), series.begin() + kTrainEnd);  // of training rows only
  std::vector<float> scaled;
  for (double v : series) scaled.push_back(static_cast<float>((v - *low) / (*high - *low)));
  const auto rows_count = static_cast<Index>(series.size());
  const auto error = [&](auto forecast) {  // mean absolute error on the test rows, in MW
    double sum = 0;
    for (Index t = kTestStart; t < rows_count; ++t) sum += std::abs(forecast(t) - series[static_cast<std::size_t>(t)]);
    return sum / static_cast<double>(rows_count - kTestStart);
  };
  const Windows train(scaled, kLookback, kTrainEnd), fresh(scaled, kTrainEnd, kTestStart),
      test(scaled, kTestStart, rows_count);

  Forecaster net;
  initialize(net.parameters(), 1);
  ParameterBlock<float> block(net.parameters());
  Optimizer<float> adam(block, {.kind = OptimizerKind::adam});
  const Index N = train.y.size();
  BatchOrder order(N, 32, /*shuffle=*/true, /*seed=*/1);
  for (std::uint64_t epoch = 0, step = 0; epoch < 20; ++epoch) {
    double total = 0;
    for (Index i = 0; i < order.batches(); ++i, ++step) {
      const auto items = order.batch(epoch, i);
      const auto count = static_cast<Index>(items.size());
      const Tensor<std::int64_t> rows({count}, items);
      Tape<float> tape(context, {.seed = 1, .step = step});
      const auto x =
          ops::embedding_forward(context, train.x.reshape({N, kLookback}), rows).reshape({count, kLookback, 1});
      const auto loss = mse_loss(tape, net.forward(tape, x), ops::embedding_forward(context, train.y, rows));
      block.zero_grad();
      tape.backward(loss);
      clip_grad_norm(context, block.gradients(), 1.0);
      adam.step(context, 3e-3);
      total += loss.value().item() * static_cast<double>(count);
    }
    Tape<float> tape(context, {.record = false, .training = false});  // no dropout
    const double validation = mse_loss(tape, net.forward(tape, fresh.x), fresh.y).value().item();
    std::printf("epoch %2d  loss %.5f  validation %.5f\n", static_cast<int>(epoch) + 1, total / static_cast<double>(N),
                validation);
  }

  Tape<float> tape(context, {.record = false, .training = false});
  const Tensor<float> forecast = net.forward(tape, test.x).value();
  std::printf("net %.0f MW\n", error([&](Index t) { return *low + (*high - *low) * forecast[t - kTestStart]; }));
  for (const auto& [name, steps] : {std::pair("last value", 1), {"day ago", 48}, {"week ago", 336}})
    std::printf("%s %.0f MW\n", name, error([&](Index t) { return series[static_cast<std::size_t>(t - steps)]; }));
}
