// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "recurra/tasks/forecast/backtest.h"

namespace recurra {
namespace {

constexpr double kNoError = 1e-6;  // of the target's spread: what float32 leaves of a perfect forecast
constexpr double kMaxTied = 10;    // percent: a larger difference is reported as one, with the noise beside it

/// The net compared with its best baseline, without the name of the target.
std::string standing(const TargetScore& target, const MethodScore& rival, Index windows) {
  const MethodScore& net = target.methods[0];
  const double floor = kNoError * target.spread, ours = net.errors.mae, theirs = rival.errors.mae;
  const std::string best = "the best baseline, " + rival.name;
  if (ours <= floor && theirs <= floor) return concat(net.name, " ties with ", best, ": both are without error");
  if (ours <= floor) return concat(net.name, " wins: it is without error, and ", best, ", has an MAE of ", theirs);
  if (theirs <= floor)
    return concat(net.name, " does not win: ", best, ", is without error, and its MAE is ", ours,
                  "; use that baseline instead");
  const double difference = 100 * (ours / theirs - 1), rounded = std::round(std::abs(difference) * 10) / 10;
  const std::string size = concat(rounded, difference < 0 ? " % below " : " % above ");
  if (rounded == 0) return concat(net.name, " ties with ", best, ": its MAE is the same");
  const bool chance = rival.against_net.within_noise();
  const std::string remark =
      chance ? concat(", which is within the noise of ", windows, windows == 1 ? " window" : " windows") : "";
  if (chance && rounded <= kMaxTied) return concat(net.name, " ties with ", best, ": its MAE is ", size, "it", remark);
  if (difference < 0) return concat(net.name, " wins: its MAE is ", size, "that of ", best, remark);
  return concat(net.name, " does not win: its MAE is ", size, "that of ", best, remark, "; use that baseline instead");
}

/// Whether the net does no better than its own linear skip.
bool is_linear(const TargetScore& target) {
  const MethodScore& net = target.methods[0];
  if (!target.against_skip || net.errors.count == 0 || net.errors.mae <= kNoError * target.spread) return false;
  return target.against_skip->mean > 0 || target.against_skip->within_noise();
}

}  // namespace

std::vector<std::string> verdict(const Backtest& backtest) {
  std::vector<std::string> out;
  for (const TargetScore& target : backtest.targets) {
    const auto rival = std::min_element(target.methods.begin() + 1, target.methods.end(),
                                        [](const auto& a, const auto& b) { return a.errors.mae < b.errors.mae; });
    out.push_back(target.target + ": " +
                  (target.methods[0].errors.count == 0 ? "nothing is scored, for no value of it is in the test windows"
                                                       : standing(target, *rival, backtest.windows)));
    if (is_linear(target))
      out.back() += "; without its recurrent part it does as well within noise: in effect it is a linear model";
  }
  for (const TargetScore& target : backtest.targets) {
    const MethodScore& net = target.methods[0];
    if (!net.quantiles || net.errors.count == 0) continue;
    std::string levels, held;
    for (std::size_t i = 0; i < backtest.levels.size(); ++i) {
      const char* between = i == 0 ? "" : i + 1 < backtest.levels.size() ? ", " : " and ";
      levels += concat(between, backtest.levels[i]);
      held += concat(between, std::round(1000 * net.quantiles->coverage[i]) / 10);
    }
    out.push_back(concat(target.target, ": its intervals of ", levels, " % hold ", held, " % of the values"));
  }
  return out;
}

}  // namespace recurra
