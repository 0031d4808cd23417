// SPDX-License-Identifier: Apache-2.0
// Streaming: a GRU learns to predict the next sample of a tone, then runs inside an audio callback, sample by sample.
// The callback neither allocates nor locks. Run it: build/release/examples/stream
#include <cmath>
#include <cstdio>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"
#include "recurra/optim/optimizer.h"

using namespace recurra;

float tone(Index t) {
  return 0.6f * std::sin(0.3f * static_cast<float>(t)) + 0.3f * std::sin(0.71f * static_cast<float>(t));
}

/// Called by an audio driver: reads `count` samples and writes a prediction of the sample after each.
void audio_callback(Stepper& stepper, const float* in, float* out, Index count) noexcept {
  for (Index i = 0; i < count; ++i) out[i] = stepper.step(in + i)[0];
}

int main() {
  constexpr Index T = 64, B = 16, kBuffer = 256;
  Recurrent<float> gru({.cell = Cell::gru, .input_size = 1, .hidden_size = 32});
  Linear<float> head(32, 1);
  std::vector<Parameter<float>> parameters = gru.parameters();
  head.collect("head.", parameters);
  initialize(parameters, 1);
  ParameterBlock<float> block(parameters);
  Optimizer<float> adam(block, {.kind = OptimizerKind::adam});
  Context context(1);
  for (Index step = 0; step < 150; ++step) {
    Tensor<float> x({T, B, 1}), next({T, B, 1});
    for (Index t = 0; t < T; ++t)
      for (Index b = 0; b < B; ++b) {
        x[t * B + b] = tone(step * T + t + 97 * b);
        next[t * B + b] = tone(step * T + t + 97 * b + 1);
      }
    Tape<float> tape(context);
    const auto loss = mse_loss(tape, head.forward(tape, gru.forward(tape, Variable<float>(x)).y), next);
    block.zero_grad();
    tape.backward(loss);
    adam.step(context, 5e-3);
  }

  Stepper stepper(gru, head, {.weights = StreamWeights::int8});
  float in[kBuffer], out[kBuffer];
  double guess = 0, repeat = 0;
  for (Index buffer = 0; buffer < 8; ++buffer) {  // the state is carried from buffer to buffer
    for (Index i = 0; i < kBuffer; ++i) in[i] = tone(buffer * kBuffer + i);
    audio_callback(stepper, in, out, kBuffer);
    for (Index i = 0; buffer > 0 && i + 1 < kBuffer; ++i) {  // the first buffer is a warm-up
      guess += std::pow(out[i] - in[i + 1], 2);
      repeat += std::pow(in[i] - in[i + 1], 2);
    }
  }
  std::printf("%zu bytes of weights, %.4f of the squared error of repeat-last\n", stepper.weight_bytes(),
              guess / repeat);
}
