// SPDX-License-Identifier: Apache-2.0
// A net that predicts one output per sequence, one step at a time and in the units of the data: after each step the
// output for the sequence so far. Example:
//
//   auto watch = [](recurra::SequenceStream& stream, const std::vector<std::vector<float>>& steps) {
//     stream.reset();
//     std::span<const double> y;
//     for (const std::vector<float>& step : steps) y = stream.push(step);
//     return y.front();
//   };
#pragma once

#include <vector>

#include "recurra/nn/stepper.h"
#include "recurra/tasks/common/sequence_net.h"
#include "recurra/tasks/common/sequence_scaling.h"

namespace recurra {

class SequenceStream {
 public:
  /// `outputs`: the scale of each output; none: outputs stay as they are. `who` is named in errors. Errors:
  /// UnsupportedError, with the reason, for a bidirectional net and the readout `attention`; those of Stepper.
  SequenceStream(const char* who, const SequenceNet& net, SequenceScaling scaling, std::vector<Scaler> outputs,
                 StepperOptions options);

  /// The next step of each stream, [B, channels], in the units of the data; NaN: missing. Returns [B, outputs] for the
  /// sequences so far, valid until the next step. Does not allocate. Errors: ValueError for another number of values.
  std::span<const double> push(std::span<const float> step);
  /// New sequences begin.
  void reset() noexcept;

 private:
  const float* read_out(std::span<const float> h) noexcept;

  SequenceReadout readout_;
  Stepper stepper_, head_;
  SequenceScaling scaling_;
  std::vector<Scaler> outputs_;
  std::vector<float> x_;       ///< scaled inputs
  std::vector<float> states_;  ///< [B, H]: the largest of each unit so far, or the sum
  std::vector<float> mean_;    ///< [B, H]
  Index steps_ = 0;
  std::vector<double> y_;
};

}  // namespace recurra
