// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_net.h"

#include <algorithm>
#include <iterator>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/likelihood.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/autograd/functions/softmax.h"
#include "recurra/nn/init.h"
#include "recurra/nn/readout.h"
#include "recurra/tasks/common/share_items.h"

namespace recurra {
namespace {

constexpr Index kQuarters = 4, kQuarter = kNowHorizon / kQuarters;

/// Shapes: weights [B, kQuarters, kNowSkeletons], skeletons [B, kNowSkeletons, kNowHorizon]; returns [B, kNowHorizon,
/// Q], alike for all levels. Formula: sum over k of weights[b, quarter of h, k] skeletons[b, k, h].
Variable<float> mix(Tape<float>& tape, const Variable<float>& weights, const Tensor<float>& skeletons, Index Q) {
  const Index B = skeletons.dim(0);
  const auto weight_at = [](Index b, Index h) { return (b * kQuarters + h / kQuarter) * kNowSkeletons; };
  const auto skeleton_at = [](Index b, Index k, Index h) { return (b * kNowSkeletons + k) * kNowHorizon + h; };
  Tensor<float> out({B, kNowHorizon, Q});
  for (Index b = 0; b < B; ++b)
    for (Index h = 0; h < kNowHorizon; ++h) {
      float sum = 0;
      for (Index k = 0; k < kNowSkeletons; ++k)
        sum += weights.value()[weight_at(b, h) + k] * skeletons[skeleton_at(b, k, h)];
      for (Index q = 0; q < Q; ++q) out[(b * kNowHorizon + h) * Q + q] = sum;
    }
  const auto backward = [=, shape = weights.shape()](const std::vector<Tensor<float>>& dy) {
    Tensor<float> dweights(shape);
    for (Index b = 0; b < B; ++b)
      for (Index h = 0; h < kNowHorizon; ++h) {
        float d = 0;
        for (Index q = 0; q < Q; ++q) d += dy[0][(b * kNowHorizon + h) * Q + q];
        for (Index k = 0; k < kNowSkeletons; ++k) dweights[weight_at(b, h) + k] += d * skeletons[skeleton_at(b, k, h)];
      }
    return std::vector<Tensor<float>>{dweights};
  };
  return tape.record({weights}, {out}, backward)[0];
}

}  // namespace

const std::vector<double>& now_levels() {
  static const std::vector<double> levels = {0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975};
  return levels;
}

NowInputs now_inputs(Context& context, std::span<const NowReading> readings, Index patch) {
  const auto B = static_cast<Index>(readings.size());
  NowInputs inputs{{}, {}, Tensor<float>({B, kNowHorizonInputs}), Tensor<float>({B, kNowSkeletons, kNowHorizon})};
  for (const NowReading& reading : readings) inputs.counts.push_back(reading.patches(patch));
  const Index T = *std::max_element(inputs.counts.begin(), inputs.counts.end()), D = now_patch_inputs(patch);
  inputs.patches = Tensor<float>({T, B, D});
  share_items(context, readings.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      const auto row = static_cast<Index>(b);
      readings[b].write_patches(patch, inputs.patches.data() + row * D, B * D);
      readings[b].write_horizon(inputs.horizon.data() + row * kNowHorizonInputs);
      readings[b].write_skeletons(inputs.skeletons.data() + row * kNowSkeletons * kNowHorizon);
    }
  });
  return inputs;
}

NowNet::NowNet(NowNetOptions options)
    : options_(options),
      recurrent_({.cell = options.cell,
                  .input_size = now_patch_inputs(options.patch),
                  .hidden_size = options.units,
                  .layers = options.layers}),
      first_(options.units + kNowHorizonInputs, options.width),
      second_(options.width, options.width),
      mixture_(options.width, kQuarters * kNowSkeletons),
      quantiles_(options.width, kNowHorizon * static_cast<Index>(now_levels().size())) {}

Variable<float> NowNet::forward(Tape<float>& tape, const NowInputs& inputs) const {
  const Index B = inputs.horizon.dim(0), Q = static_cast<Index>(now_levels().size());
  const auto state =
      read_out(tape, Readout::last, recurrent_.forward(tape, Variable<float>(inputs.patches), inputs.counts));
  auto z = relu(tape, first_.forward(tape, concat_last(tape, {state, Variable<float>(inputs.horizon)})));
  z = relu(tape, second_.forward(tape, z));
  const auto weights = softmax(tape, reshape(tape, mixture_.forward(tape, z), Shape({B, kQuarters, kNowSkeletons})));
  const auto raw = reshape(tape, quantiles_.forward(tape, z), Shape({B, kNowHorizon, Q}));
  return add(tape, mix(tape, weights, inputs.skeletons, Q), ordered_quantiles(tape, now_levels(), raw));
}

void NowNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "recurrent.", out);
  first_.collect(prefix + "first.", out);
  second_.collect(prefix + "second.", out);
  mixture_.collect(prefix + "mixture.", out);
  quantiles_.collect(prefix + "quantiles.", out);
}

NowModel new_now_model(const NowNetOptions& options, std::uint64_t seed) {
  NowModel model{std::make_shared<NowNet>(options), ""};
  initialize(model.net->parameters(), seed);
  return model;
}

Tensor<float> now_quantiles(Context& context, const NowNet& net, std::span<const NowReading> readings) {
  Tape<float> tape(context, {.record = false, .training = false});
  return net.forward(tape, now_inputs(context, readings, net.options().patch)).value();
}

}  // namespace recurra
