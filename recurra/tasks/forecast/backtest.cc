// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/backtest.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "recurra/data/split.h"
#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/linear_rival.h"

namespace recurra {
namespace {

/// A forecast of one target from one origin, in its own unit.
struct Method {
  std::string name;
  std::function<std::vector<double>(std::size_t target, std::size_t window, Index origin)> forecast;
};

/// Every O-th number of a horizon-major row, from `target` on.
std::vector<double> column_of(std::span<const double> row, std::size_t target, std::size_t O) {
  std::vector<double> out;
  for (std::size_t i = target; i < row.size(); i += O) out.push_back(row[i]);
  return out;
}

class Scorer {
 public:
  Scorer(ThreadTeam& team, const ForecastModel& model, const Series& series)
      : model_(model),
        series_(series),
        options_(model.options),
        prepared_(apply_preparation(model.preparation, options_, series)),
        split_(chronological_split(series.length(), options_.split)),
        origins_(window_origins(prepared_.windows, split_.validation_end, split_.length)) {
    require(!origins_.empty(), series.source, ": the test part (rows ", split_.validation_end + 1, " to ",
            split_.length, ") holds no window of horizon ", options_.horizon,
            " with a present target; the split is kept in the model");
    net_ = forecast_windows(team, model, prepared_, origins_);
    add_methods();
  }

  Backtest run(bool keep_rows) {
    Backtest out{static_cast<Index>(origins_.size()), split_.validation_end, options_.horizon, {}, {}, {}};
    for (std::size_t target = 0; target < options_.targets.size(); ++target)
      out.targets.push_back(score(target, keep_rows ? &out.rows : nullptr));
    out.notes = notes_;
    return out;
  }

 private:
  std::vector<double> to_unit(std::size_t target, Index origin, std::span<const double> row) const {
    return undo_preparation(model_.preparation, options_, prepared_, target, origin,
                            column_of(row, target, options_.targets.size()));
  }
  std::span<const double> history(std::size_t target, Index origin) const {
    return std::span(series_.column(options_.targets[target])).first(static_cast<std::size_t>(origin));
  }

  void add_methods() {
    methods_.push_back({cell_names()[static_cast<std::size_t>(options_.cell)],
                        [this](std::size_t target, std::size_t window, Index origin) {
                          const Tensor<float> y =
                              net_.slice(static_cast<Index>(window), static_cast<Index>(window) + 1);
                          return to_unit(target, origin, y.cast<double>().span());
                        }});
    methods_.push_back({"repeat-last", [this](std::size_t target, std::size_t, Index origin) {
                          return repeat_last(history(target, origin), options_.horizon);
                        }});
    methods_.push_back({"drift", [this](std::size_t target, std::size_t, Index origin) {
                          return drift(history(target, origin), options_.horizon);
                        }});
    if (options_.season > 1)
      methods_.push_back({"seasonal-naive", [this](std::size_t target, std::size_t, Index origin) {
                            return seasonal_naive(history(target, origin), options_.season, options_.horizon);
                          }});
    const auto train = window_origins(prepared_.windows, 0, split_.train_end);
    const auto validation = window_origins(prepared_.windows, split_.train_end, split_.validation_end);
    if (auto linear = fit_linear_rival(prepared_.windows, train, validation)) {
      methods_.push_back({"linear", [this, map = *linear](std::size_t target, std::size_t, Index origin) {
                            return to_unit(target, origin, apply_linear_rival(map, prepared_.windows, origin));
                          }});
    } else {
      notes_.push_back(concat("no linear rival: it needs a complete training window and at most ", kMostRivalInputs,
                              " inputs (lookback times targets)"));
    }
  }

  /// The errors of every method on one target, point by point.
  struct Sums {
    Sums(std::size_t methods, std::size_t steps)
        : by_step(methods, std::vector<ErrorSums>(steps)), by_window(methods) {}

    std::vector<std::vector<ErrorSums>> by_step;  ///< [method][step]
    std::vector<std::vector<double>> by_window;   ///< [method][window], MAE
    double size = 0;                              ///< sum of |actual|
    Index left_out = 0;                           ///< present points that some method has no forecast for
  };

  /// Adds one window: only points that are present and that every method forecasts.
  void add_window(Sums& sums, std::span<const double> actual, const std::vector<std::vector<double>>& forecasts) const {
    std::vector<ErrorSums> window(methods_.size());
    for (std::size_t h = 0; h < actual.size(); ++h) {
      if (std::isnan(actual[h])) continue;
      const auto absent = [&](const auto& forecast) { return !std::isfinite(forecast[h]); };
      if (std::any_of(forecasts.begin(), forecasts.end(), absent)) {
        ++sums.left_out;
        continue;
      }
      sums.size += std::abs(actual[h]);
      for (std::size_t m = 0; m < methods_.size(); ++m) {
        sums.by_step[m][h].add(forecasts[m][h], actual[h]);
        window[m].add(forecasts[m][h], actual[h]);
      }
    }
    for (std::size_t m = 0; m < methods_.size(); ++m) sums.by_window[m].push_back(window[m].errors(1).mae);
  }

  Sums sum_up(std::size_t target, std::vector<BacktestRow>* rows) const {
    const auto steps = static_cast<std::size_t>(options_.horizon);
    Sums sums(methods_.size(), steps);
    for (std::size_t window = 0; window < origins_.size(); ++window) {
      const Index origin = origins_[window];
      const auto actual =
          std::span(series_.column(options_.targets[target])).subspan(static_cast<std::size_t>(origin), steps);
      std::vector<std::vector<double>> forecasts;
      for (const Method& method : methods_) forecasts.push_back(method.forecast(target, window, origin));
      add_window(sums, actual, forecasts);
      for (std::size_t h = 0; rows && h < steps; ++h) {
        BacktestRow& row = rows->emplace_back(BacktestRow{origin, static_cast<Index>(h) + 1, target, actual[h], {}});
        for (const auto& forecast : forecasts) row.forecasts.push_back(forecast[h]);
      }
    }
    return sums;
  }

  TargetScore score(std::size_t target, std::vector<BacktestRow>* rows) {
    const std::string& name = options_.targets[target];
    const double scale = mase_scale(history(target, split_.train_end), options_.season);
    const Sums sums = sum_up(target, rows);
    TargetScore out{name, options_.season, {}};
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      MethodScore& method = out.methods.emplace_back(MethodScore{methods_[m].name, {}, {}, {}});
      ErrorSums all;
      for (const ErrorSums& step : sums.by_step[m]) {
        all.add(step);
        method.mae_by_step.push_back(step.errors(scale).mae);
      }
      method.errors = all.errors(scale);
      method.against_net = paired_difference(sums.by_window[0], sums.by_window[m], options_.horizon);
    }
    const Index count = out.methods[0].errors.count;
    out.mean_size = sums.size / static_cast<double>(count);
    if (count == 0) notes_.push_back(concat("column '", name, "' has no value in the test windows: nothing is scored"));
    if (sums.left_out > 0)
      notes_.push_back(concat("column '", name, "': scored on ", count, " of ", count + sums.left_out,
                              " points, those that every method has a forecast for"));
    return out;
  }

  const ForecastModel& model_;
  const Series& series_;
  const ForecastOptions& options_;
  Prepared prepared_;
  Split split_;
  std::vector<Index> origins_;
  Tensor<float> net_;
  std::vector<Method> methods_;
  std::vector<std::string> notes_;
};

}  // namespace

Backtest backtest(ThreadTeam& team, const ForecastModel& model, const Series& series, bool keep_rows) {
  return Scorer(team, model, series).run(keep_rows);
}

}  // namespace recurra
