// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/stream.h"

namespace recurra {
namespace {

StreamEmbedding embedding_of(const LmNet& net) {
  if (net.table()) return {net.table()->weight().value()};
  const Index V = net.options().outputs;
  Tensor<float> one_hot({V, V});
  for (Index v = 0; v < V; ++v) one_hot[v * V + v] = 1;
  return {one_hot};
}

}  // namespace

StreamChain stream_chain(const LmModel& model) {
  const LmNet& net = *model.net;
  StreamChain chain = stream_chain(net.recurrent());
  if (model.options.format == LmFormat::text) chain.layers.insert(chain.layers.begin(), embedding_of(net));
  if (net.projection()) chain.layers.push_back(stream_dense(*net.projection()));
  if (net.head()) {
    chain.layers.push_back(stream_dense(*net.head()));
  } else {
    chain.layers.push_back(StreamDense{net.table()->weight().value(), net.tied_bias().value()});
  }
  return chain;
}

Stepper stream(const LmModel& model, StepperOptions options) {
  return Stepper(stream_chain(model), options);
}

}  // namespace recurra
