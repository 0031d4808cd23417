// SPDX-License-Identifier: Apache-2.0
// A training loop asks the system for tensor memory at its first step and never again.
#include <gtest/gtest.h>

#include <vector>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"

namespace recurra {
namespace {

TEST(TrainingMemory, IsReusedFromTheSecondStepOn) {
  for (const Cell cell : {Cell::rnn_tanh, Cell::gru, Cell::lstm}) {
    Context context(2);
    const Recurrent<float> net({.cell = cell,
                                .input_size = 5,
                                .hidden_size = 40,
                                .layers = 2,
                                .bidirectional = true,
                                .batch_first = true,
                                .dropout = 0.2});
    const Linear<float> head(80, 1);
    std::vector<Parameter<float>> parameters = net.parameters();
    head.collect("head.", parameters);
    ParameterBlock<float> block(parameters);
    Optimizer<float> adam(block, {});
    const Variable<float> x(Tensor<float>::full({16, 12, 5}, 0.5f));
    const Tensor<float> y({16, 1});
    const std::vector<Index> lengths = {12, 3, 7, 12, 1, 0, 5, 9, 12, 12, 4, 6, 2, 8, 11, 10};
    std::vector<std::uint64_t> requests;
    for (std::uint64_t step = 0; step < 5; ++step) {
      Tape<float> tape(context, {.seed = 1, .step = step});
      const auto loss =
          mse_loss(tape, head.forward(tape, read_out(tape, Readout::mean, net.forward(tape, x, lengths))), y);
      block.zero_grad();
      tape.backward(loss);
      clip_grad_norm(context, block.gradients(), 1.0);
      adam.step(context, 1e-3);
      requests.push_back(context.memory()->system_requests());
    }
    EXPECT_GT(requests[0], 10u);
    EXPECT_EQ(requests[4], requests[1]);
  }
}

}  // namespace
}  // namespace recurra
