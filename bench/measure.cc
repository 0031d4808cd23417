// SPDX-License-Identifier: Apache-2.0
#include "bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "recurra/base/error.h"

namespace recurra {
namespace {

constexpr double kSampleMs = 2;  // a thousand times the cost of reading the clock
constexpr int kWarmUps = 2;      // caches, page faults, the clock frequency

double ms_of(std::int64_t calls, const std::function<void()>& fn) {
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i) fn();
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  return taken.count();
}

/// How many calls fill a sample.
std::int64_t calls_a_sample(const std::function<void()>& fn) {
  std::int64_t calls = 1;
  for (double ms = ms_of(1, fn); ms < kSampleMs; ms = ms_of(calls, fn)) {
    const double wanted = static_cast<double>(calls) * kSampleMs / std::max(ms, 1e-4);
    calls = std::max(calls + 1, std::min(10 * calls, static_cast<std::int64_t>(std::ceil(wanted))));
  }
  return calls;
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
  require(!values.empty(), "quartiles: there is no value");
  std::sort(values.begin(), values.end());
  const auto at = [&](double q) {
    const double rank = q * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(rank), high = std::min(low + 1, values.size() - 1);
    return values[low] + (rank - static_cast<double>(low)) * (values[high] - values[low]);
  };
  return {at(0.25), at(0.5), at(0.75)};
}

Timing measure(PeakMeter& peak, int samples, const std::function<void()>& fn) {
  require(samples > 0, "measure: expected at least one sample, found ", samples);
  const std::int64_t calls = calls_a_sample(fn);
  std::vector<double> ms, gflops;
  for (int i = -kWarmUps; i < samples; ++i) {
    const double taken = ms_of(calls, fn) / static_cast<double>(calls), rate = peak.sample();
    if (i < 0) continue;
    ms.push_back(taken);
    gflops.push_back(rate);
  }
  return {quartiles(ms), quartiles(gflops).median, samples};
}

}  // namespace recurra
