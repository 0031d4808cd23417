// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/net.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/nn/readout.h"

namespace recurra {

ForecastNet::ForecastNet(const RecurrentOptions& recurrent, const ForecastNetOptions& options)
    : options_(options),
      recurrent_(recurrent),
      dropout_(options.dropout),
      head_(recurrent.hidden_size * (recurrent.bidirectional ? 2 : 1), options.outputs) {
  if (options.skip) skip_.emplace(options.lookback * options.targets, options.outputs);
}

RecurrentOutput<float> ForecastNet::run_recurrent(Tape<float>& tape, const Variable<float>& x) const {
  const Index cut = options_.tbptt > 0 ? std::max<Index>(0, options_.lookback - options_.tbptt) : 0;
  if (cut == 0) return recurrent_.forward(tape, x);
  // Truncated back-propagation: the state of the earlier steps is carried in, its gradient is not.
  TapeOptions silent = tape.options();
  silent.record = false;
  Tape<float> earlier(tape.team(), silent);
  const auto before = recurrent_.forward(earlier, Variable<float>(x.value().slice(0, cut)));
  const auto parts = split_rows(tape, x, {cut, options_.lookback - cut});
  return recurrent_.forward(tape, parts[1], {}, detach(before.state));
}

ForecastNet::Parts ForecastNet::forward_parts(Tape<float>& tape, const Variable<float>& x_recurrent,
                                              const Variable<float>& x_skip) const {
  require<ShapeError>(x_recurrent.shape().rank() == 3 && x_recurrent.shape()[0] == options_.lookback,
                      "ForecastNet::forward: expected x [", options_.lookback, ", B, F], found ", x_recurrent.shape());
  Parts out;
  out.recurrent = run_recurrent(tape, x_recurrent);
  const auto summary = read_out(tape, Readout::last, out.recurrent);
  out.y = head_.forward(tape, dropout_.forward(tape, summary));
  if (!skip_) return out;
  const Index B = x_skip.shape()[1];
  const auto window = swap_leading(tape, slice_last(tape, x_skip, 0, options_.targets));
  const auto flat = reshape(tape, window, {B, options_.lookback * options_.targets});
  out.y = add(tape, out.y, skip_->forward(tape, flat));
  return out;
}

Variable<float> ForecastNet::forward(Tape<float>& tape, const Variable<float>& x) const {
  return forward_parts(tape, x, x).y;
}

void ForecastNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  head_.collect(prefix + "head.", out);
  if (skip_) skip_->collect(prefix + "skip.", out);
}

void ForecastNet::start_from(const LinearMap& map) const {
  require(skip_.has_value(), "ForecastNet::start_from: the net has no skip");
  std::vector<Parameter<float>> parameters;
  head_.collect("", parameters);
  for (const auto& parameter : parameters) parameter.variable.value().fill(0);
  parameters.clear();
  skip_->collect("", parameters);
  const auto copy = [](const std::vector<double>& from, const Tensor<float>& to) {
    require<ShapeError>(static_cast<Index>(from.size()) == to.size(), "ForecastNet::start_from: expected ", to.size(),
                        " numbers, found ", from.size());
    for (Index i = 0; i < to.size(); ++i) to[i] = static_cast<float>(from[static_cast<std::size_t>(i)]);
  };
  copy(map.weight, parameters[0].variable.value());
  copy(map.bias, parameters[1].variable.value());
}

}  // namespace recurra
