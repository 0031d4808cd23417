// SPDX-License-Identifier: Apache-2.0
// What a forecaster's verbs found, as JSON, as text and as CSV. Example:
//
//   auto tell = [](const recurra::Backtest& backtest) { return recurra::to_text(backtest); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/forecast/backtest.h"
#include "recurra/tasks/forecast/compare.h"
#include "recurra/tasks/forecast/inspect.h"
#include "recurra/tasks/forecast/samples.h"
#include "recurra/tasks/forecast/set_results.h"

namespace recurra {

nlohmann::json to_json(const Backtest& backtest);
std::string to_text(const Backtest& backtest);
/// A line per window, step and target with the actual value and every method's forecast; for a backtest that kept its
/// rows.
std::string predictions_csv(const Backtest& backtest, const Series& series);

/// `targets`: the names of what is forecast.
nlohmann::json to_json(const std::vector<std::string>& targets, const Forecast& forecast);
/// A line per step; columns per target: y, and where there are intervals y-lo-95, y-lo-80, y-hi-80, y-hi-95, the widest
/// outermost; with as many digits as the data have.
std::string to_csv(const std::vector<std::string>& targets, const Series& series, const Forecast& forecast);

/// Of a set: the same for each series, with its id first.
nlohmann::json to_json(const std::vector<std::string>& targets, const SetForecast& forecast);
std::string to_csv(const std::vector<std::string>& targets, const SeriesSet& set, const SetForecast& forecast);

/// Sample paths. A line per path and step: id (of a set), time, sample from 1 on, and each target.
nlohmann::json to_json(const ForecastModel& model, const ForecastSamples& samples);
std::string to_csv(const ForecastModel& model, const SeriesSet& set, const ForecastSamples& samples);

nlohmann::json to_json(const Comparison& comparison);
std::string to_text(const Comparison& comparison, Index seeds);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const ForecastModel& model);
std::string describe(const ForecastModel& model, const std::string& path);
nlohmann::json to_json(const ForecastModel& model, const Diagnosis& diagnosis);
std::string to_text(const ForecastModel& model, const Diagnosis& diagnosis);

}  // namespace recurra
