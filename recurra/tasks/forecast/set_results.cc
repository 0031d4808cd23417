// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/result_text.h"

namespace recurra {
namespace {

std::string in_percent(double share) {
  return fmt::format("{:.4g}", 100 * share);
}

nlohmann::json numbers(const std::vector<double>& values) {
  nlohmann::json out = nlohmann::json::array();
  for (const double value : values) out.push_back(number_or_null(value));
  return out;
}

nlohmann::json scores_json(const Scores& s) {
  return {{"points", s.count},
          {"mae", number_or_null(s.mae)},
          {"rmse", number_or_null(s.rmse)},
          {"smape", number_or_null(s.smape)},
          {"nd", number_or_null(s.nd)},
          {"mase", number_or_null(s.mase)},
          {"rmsse", number_or_null(s.rmsse)},
          {"crps", number_or_null(s.crps)},
          {"mean_weighted_quantile_loss", number_or_null(s.mean_weighted_quantile_loss)},
          {"pinball", numbers(s.pinball)},
          {"weighted_quantile_loss", numbers(s.weighted_quantile_loss)},
          {"coverage", numbers(s.coverage)},
          {"width", numbers(s.width)},
          {"msis", numbers(s.msis)}};
}

nlohmann::json method_json(const SetMethodScore& m) {
  nlohmann::json out = scores_json(m.total);
  out["method"] = m.name;
  out["owa"] = number_or_null(m.owa);
  out["share_best"] = m.share_best;
  out["share_better_than_first"] = number_or_null(m.against_first.share_won());
  out["p_value"] = m.against_first.p_value;
  out["by_step"] = nlohmann::json::array();
  for (std::size_t h = 0; h < m.by_step.size(); ++h) {
    out["by_step"].push_back(scores_json(m.by_step[h]));
    out["by_step"].back()["step"] = h + 1;
  }
  out["worst"] = nlohmann::json::array();
  for (const SeriesScores& s : m.worst)
    out["worst"].push_back(
        {{"id", s.id}, {"mae", number_or_null(s.scores.mae)}, {"mase", number_or_null(s.scores.mase)}});
  return out;
}

/// Scores of all methods; the widest two of the intervals are shown.
TextTable score_rows(const SetBacktest& backtest, const SetTargetScore& target) {
  const std::size_t C = backtest.coverages.size(), shown = std::min<std::size_t>(C, 2);
  TextTable rows = {{target.target, "MAE", "RMSE", "sMAPE %", concat("MASE (season ", backtest.season, ")"), "RMSSE",
                     "OWA", "ND", "CRPS"}};
  for (std::size_t c = C - shown; c < C; ++c) rows[0].push_back(in_percent(backtest.coverages[c]) + " % holds");
  if (shown > 0) rows[0].push_back(concat("MSIS ", in_percent(backtest.coverages[C - 1]), " %"));
  rows[0].emplace_back("best on %");
  for (const SetMethodScore& m : target.methods) {
    auto& row = rows.emplace_back(TextTable::value_type{m.name});
    for (const double x :
         {m.total.mae, m.total.rmse, m.total.smape, m.total.mase, m.total.rmsse, m.owa, m.total.nd, m.total.crps})
      row.push_back(short_number(x));
    const bool intervals = !m.total.coverage.empty();
    for (std::size_t c = C - shown; c < C; ++c)
      row.push_back(intervals ? fmt::format("{:.1f}", 100 * m.total.coverage[c]) : "-");
    if (shown > 0) row.push_back(intervals ? short_number(m.total.msis[C - 1]) : "-");
    row.push_back(fmt::format("{:.0f}", 100 * m.share_best));
  }
  return rows;
}

/// The mean absolute error at some steps of the horizon, the first and the last among them.
TextTable step_rows(const SetTargetScore& target) {
  constexpr std::size_t kShownSteps = 6;
  const std::size_t horizon = target.methods[0].by_step.size(), shown = std::min(kShownSteps, horizon);
  TextTable rows = {{"MAE at step"}};
  for (const SetMethodScore& m : target.methods) rows.push_back({m.name});
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t h = shown == 1 ? 0 : i * (horizon - 1) / (shown - 1);
    rows[0].push_back(std::to_string(h + 1));
    for (std::size_t m = 0; m < target.methods.size(); ++m)
      rows[m + 1].push_back(short_number(target.methods[m].by_step[h].mae));
  }
  return rows;
}

TextTable worst_rows(const SetTargetScore& target) {
  TextTable rows = {{concat("worst series of ", target.methods[0].name), "MAE", "MASE"}};
  for (const SeriesScores& s : target.methods[0].worst)
    rows.push_back({s.id, short_number(s.scores.mae), short_number(s.scores.mase)});
  return rows;
}

std::string number_cell(double x) {
  return std::isnan(x) ? "" : fmt::format("{}", x);
}

}  // namespace

nlohmann::json to_json(const SetBacktest& backtest) {
  nlohmann::json targets = nlohmann::json::array();
  for (const SetTargetScore& target : backtest.targets) {
    nlohmann::json methods = nlohmann::json::array();
    for (const SetMethodScore& m : target.methods) methods.push_back(method_json(m));
    targets.push_back({{"target", target.target},
                       {"mase_season", backtest.season},
                       {"series_without_scale", target.unscaled},
                       {"methods", methods}});
  }
  return {{"series", backtest.series},
          {"windows", backtest.windows},
          {"horizon", backtest.horizon},
          {"cutoffs", backtest.cutoffs},
          {"stride", backtest.stride},
          {"refit", name_of(refit_names(), backtest.refit)},
          {"levels", numbers(backtest.levels)},
          {"coverages", numbers(backtest.coverages)},
          {"targets", targets},
          {"verdict", verdict(backtest)},
          {"notes", backtest.notes}};
}

std::string to_text(const SetBacktest& backtest) {
  std::string out = fmt::format("backtest: {} windows of {} steps over {} series, up to {} {} each, {} steps apart{}\n",
                                backtest.windows, backtest.horizon, backtest.series, backtest.cutoffs,
                                backtest.cutoffs == 1 ? "cut-off" : "cut-offs", backtest.stride,
                                backtest.refit == Refit::each ? ", fitted anew at each" : "");
  for (const SetTargetScore& target : backtest.targets) {
    out += text_table(score_rows(backtest, target)) + text_table(step_rows(target));
    if (backtest.series > 1) out += text_table(worst_rows(target));
    if (target.unscaled > 0 && target.scaled)
      out += concat(target.unscaled, " series do not count for MASE, RMSSE and MSIS: their history does not change\n");
  }
  return out + lines_of(verdict(backtest));
}

ForecastTable::ForecastTable(const SeriesSet& set, const std::vector<SetMethods>& methods,
                             const std::vector<double>& coverages)
    : set_(set), coverages_(coverages.size()), csv_("id,origin,step,time,target,actual") {
  for (const SetMethods& group : methods)
    for (const std::string& name : group.names) csv_ += "," + name;
  for (const double c : coverages)
    csv_ += concat(",", methods[0].names[0], "-lo-", in_percent(c), ",", methods[0].names[0], "-hi-", in_percent(c));
  csv_ += '\n';
}

void ForecastTable::add(const SetBacktestRow& row) {
  const auto s = static_cast<std::size_t>(row.origin.series);
  const Index column = set_.with_role(Role::target)[row.target];
  csv_ += fmt::format("{},{},{},{},{},{}", csv_cell(set_.series[s].id), row.origin.time + 1, row.step,
                      csv_cell(set_.stamp(row.origin.series, row.origin.time + row.step - 1)),
                      csv_cell(set_.columns[static_cast<std::size_t>(column)].name), number_cell(row.actual));
  for (const double forecast : row.forecasts) csv_ += "," + number_cell(forecast);
  const bool intervals = !row.lower.empty();
  for (std::size_t c = 0; c < coverages_; ++c)
    csv_ += intervals ? "," + number_cell(row.lower[c]) + "," + number_cell(row.upper[c]) : ",,";
  csv_ += '\n';
}

SeriesTable::SeriesTable(const std::vector<double>& coverages)
    : coverages_(coverages.size()),
      csv_("id,target,method,points,mae,rmse,smape,nd,mase,rmsse,crps,mean_weighted_quantile_loss") {
  for (const double c : coverages) csv_ += fmt::format(",coverage_{0},width_{0},msis_{0}", in_percent(c));
  csv_ += '\n';
}

void SeriesTable::add(const std::string& target, const std::string& method, const SeriesScores& series) {
  const Scores& s = series.scores;
  csv_ += fmt::format("{},{},{},{}", csv_cell(series.id), csv_cell(target), method, s.count);
  for (const double x : {s.mae, s.rmse, s.smape, s.nd, s.mase, s.rmsse, s.crps, s.mean_weighted_quantile_loss})
    csv_ += "," + number_cell(x);
  const bool intervals = !s.coverage.empty();
  for (std::size_t c = 0; c < coverages_; ++c)
    csv_ += intervals ? "," + number_cell(s.coverage[c]) + "," + number_cell(s.width[c]) + "," + number_cell(s.msis[c])
                      : ",,,";
  csv_ += '\n';
}

}  // namespace recurra
