// SPDX-License-Identifier: Apache-2.0
// Converts a trained net to a StreamChain. In a file of its own, because the rest of a Stepper needs no tape.
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"
#include "recurra/tensor/cell_layout.h"

namespace recurra {

StreamChain stream_chain(const Recurrent<float>& net) {
  const RecurrentOptions& options = net.options();
  require<UnsupportedError>(
      !options.bidirectional && options.direction == Direction::forward,
      "Stepper: the net reads both directions or the reverse one, which needs the whole sequence");
  StreamChain chain;
  for (const CellVariables<float>& own : net.cells())
    chain.layers.emplace_back(
        StreamCell{options.cell, own.W.value(),
                   options.heads > 1 ? block_diagonal(own.U.value(), options.heads) : own.U.value_or_none(),
                   own.b_ih.value_or_none(), own.b_hh.value_or_none(), own.peephole.value_or_none(), options.changes,
                   own.norm.value_or_none(), own.projection.value_or_none(), options.zoneout_h, options.zoneout_c});
  return chain;
}

StreamDense stream_dense(const Linear<float>& layer) {
  const auto values = layer.parameters();  // weight [O, H], bias [O] if there is one
  StreamDense dense{values[0].variable.value(), {}};
  if (values.size() > 1) dense.b = values[1].variable.value();
  return dense;
}

StreamChain stream_chain(const Recurrent<float>& net, const Linear<float>& head) {
  StreamChain chain = stream_chain(net);
  StreamDense dense = stream_dense(head);
  require<ShapeError>(dense.W.dim(1) == net.output_size(), "Stepper: the head takes ", dense.W.dim(1),
                      " features, the net gives ", net.output_size());
  chain.layers.emplace_back(std::move(dense));
  return chain;
}

Stepper::Stepper(const Recurrent<float>& net, StepperOptions options) : Stepper(stream_chain(net), options) {}

Stepper::Stepper(const Recurrent<float>& net, const Linear<float>& head, StepperOptions options)
    : Stepper(stream_chain(net, head), options) {}

}  // namespace recurra
