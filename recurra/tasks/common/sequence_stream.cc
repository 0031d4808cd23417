// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/sequence_stream.h"

namespace recurra {
namespace {

const SequenceNet& streamable(const char* who, const SequenceNet& net) {
  const auto refuse = [&](bool refused, const char* reason) {
    require<UnsupportedError>(!refused, "stream: the ", who, " cannot be streamed: ", reason);
  };
  refuse(net.recurrent().options().bidirectional,
         "it reads in both directions, and the reverse one needs the whole sequence");
  refuse(net.readout() == SequenceReadout::attention,
         "its readout weighs all steps of a sequence; train with --readout last, mean or max");
  return net;
}

}  // namespace

SequenceStream::SequenceStream(const char* who, const SequenceNet& net, SequenceScaling scaling,
                               std::vector<Scaler> outputs, StepperOptions options)
    : readout_(net.readout()),
      stepper_(streamable(who, net).recurrent(), options),
      head_(StreamChain{{stream_dense(net.head())}}, {.batch = options.batch, .weights = options.weights}),
      scaling_(std::move(scaling)),
      outputs_(std::move(outputs)),
      x_(static_cast<std::size_t>(options.batch * stepper_.input_size())),
      states_(static_cast<std::size_t>(options.batch * stepper_.output_size())),
      mean_(states_),
      y_(static_cast<std::size_t>(options.batch * head_.output_size())) {}

const float* SequenceStream::read_out(std::span<const float> h) noexcept {
  ++steps_;
  if (readout_ == SequenceReadout::last) return h.data();
  for (std::size_t i = 0; i < h.size(); ++i) {
    const bool first = steps_ == 1;
    if (readout_ == SequenceReadout::max) {
      states_[i] = first || h[i] > states_[i] ? h[i] : states_[i];
    } else {
      states_[i] = first ? h[i] : states_[i] + h[i];
      mean_[i] = states_[i] / static_cast<float>(steps_);
    }
  }
  return readout_ == SequenceReadout::max ? states_.data() : mean_.data();
}

std::span<const double> SequenceStream::push(std::span<const float> step) {
  const std::size_t channels = scaling_.channels.size(), inputs = static_cast<std::size_t>(stepper_.input_size());
  const auto B = static_cast<std::size_t>(stepper_.batch());
  require(step.size() == B * channels, "SequenceStream::push: expected ", B * channels, " values, found ", step.size());
  for (std::size_t b = 0; b < B; ++b)
    scale_step(scaling_, step.subspan(b * channels, channels), x_.data() + b * inputs);
  const std::span<const float> y = head_.step(read_out(stepper_.step(x_.data())));
  for (std::size_t i = 0; i < y.size(); ++i)
    y_[i] =
        outputs_.empty() ? static_cast<double>(y[i]) : outputs_[i % outputs_.size()].invert(static_cast<double>(y[i]));
  return y_;
}

void SequenceStream::reset() noexcept {
  stepper_.reset();
  steps_ = 0;
}

}  // namespace recurra
