// SPDX-License-Identifier: Apache-2.0
// How every figure of this project is measured: warm-up, samples long enough for the clock, median and quartiles, and
// the machine's peak measured between the samples, so that a busy machine is as busy for both. Example:
//
//   recurra::Context context(1);
//   recurra::PeakMeter peak(context);
//   recurra::Timing timing = recurra::measure(peak, 20, [&] { net.forward(tape, x); });
#pragma once

#include <functional>
#include <vector>

#include "recurra/base/context.h"

namespace recurra {

struct Quartiles {
  double q1 = 0, median = 0, q3 = 0;
};

/// Linear interpolation between the two nearest ranks. Errors: ValueError if `values` is empty.
Quartiles quartiles(std::vector<double> values);

/// The rate of independent float multiply-adds, on all threads of a team at once.
class PeakMeter {
 public:
  explicit PeakMeter(Context& context);
  /// GFLOP/s over about a millisecond, on the instruction set in use.
  double sample();

 private:
  Context& context_;
  std::int64_t rounds_ = 1 << 10;
};

/// Latency of a multiply-add in nanoseconds, on the instruction set in use; the minimum of many samples.
double multiply_add_latency_ns();

struct Timing {
  Quartiles ms;  ///< of one call
  double peak_gflops = 0;
  int samples = 0;
};

/// Calls fn until it is warm, then times `samples` samples, each of as many calls as fill two milliseconds.
/// Errors: ValueError unless samples is positive.
Timing measure(PeakMeter& peak, int samples, const std::function<void()>& fn);

}  // namespace recurra
