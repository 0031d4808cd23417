// SPDX-License-Identifier: Apache-2.0
// What is known ahead, for a net that reads one series alone: the effect of some columns on a series by ridge
// regression, to be taken out of its past and put back onto its forecast. Example:
//
//   std::vector<double> sales, promotion;
//   for (int t = 0; t < 60; ++t) promotion.push_back(t % 5 == 0);
//   for (int t = 0; t < 50; ++t) sales.push_back(t % 7 + 3 * promotion[t]);
//   const std::vector<double> effect = recurra::plan_effects(sales, {promotion}, /*season=*/7);     // about 3 or 0
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// `plan`: columns of one length, at least that of the series. Returns the effect at each of their steps, up to a
/// constant; empty where nothing can be learned: fewer than kMinPlanRows pairs of values, or columns that do not
/// change. Formula: y_t - y_{t-m} = sum_c w_c (x_{c,t} - x_{c,t-m}) + rest, m the season or 1, by ridge regression on
/// columns of deviation 1; effect_t = sum_c w_c x_{c,t}. Missing numbers of the plan count as the column's mean.
std::vector<double> plan_effects(std::span<const double> values, const std::vector<std::vector<double>>& plan,
                                 Index season);
inline constexpr Index kMinPlanRows = 16;

}  // namespace recurra
