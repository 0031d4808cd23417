// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/forecast/set_results.h"

namespace recurra {
namespace {

constexpr double kFarAbove = 4;  // a method this many times worse than the best is left out of line charts

std::vector<double> counted(std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(i + 1);
  return out;
}

double error_in(const SetTargetScore& target, const Scores& scores) {
  return target.scaled ? scores.mase : scores.mae;
}

void add_tables(Report& report, const SetBacktest& backtest, const SetTargetScore& target) {
  TextTable points, held, shares;
  std::vector<std::string> intervals = {"method", "CRPS"};
  for (const double c : backtest.coverages) intervals.push_back(fmt::format("in {:.4g} %", 100 * c));
  for (const SetMethodScore& m : target.methods) {
    auto& row = points.emplace_back(TextTable::value_type{m.name});
    for (const double x : {m.total.mae, m.total.rmse, m.total.smape, m.total.mase, m.total.rmsse, m.owa, m.total.nd})
      row.push_back(short_number(x));
    auto& parts = held.emplace_back(TextTable::value_type{m.name, short_number(m.total.crps)});
    for (std::size_t c = 0; c < backtest.coverages.size(); ++c)
      parts.push_back(m.total.coverage.empty() ? "-" : fmt::format("{:.1f}", 100 * m.total.coverage[c]));
    const bool first = &m == &target.methods[0];
    shares.push_back({m.name, fmt::format("{:.0f}", 100 * m.share_best),
                      first ? "-" : fmt::format("{:.0f}", 100 * m.against_first.share_won()),
                      first ? "-" : fmt::format("{:.2g}", m.against_first.p_value)});
  }
  const std::string mase = concat("MASE (season ", backtest.season, ")");
  report.table({"method", "MAE", "RMSE", "sMAPE %", mase, "RMSSE", "OWA", "ND"}, points, 0);
  report.table(intervals, held, 0);
  report.table({"method", "best on % of series", "better than the first on %", "p"}, shares, 0);
}

/// Returns the methods that were left out.
std::string add_steps(LineChart& chart, const SetTargetScore& target) {
  double best = INFINITY;
  for (const SetMethodScore& m : target.methods) best = std::min(best, m.total.mae);
  std::string left_out;
  for (const SetMethodScore& m : target.methods) {
    if (m.total.mae > kFarAbove * best) {
      left_out += (left_out.empty() ? "" : ", ") + m.name;
      continue;
    }
    std::vector<double> errors;
    for (const Scores& step : m.by_step) errors.push_back(step.mae);
    chart.series.push_back({m.name, counted(errors.size()), errors});
  }
  return left_out;
}

void add_coverage(Report& report, const SetBacktest& backtest, const SetTargetScore& target) {
  LineChart chart{.title = "Coverage by level",
                  .x_label = "stated coverage, %",
                  .y_label = "actual values within the interval, %",
                  .y_from_zero = true};
  const auto percent = [](std::vector<double> shares) {
    for (double& share : shares) share *= 100;
    return shares;
  };
  for (const SetMethodScore& m : target.methods)
    if (!m.total.coverage.empty())
      chart.series.push_back({m.name, percent(backtest.coverages), percent(m.total.coverage)});
  if (chart.series.empty() || backtest.coverages.size() < 2) return;
  chart.series.push_back({"as stated", percent(backtest.coverages), percent(backtest.coverages), true});
  report.figure(
      chart.svg(),
      "Share of the actual values that lie within each interval. A line below the dashed one is a method that "
      "is too sure, one above is too careful.");
}

void add_worst(Report& report, const SetTargetScore& target) {
  const SetMethodScore& first = target.methods[0];
  const std::string measure = target.scaled ? "MASE" : "MAE";
  BarChart chart{.title = concat("Worst series of ", first.name), .x_label = measure};
  for (const SeriesScores& s : first.worst) chart.bars.emplace_back(s.id, error_in(target, s.scores));
  chart.highlighted = chart.bars.size();
  report.figure(chart.svg(), concat("The ", chart.bars.size(), " series with the largest ", measure, " of ", first.name,
                                    ": look at these first."));
}

}  // namespace

void add_set_sections(Report& report, const SetBacktest& backtest) {
  for (const std::string& line : verdict(backtest)) report.callout(line + ".");
  for (const SetTargetScore& target : backtest.targets) {
    report.heading("Backtest: " + target.target);
    report.paragraph(fmt::format(
        "Rolling origins: {} windows of {} steps over {} series, up to {} each, {} steps apart, the last one horizon "
        "before the end of each series. Every method forecasts the same windows and {}. MASE and RMSSE are means over "
        "series. The share of series on which a method is better goes by {}; p is that of Wilcoxon's signed-rank test. "
        "In 80 %: percent of values within that interval.",
        backtest.windows, backtest.horizon, backtest.series, backtest.cutoffs, backtest.stride,
        backtest.refit == Refit::each ? "is fitted anew at each origin" : "was fitted before the first of them",
        target.scaled ? "MASE" : "MAE"));
    add_tables(report, backtest, target);
    BarChart bars{.title = target.scaled ? "Mean absolute scaled error" : "Mean absolute error",
                  .x_label = target.scaled ? "MASE, mean over series" : "MAE"};
    for (const SetMethodScore& m : target.methods) bars.bars.emplace_back(m.name, error_in(target, m.total));
    report.figure(bars.svg(), "Shorter is better.");
    LineChart steps{.title = "Error by horizon step",
                    .x_label = "steps ahead",
                    .y_label = "mean absolute error",
                    .y_from_zero = true};
    const std::string left_out = add_steps(steps, target);
    report.figure(steps.svg(), concat("Error by distance into the future, over all series.",
                                      left_out.empty() ? "" : " Far above, and left out: " + left_out + "."));
    add_coverage(report, backtest, target);
    if (backtest.series > 1) add_worst(report, target);
  }
}

}  // namespace recurra
