// SPDX-License-Identifier: Apache-2.0
// Sentences on whether a net beats its baselines. Example:
//
//   const recurra::MethodValues methods = {{"gru", 0.97}, {"majority", 0.5}, {"1-NN", 0.96}};
//   const std::string line = recurra::accuracy_verdict(methods, "accuracy")[0];   // the gru beats majority by ...
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace recurra {

/// Methods and their values on the same data, the net first.
using MethodValues = std::vector<std::pair<std::string, double>>;

/// One sentence per baseline. `measure`: name of the values, which are fractions of 1: "token accuracy".
std::vector<std::string> accuracy_verdict(const MethodValues& methods, const std::string& measure);

/// One sentence on the baseline with the fewest nats. Empty without baselines.
std::string nats_verdict(const MethodValues& methods);

}  // namespace recurra
