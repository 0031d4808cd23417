// SPDX-License-Identifier: Apache-2.0
// The report of a forecast without a training as one HTML page: some series with their intervals, and the backtest.
// Example:
//
//   auto page = [](const recurra::SeriesSet& set, const recurra::NowSetForecast& next) {
//     return recurra::now_report(set, next, nullptr);
//   };
#pragma once

#include "recurra/tasks/forecast/now/now_set.h"

namespace recurra {

/// The last values of a target of a series and its forecast as a fan: SVG for a report.
std::string fan_chart(const SeriesSet& set, Index series, std::size_t target, const Forecast& forecast);

/// `scores`: null without a backtest. Up to six series are drawn, of a set those that are spread over it.
std::string now_report(const SeriesSet& set, const NowSetForecast& next, const SetBacktest* scores);

}  // namespace recurra
