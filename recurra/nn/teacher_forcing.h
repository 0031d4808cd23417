// SPDX-License-Identifier: Apache-2.0
// Decides at each step whether a decoder is fed the true last output or its own, with a given probability. A rate of 1
// is plain teacher forcing, 0 is a free run; a rate that falls over the training steps is scheduled sampling.
// Example:
//
//   const recurra::TeacherForcing forcing({.decay = recurra::ForcingDecay::linear, .k = 1000, .floor = 0.2});
//   const double rate = forcing.rate(500);                              // 0.5
//   const bool truth = forcing.feeds_truth(seed, 500, /*row=*/3, /*t=*/7);
#pragma once

#include <cstdint>

#include "recurra/tensor/tensor.h"

namespace recurra {

enum class ForcingDecay { constant, linear, exponential, inverse_sigmoid };

struct ForcingOptions {
  ForcingDecay decay = ForcingDecay::constant;
  double k = 1;      ///< constant: the rate; linear: steps until 0; exponential: in (0, 1]; inverse sigmoid: at least 1
  double floor = 0;  ///< minimum of the rate
};

class TeacherForcing {
 public:
  /// Errors: ValueError if k is outside its range or floor outside [0, 1].
  explicit TeacherForcing(const ForcingOptions& options);

  /// The rate of training step i (batches, from 0). Formula: the maximum of floor and
  /// constant k; linear 1 - i / k; exponential k^i; inverse sigmoid k / (k + exp(i / k)).
  /// Source: Bengio, Vinyals, Jaitly, Shazeer 2015.
  double rate(std::uint64_t step) const;
  /// The draw for the caller's row b at time t: true with probability rate(step). A pure function of its arguments.
  bool feeds_truth(std::uint64_t seed, std::uint64_t step, Index row, Index t) const;

 private:
  ForcingOptions options_;
};

}  // namespace recurra
