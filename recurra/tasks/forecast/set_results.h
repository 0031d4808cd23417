// SPDX-License-Identifier: Apache-2.0
// The backtest of a set of series as JSON, as text, as CSV and as sections of a report. Example:
//
//   auto tell = [](const recurra::SetBacktest& backtest) { return recurra::to_text(backtest); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/report/html.h"
#include "recurra/tasks/forecast/set_backtest.h"

namespace recurra {

/// Of each method in total, by step of the horizon, and its ten worst series. All series: see SeriesTable.
nlohmann::json to_json(const SetBacktest& backtest);
/// A table of the scores, errors by step, the worst series of the first method, and the verdict.
std::string to_text(const SetBacktest& backtest);

/// Every forecast as CSV: a line per window, step and target with the actual value, every method's forecast, and the
/// ends of the first method's intervals. Its add() is SetBacktestOptions::on_row.
class ForecastTable {
 public:
  /// The set must outlive it.
  ForecastTable(const SeriesSet& set, const std::vector<SetMethods>& methods, const std::vector<double>& coverages);
  void add(const SetBacktestRow& row);
  const std::string& csv() const { return csv_; }

 private:
  const SeriesSet& set_;
  std::size_t coverages_;
  std::string csv_;
};

/// The scores of every series as CSV: a line per target, method and series. Its add() is
/// SetBacktestOptions::on_series.
class SeriesTable {
 public:
  explicit SeriesTable(const std::vector<double>& coverages);
  void add(const std::string& target, const std::string& method, const SeriesScores& series);
  const std::string& csv() const { return csv_; }

 private:
  std::size_t coverages_;
  std::string csv_;
};

/// The verdict, the table, errors by step, coverage by level, and the worst series, for each target.
void add_set_sections(Report& report, const SetBacktest& backtest);

}  // namespace recurra
