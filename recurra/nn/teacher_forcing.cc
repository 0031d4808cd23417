// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/teacher_forcing.h"

#include <algorithm>
#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

double formula(const ForcingOptions& o, double i) {
  switch (o.decay) {
    case ForcingDecay::constant:
      return o.k;
    case ForcingDecay::linear:
      return 1 - i / o.k;
    case ForcingDecay::exponential:
      return std::pow(o.k, i);
    case ForcingDecay::inverse_sigmoid:
      break;
  }
  return o.k / (o.k + std::exp(i / o.k));
}

}  // namespace

TeacherForcing::TeacherForcing(const ForcingOptions& options) : options_(options) {
  const auto& [decay, k, floor] = options_;
  require(floor >= 0 && floor <= 1, "teacher forcing: expected a floor from 0 to 1, found ", floor);
  require(decay != ForcingDecay::constant || (k >= 0 && k <= 1),
          "teacher forcing: expected a constant rate from 0 to 1, found ", k);
  require(decay != ForcingDecay::linear || k > 0,
          "teacher forcing: expected a linear decay over more than 0 steps, found ", k);
  require(decay != ForcingDecay::exponential || (k > 0 && k <= 1),
          "teacher forcing: expected the base of an exponential decay above 0 and at most 1, found ", k);
  require(decay != ForcingDecay::inverse_sigmoid || k >= 1,
          "teacher forcing: expected the k of an inverse sigmoid decay to be at least 1, found ", k);
}

double TeacherForcing::rate(std::uint64_t step) const {
  return std::max(options_.floor, formula(options_, static_cast<double>(step)));
}

bool TeacherForcing::feeds_truth(std::uint64_t seed, std::uint64_t step, Index row, Index t) const {
  const std::uint64_t stream = stream_id("teacher forcing") + step;
  const std::uint64_t place = static_cast<std::uint64_t>(t) << 32 | static_cast<std::uint64_t>(row);
  return static_cast<double>(uniform_at(seed, stream, place)) < rate(step);
}

}  // namespace recurra
