// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/verdict.h"

#include <algorithm>
#include <cmath>

#include "recurra/base/error.h"

namespace recurra {
namespace {

/// A share as percent or points, with one decimal.
double tenths(double share) {
  return std::round(std::abs(share) * 1000) / 10;
}

}  // namespace

std::vector<std::string> accuracy_verdict(const MethodValues& methods, const std::string& measure) {
  std::vector<std::string> out;
  const auto& [net, reached] = methods[0];
  for (std::size_t m = 1; m < methods.size(); ++m) {
    const auto& [rival, value] = methods[m];
    const double gain = reached - value;
    const char* relation = gain > 0 ? " beats " : gain < 0 ? " loses to " : " ties with ";
    out.push_back(
        concat("the ", net, relation, rival, gain == 0 ? "" : concat(" by ", tenths(gain), " points of ", measure)));
  }
  return out;
}

std::string nats_verdict(const MethodValues& methods) {
  if (methods.size() < 2) return "";
  const auto& [net, nats] = methods[0];
  const auto rival = std::min_element(methods.begin() + 1, methods.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
  if (nats == rival->second) return concat(net, " ties with ", rival->first, ", the best baseline");
  const std::string relation = nats < rival->second ? " wins" : " does not win";
  const std::string remedy = nats < rival->second ? "" : "; use that baseline instead";
  if (!(rival->second > 0))  // no fraction of 0
    return concat(net, relation, ": ", nats, " nats, and ", rival->first, " has ", rival->second, remedy);
  const double percent = tenths(nats / rival->second - 1);
  if (nats < rival->second)
    return concat(net, " wins: ", percent, " % fewer nats than the best baseline, ", rival->first);
  return concat(net, " does not win: ", percent, " % more nats than ", rival->first, remedy);
}

}  // namespace recurra
