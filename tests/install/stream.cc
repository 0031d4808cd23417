// SPDX-License-Identifier: Apache-2.0
// A host of recurra::nn: streams a GRU over an impulse. Compiled also with -fno-exceptions, by clang, and with every
// warning.
#include <cstdio>

#include "recurra/base/version.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"

int main() {
  recurra::Recurrent<float> gru({.cell = recurra::Cell::gru, .input_size = 1, .hidden_size = 8});
  const recurra::Linear<float> head(8, 1);
  recurra::initialize(gru.parameters(), 1);
  recurra::Stepper stepper(gru, {.weights = recurra::StreamWeights::f32});
  double sum = 0;
  for (int t = 0; t < 20; ++t) {
    const float x = t == 0 ? 1.0f : 0.0f;
    for (const float y : stepper.step(&x)) sum += y;
  }
  std::printf("recurra %s: %.5f\n", recurra::kVersion, sum);
}
