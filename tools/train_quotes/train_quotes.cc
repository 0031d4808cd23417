// SPDX-License-Identifier: Apache-2.0
// Trains the tiny LSTM of recurra/train/teaching/quote_net.h to say whether it is inside quotation marks, and prints
// quote_weights.cc. Random strings are enough: what it must learn is to toggle at the mark and to hold its state
// between.
//   cmake --build --preset dev --target recurra_train_quotes
//   build/dev/tools/train_quotes/recurra_train_quotes > recurra/train/teaching/quote_weights.cc
#include <cstdio>
#include <string>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "recurra/train/teaching/quote_net.h"

namespace {

using recurra::Index, recurra::Tensor, recurra::Variable;

constexpr Index kBatch = 64, kSteps = 6000, kDecaySteps = 4000;
constexpr std::uint64_t kSeed = 3;
// Weights of the recurrence that are not needed die out, so that the memory sits in c and not in h.
constexpr double kLearningRate = 0.01, kWeightDecay = 0.01;

struct Net : recurra::Module<float> {
  recurra::Recurrent<float> lstm{
      {.cell = recurra::Cell::lstm, .input_size = recurra::kQuoteInputs, .hidden_size = recurra::kQuoteUnits}};
  recurra::Linear<float> head{recurra::kQuoteUnits, 1};
  void collect(const std::string& prefix, std::vector<recurra::Parameter<float>>& out) const override {
    lstm.collect(prefix + "lstm.", out);
    head.collect(prefix + "head.", out);
  }
};

/// Marks are rare in some strings and frequent in others, so that the net must hold over long and short runs.
std::string random_text(recurra::Random& random, Index length) {
  constexpr char kSome[] = "abcde 12.,";
  const double marks = random.uniform(0.02, 0.3);
  std::string text;
  while (static_cast<Index>(text.size()) < length)
    text += random.uniform() < marks ? '"' : kSome[random.below(sizeof kSome - 1)];
  return text;
}

float train_step(recurra::Context& context, const Net& net, const recurra::ParameterBlock<float>& block,
                 recurra::Optimizer<float>& adam, recurra::Random& random, double rate) {
  const Index T = 10 + static_cast<Index>(random.below(60));
  Tensor<float> x({T, kBatch, recurra::kQuoteInputs}), truth({T, kBatch, 1});
  for (Index b = 0; b < kBatch; ++b) {
    const std::string text = random_text(random, T);
    const Tensor<double> inputs = recurra::quote_inputs(text), inside = recurra::quote_truth(text);
    for (Index t = 0; t < T; ++t) {
      truth[t * kBatch + b] = static_cast<float>(inside[t]);
      for (Index d = 0; d < recurra::kQuoteInputs; ++d) x.at({t, b, d}) = static_cast<float>(inputs.at({t, d}));
    }
  }
  recurra::Tape<float> tape(context);
  const Variable<float> logits = net.head.forward(tape, net.lstm.forward(tape, Variable<float>(x)).y);
  const auto loss = element_loss(tape, {recurra::ops::LossKind::bce_with_logits}, logits, truth);
  block.zero_grad();
  tape.backward(loss);
  recurra::clip_grad_norm(context, block.gradients(), 1.0);
  adam.step(context, rate);
  return loss.value().item();
}

void print(const Net& net) {
  std::printf(
      "// SPDX-License-Identifier: Apache-2.0\n// Written by tools/train_quotes; do not edit.\n"
      "#include \"recurra/train/teaching/quote_net.h\"\n\nnamespace recurra {\n\n"
      "// clang-format off\nconst float quote_weights[kQuoteWeights] = {");
  const auto parameters = net.parameters();  // W, U, b_ih, b_hh, head weight, head bias
  const Tensor<float> b = parameters[2].variable.value(), b_hh = parameters[3].variable.value();
  for (Index i = 0; i < b.size(); ++i) b[i] += b_hh[i];
  int count = 0;
  for (const std::size_t p : {0, 1, 2, 4, 5})
    for (const float v : parameters[p].variable.value().span())
      std::printf("%s%#.9gf,", count++ % 8 == 0 ? "\n    " : " ", static_cast<double>(v));
  std::printf("\n};\n// clang-format on\n\n}  // namespace recurra\n");
}

}  // namespace

int main() {
  recurra::Context context(1);
  const Net net;
  recurra::initialize(net.parameters(), kSeed, {.forget_bias = 1.0});
  const recurra::ParameterBlock<float> block(net.parameters());
  recurra::Optimizer<float> adam(block, {.kind = recurra::OptimizerKind::adamw, .weight_decay = kWeightDecay});
  recurra::Random random(kSeed, recurra::stream_id("quotes"));
  for (Index step = 0; step < kSteps; ++step) {
    const float loss =
        train_step(context, net, block, adam, random, step < kDecaySteps ? kLearningRate : kLearningRate / 10);
    if (step % 500 == 499)
      std::fprintf(stderr, "step %d: loss %.2g\n", static_cast<int>(step + 1), static_cast<double>(loss));
  }
  print(net);
}
