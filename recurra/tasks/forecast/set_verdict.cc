// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/forecast/set_backtest.h"

namespace recurra {
namespace {

constexpr double kChance = 0.05;

double error_of(const SetTargetScore& target, const SetMethodScore& method) {
  return target.scaled ? method.total.mase : method.total.mae;
}

/// "p = 0.003", "p < 0.001".
std::string chance_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", p);
}

/// The first method compared with the best of the others, without the name of the target.
std::string set_standing(const SetTargetScore& target) {
  const SetMethodScore& first = target.methods[0];
  const auto rival =
      std::min_element(target.methods.begin() + 1, target.methods.end(),
                       [&](const auto& a, const auto& b) { return error_of(target, a) < error_of(target, b); });
  const double ours = error_of(target, first), theirs = error_of(target, *rival);
  const char* measure = target.scaled ? "MASE" : "MAE";
  const double won = 100 * (1 - rival->against_first.share_won());
  const std::string facts = fmt::format("its {} is {} against {}, and it is better on {:.0f} % of {} series ({})",
                                        measure, short_number(ours), short_number(theirs), won,
                                        rival->against_first.series(), chance_text(rival->against_first.p_value));
  const std::string best = "the best rival, " + rival->name;
  if (rival->against_first.p_value > kChance)
    return concat(first.name, " ties with ", best, ": ", facts, ", which could be chance");
  if (ours < theirs && won >= 50) return concat(first.name, " wins against ", best, ": ", facts);
  if (ours > theirs && won <= 50)
    return concat(first.name, " does not win against ", best, ": ", facts, "; use that rival instead");
  return concat(first.name, " and ", best, " each win in one way: ", facts);
}

}  // namespace

std::vector<std::string> verdict(const SetBacktest& backtest) {
  std::vector<std::string> out;
  for (const SetTargetScore& target : backtest.targets) {
    if (target.methods[0].total.count == 0)
      out.push_back(target.target + ": nothing is scored, for no value of it is in the windows");
    else if (target.methods.size() > 1)
      out.push_back(target.target + ": " + set_standing(target));
  }
  return out;
}

}  // namespace recurra
