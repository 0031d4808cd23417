// SPDX-License-Identifier: Apache-2.0
// The seed listing: examples/lstm_forecaster.py in C++. Run it: build/release/examples/lstm_forecaster
#include <cstdio>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/batches.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/ops/embedding.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"

using namespace recurra;

struct Forecaster : Module<float> {
  Recurrent<float> lstm{{.input_size = 10, .hidden_size = 128, .layers = 2, .batch_first = true, .dropout = 0.2}};
  Linear<float> head{128, 1};

  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x) const {
    return head.forward(tape, read_out(tape, Readout::last, lstm.forward(tape, Variable<float>(x))));
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    lstm.collect(prefix + "lstm.", out);
    head.collect(prefix + "head.", out);
  }
};

int main() {
  Context context(available_processors());
  Tensor<float> x({500, 20, 10}), y({500, 1});
  Random random(1, 0);
  for (float& v : x.span()) v = static_cast<float>(random.uniform(-1, 1));
  for (Index i = 0; i < 500; ++i)  // of ten inputs the first counts, at every step
    for (Index t = 0; t < 20; ++t) y[i] += 0.2f * x.at({i, t, 0});

  Forecaster net;
  initialize(net.parameters(), 1);
  ParameterBlock<float> block(net.parameters());
  Optimizer<float> adam(block, {.kind = OptimizerKind::adam});
  BatchOrder order(500, 32, /*shuffle=*/true, /*seed=*/1);
  for (std::uint64_t epoch = 0, step = 0; epoch < 20; ++epoch) {
    double total = 0;
    for (Index i = 0; i < order.batches(); ++i, ++step) {
      const auto items = order.batch(epoch, i);
      const auto count = static_cast<Index>(items.size());
      const Tensor<std::int64_t> rows({count}, items);
      Tape<float> tape(context, {.seed = 1, .step = step});
      const auto x_rows = ops::embedding_forward(context, x.reshape({500, 200}), rows).reshape({count, 20, 10});
      const auto loss = mse_loss(tape, net.forward(tape, x_rows), ops::embedding_forward(context, y, rows));
      block.zero_grad();
      tape.backward(loss);
      clip_grad_norm(context, block.gradients(), 1.0);
      adam.step(context, 1e-3);
      total += loss.value().item() * static_cast<double>(count);
    }
    std::printf("epoch %2d  loss %.4f\n", static_cast<int>(epoch) + 1, total / 500);
  }
}
