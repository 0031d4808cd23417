// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/report/chart.h"
#include "recurra/report/html.h"
#include "recurra/tasks/forecast/set_results.h"

namespace recurra {
namespace {

constexpr Index kDrawn = 6;
constexpr Index kShownHorizons = 3, kMinShown = 24, kMaxShown = 500, kTicks = 4;

std::vector<double> steps_from(Index first, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(first) + static_cast<double>(i);
  return out;
}

/// To the minute; the date alone at midnight.
std::string short_stamp(const SeriesSet& set, Index series, Index t) {
  std::string stamp = set.stamp(series, t);
  if (stamp.size() > 16) stamp.resize(16);
  if (stamp.ends_with("T00:00")) stamp.resize(10);
  std::replace(stamp.begin(), stamp.end(), 'T', ' ');
  return stamp;
}

}  // namespace

std::string fan_chart(const SeriesSet& set, Index series, std::size_t target, const Forecast& forecast) {
  const SetEntry& entry = set.series[static_cast<std::size_t>(series)];
  const Index column = set.with_role(Role::target)[target];
  const std::string& name = set.columns[static_cast<std::size_t>(column)].name;
  const std::vector<double> history = target_history(set, series, column, entry.length);
  const std::vector<double>& point = forecast.values[target];
  const auto H = static_cast<Index>(point.size());
  const Index shown = std::min({entry.length, kMaxShown, std::max(kShownHorizons * H, kMinShown)});
  LineChart chart{.title = set.count() > 1 ? concat(name, " of ", entry.id) : name,
                  .x_label = set.calendar.axis ? "time" : "step",
                  .y_label = name};
  const std::vector<double> ahead = steps_from(entry.length + 1, point.size());
  chart.series.push_back({"forecast", ahead, point});
  chart.series.push_back({"history",
                          steps_from(entry.length + 1 - shown, static_cast<std::size_t>(shown)),
                          {history.end() - shown, history.end()}});
  const std::vector<IntervalSteps>& intervals = forecast.intervals[target];
  for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval)
    chart.bands.push_back({fmt::format("{} % interval", interval->level), ahead, interval->lower, interval->upper});
  for (Index i = 0; i < kTicks && set.calendar.axis; ++i) {
    const Index t = entry.length - shown + (shown + H - 1) * (2 * i + 1) / (2 * kTicks);
    chart.x_ticks.emplace_back(static_cast<double>(t + 1), short_stamp(set, series, t));
  }
  chart.marker = static_cast<double>(entry.length) + 0.5;
  chart.marker_label = "end of data";
  return chart.svg();
}

std::string now_report(const SeriesSet& set, const NowSetForecast& next, const SetBacktest* scores) {
  const std::vector<Index> targets = set.with_role(Role::target);
  std::string names;
  for (const Index column : targets)
    names += (names.empty() ? "" : ", ") + set.columns[static_cast<std::size_t>(column)].name;
  const std::size_t H = next.forecasts.series.at(0).values.at(0).size();
  Report report(concat("Forecast of ", names),
                fmt::format("{} steps ahead without a training, data: {}{}", H, set.source,
                            set.count() > 1 ? fmt::format(" ({} series)", set.count()) : ""));
  report.heading(fmt::format("The next {} steps", H));
  const Index drawn = std::min(set.count(), kDrawn);
  for (Index i = 0; i < drawn; ++i) {
    const Index s = i * set.count() / drawn;
    const auto at = static_cast<std::size_t>(s);
    for (std::size_t target = 0; target < targets.size(); ++target) {
      if (next.forecasts.series[at].has_gaps()) continue;
      report.figure(fan_chart(set, s, target, next.forecasts.series[at]),
                    "The end of the history and the forecast that follows it, in the unit of the data. A value should "
                    "lie within a band as often as it says.");
    }
  }
  report.list(next.forecasts.notes);
  if (scores) add_set_sections(report, *scores);
  report.paragraph(
      "The forecasts are those of a recurrent net that was trained on made-up series alone, and has not learned from "
      "these data; docs/reference/forecast-now.md says what it is bad at.");
  return report.html();
}

}  // namespace recurra
