// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/sequence_net.h"

namespace recurra {
const Names<SequenceReadout>& readout_names() {
  static const Names<SequenceReadout> names = {{"last", SequenceReadout::last},
                                               {"mean", SequenceReadout::mean},
                                               {"max", SequenceReadout::max},
                                               {"attention", SequenceReadout::attention}};
  return names;
}

SequenceNet::SequenceNet(const NetOptions& options, SequenceReadout readout, Index inputs, Index outputs)
    : readout_(readout),
      recurrent_(recurrent_options(options, inputs)),
      dropout_(options.dropout),
      head_(recurrent_.options().width(), outputs) {
  if (readout_ == SequenceReadout::attention) attention_.emplace(recurrent_.options().width(), options.hidden);
}

Variable<float> SequenceNet::forward(Tape<float>& tape, const Variable<float>& x,
                                     std::span<const Index> lengths) const {
  const auto output = recurrent_.forward(tape, x, lengths);
  const auto summary = [&] {
    switch (readout_) {
      case SequenceReadout::mean:
        return read_out(tape, Readout::mean, output);
      case SequenceReadout::max:
        return read_out(tape, Readout::max, output);
      case SequenceReadout::attention:
        return attention_->forward(tape, output);
      case SequenceReadout::last:
        break;
    }
    return read_out(tape, Readout::last, output);
  }();
  return head_.forward(tape, dropout_.forward(tape, summary));
}

void add_noise(const PaddedBatch<float>& batch, const Tape<float>& tape, double deviation) {
  if (deviation == 0 || !tape.options().training) return;
  const std::uint64_t stream = stream_id(concat("noise/", tape.options().step));
  const Index T = batch.x.dim(0), B = batch.x.dim(1), D = batch.x.dim(2);
  const ops::BatchRows& rows = tape.options().rows;
  for (Index t = 0; t < T; ++t) {
    const Index first = (t * (rows.all() ? B : rows.total) + rows.first) * D;  // in the whole batch, of two draws each
    Random random(tape.options().seed, stream, static_cast<std::uint64_t>(2 * first));
    for (Index i = t * B * D; i < (t + 1) * B * D; ++i) batch.x[i] += static_cast<float>(random.normal(0, deviation));
  }
}

void SequenceNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  if (attention_) attention_->collect(prefix + "attention.", out);
  head_.collect(prefix + "head.", out);
}

}  // namespace recurra
