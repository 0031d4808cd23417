// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_preparation.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/number.h"
#include "recurra/data/split.h"
#include "recurra/tasks/common/ridge.h"
#include "recurra/tasks/forecast/preparation_choice.h"
#include "recurra/tasks/forecast/set_features.h"

namespace recurra {
namespace {

constexpr std::size_t kSeriesTried = 8, kSeriesFitted = 200;
constexpr double kEffectPenalty = 1e-3;  // for changes of mean size 1

/// Evenly over the numbers of the series that `wanted` holds for.
template <class Wanted>
std::vector<Index> spread_series(const SeriesSet& set, std::size_t most, Wanted wanted) {
  std::vector<Index> all;
  for (Index s = 0; s < set.count(); ++s)
    if (wanted(set.series[static_cast<std::size_t>(s)])) all.push_back(s);
  if (all.size() <= most) return all;
  std::vector<Index> out;
  for (std::size_t i = 0; i < most; ++i) out.push_back(all[i * all.size() / most]);
  return out;
}

bool varies(const std::vector<double>& x) {
  double low = INFINITY, high = -INFINITY;
  for (const double v : x) {
    if (std::isnan(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  return low < high;
}

/// What is known ahead at each step, numbers as they are (0 where missing), categories of up to kMaxIndicators values
/// as a 0/1 column each. Returns [columns][steps].
std::vector<std::vector<double>> plan_columns(const Series& series, const ForecastOptions& options,
                                              const std::vector<Index>& codes) {
  std::vector<std::vector<double>> out;
  const std::size_t first = input_columns(options).size() - options.known.size();
  for (std::size_t k = 0; k < options.known.size(); ++k) {
    const std::vector<double>& x = series.column(options.known[k]);
    const Index count = codes.empty() ? 0 : codes[first + k];
    if (count > kMaxIndicators + 1) continue;
    for (Index code = std::min<Index>(count, 1); code < std::max<Index>(count, 1); ++code) {
      auto& column = out.emplace_back();
      for (const double v : x)
        column.push_back(count > 0 ? (v == static_cast<double>(code) ? 1 : 0) : std::isnan(v) ? 0 : v);
    }
  }
  return out;
}

/// Removes the effects of the plan from a target, estimated on its changes from step to step over the first `rows`
/// steps.
void remove_effects(std::vector<double>& y, const std::vector<std::vector<double>>& plan, Index rows) {
  RidgeProblem problem(static_cast<Index>(plan.size()), 1);
  std::vector<double> change(plan.size());
  std::vector<double> scale;
  for (const auto& column : plan) {
    double size = 0;
    for (std::size_t t = 1; t < static_cast<std::size_t>(rows); ++t) size += std::abs(column[t] - column[t - 1]);
    scale.push_back(size > 0 ? static_cast<double>(rows) / size : 0);
  }
  for (std::size_t t = 1; t < static_cast<std::size_t>(rows); ++t) {
    const double dy = y[t] - y[t - 1];
    if (std::isnan(dy)) continue;
    for (std::size_t k = 0; k < plan.size(); ++k) change[k] = scale[k] * (plan[k][t] - plan[k][t - 1]);
    problem.add(change.data(), &dy);
  }
  if (problem.rows() == 0) return;
  const LinearMap map = problem.solve(kEffectPenalty);
  for (std::size_t t = 0; t < y.size(); ++t)
    for (std::size_t k = 0; k < plan.size(); ++k) y[t] -= map.weight[k] * scale[k] * plan[k][t];
}

/// The same of each target of a series; of their logarithms where the net sees these.
void remove_effects(Series& series, const ForecastOptions& o, const std::vector<Index>& codes) {
  const auto plan = plan_columns(series, o, codes);
  if (plan.empty()) return;
  const Index rows = chronological_split(series.length(), o.split).validation_end;
  for (const std::string& name : o.targets) {
    auto& y = series.columns[static_cast<std::size_t>(std::find(series.names.begin(), series.names.end(), name) -
                                                      series.names.begin())];
    if (o.log || o.log1p)
      for (double& v : y) v = o.log ? std::log(v) : std::log1p(v);
    remove_effects(y, plan, rows);
    if (o.log || o.log1p)
      for (double& v : y) v = o.log ? std::exp(v) : std::expm1(v);
  }
}

/// The number of codes of each column, the unknown one included; 0 for numbers.
std::vector<Index> codes_of(const SeriesSet& set, const ForecastOptions& options) {
  std::vector<Index> out;
  bool any = false;
  for (const std::string& name : input_columns(options)) {
    const SetColumn& column = set.columns[static_cast<std::size_t>(set.column_index(name))];
    const bool category = column.kind == ColumnKind::category;
    out.push_back(category ? static_cast<Index>(column.categories.size()) + 1 : 0);
    any |= category;
  }
  return any ? out : std::vector<Index>();
}

}  // namespace

void take_columns(const SeriesSet& set, ForecastOptions& options) {
  for (const auto& [role, names] : {std::pair{Role::target, &options.targets}, std::pair{Role::known, &options.known},
                                    std::pair{Role::past, &options.features}, std::pair{Role::fixed, &options.fixed}}) {
    // In a wide file the targets that are named are the series.
    for (const std::string& name : *names) {
      if (role == Role::target && set.with_role(role).size() == 1) continue;
      const Role found = set.columns[static_cast<std::size_t>(set.column_index(name))].role;
      require(found == role, set.source, ": column ", quote_for_message(name), " is ", name_of(role_names(), found),
              " in the set and ", name_of(role_names(), role), " in the options");
    }
    names->clear();
    for (const Index c : set.with_role(role)) names->push_back(set.columns[static_cast<std::size_t>(c)].name);
  }
}

void resolve_options(const SeriesSet& set, ForecastOptions& options, std::vector<std::string>& notes) {
  std::vector<Index> lengths;
  for (const SetEntry& entry : set.series) lengths.push_back(entry.length);
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2), lengths.end());
  const Index middle = lengths[lengths.size() / 2];
  const std::vector<Index> codes = codes_of(set, options);
  std::vector<Series> samples;
  for (const Index s : spread_series(set, kSeriesTried, [&](const SetEntry& e) { return e.length >= middle; })) {
    Series series = stretch_of(set, s, 0, set.series[static_cast<std::size_t>(s)].length, options);
    remove_effects(series, options, codes);
    if (varies(series.column(options.targets[0]))) samples.push_back(std::move(series));
  }
  require(!samples.empty(), set.source, ": column ", quote_for_message(options.targets[0]),
          " is constant in every series that was looked at: there is nothing to learn");
  // What is left of counts without the effects of a plan is no count any more; the choice depends on values alone.
  const auto head = options.head;
  if (head && predicts_counts(head_of(options))) options.head = HeadKind::point;
  resolve_options(std::span<const Series>(samples), options, notes);
  options.head = head;
}

Preparation fit_set(const SeriesSet& set, const ForecastOptions& options, const SetRange& range) {
  std::vector<Series> samples;
  std::vector<Index> rows;
  for (const Index s : spread_series(set, kSeriesFitted, [](const SetEntry&) { return true; })) {
    const auto i = static_cast<std::size_t>(s);
    samples.push_back(stretch_of(set, s, 0, set.series[i].length, options));
    rows.push_back(range.end[i]);
  }
  Preparation out = fit_resolved(samples, rows, options, codes_of(set, options));
  out.by_series = options.scale_by == ScaleBy::series || (options.scale_by == ScaleBy::automatic && set.count() > 1);
  if (set.count() == 1) return out;
  const Index needed = out.lag + options.lookback + options.horizon;
  const bool gaps = std::any_of(set.series.begin(), set.series.end(), [&](const SetEntry& entry) {
    return entry.missing_rows + entry.missing_cells > 0 || entry.length < needed;
  });
  return gaps ? with_flags(std::move(out), options) : out;
}

}  // namespace recurra
