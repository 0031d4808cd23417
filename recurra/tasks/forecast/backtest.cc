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
    Backtest out{static_cast<Index>(origins_.size()), split_.validation_end, options_.horizon, {}, notes_, {}};
    for (std::size_t target = 0; target < options_.targets.size(); ++target)
      out.targets.push_back(score(target, keep_rows ? &out.rows : nullptr));
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

  TargetScore score(std::size_t target, std::vector<BacktestRow>* rows) const {
    const auto actual = history(target, series_.length());
    const double scale = mase_scale(history(target, split_.train_end), options_.season);
    const auto steps = static_cast<std::size_t>(options_.horizon);
    std::vector<std::vector<ErrorSums>> sums(methods_.size(), std::vector<ErrorSums>(steps));
    for (std::size_t window = 0; window < origins_.size(); ++window) {
      const Index origin = origins_[window];
      std::vector<std::vector<double>> forecasts;
      for (const Method& method : methods_) forecasts.push_back(method.forecast(target, window, origin));
      for (std::size_t h = 0; h < steps; ++h) {
        const double truth = actual[static_cast<std::size_t>(origin) + h];
        for (std::size_t m = 0; m < methods_.size(); ++m) sums[m][h].add(forecasts[m][h], truth);
        if (!rows) continue;
        BacktestRow& row = rows->emplace_back(BacktestRow{origin, static_cast<Index>(h) + 1, target, truth, {}});
        for (const auto& forecast : forecasts) row.forecasts.push_back(forecast[h]);
      }
    }
    TargetScore out{options_.targets[target], options_.season, {}};
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      MethodScore& method = out.methods.emplace_back(MethodScore{methods_[m].name, {}, {}});
      ErrorSums all;
      for (const ErrorSums& step : sums[m]) {
        all.add(step);
        method.mae_by_step.push_back(step.errors(scale).mae);
      }
      method.errors = all.errors(scale);
    }
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

std::vector<std::string> verdict(const Backtest& backtest) {
  std::vector<std::string> out;
  for (const TargetScore& target : backtest.targets) {
    const MethodScore& net = target.methods[0];
    const auto rival = std::min_element(target.methods.begin() + 1, target.methods.end(),
                                        [](const auto& a, const auto& b) { return a.errors.mae < b.errors.mae; });
    const double difference = 100 * (net.errors.mae / rival->errors.mae - 1);
    const double rounded = std::round(std::abs(difference) * 10) / 10;
    const std::string place = concat("that of the best baseline, ", rival->name);
    out.push_back(concat(target.target, ": ", net.name,
                         rounded == 0     ? " does not win: its MAE equals " + place
                         : difference < 0 ? concat(" wins: its MAE is ", rounded, " % below ", place)
                                          : concat(" does not win: its MAE is ", rounded, " % above ", place,
                                                   "; use that baseline instead")));
  }
  return out;
}

}  // namespace recurra
