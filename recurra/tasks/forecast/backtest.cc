// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/backtest.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/split.h"
#include "recurra/tasks/forecast/interval_factors.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/tasks/forecast/rivals.h"

namespace recurra {
namespace {

/// The mean distance of the present values from their mean.
double mean_deviation(const std::vector<double>& x) {
  double sum = 0, count = 0, distance = 0;
  for (const double v : x) {
    if (std::isnan(v)) continue;
    sum += v;
    ++count;
  }
  for (const double v : x)
    if (!std::isnan(v)) distance += std::abs(v - sum / count);
  return count > 0 ? distance / count : 0;
}

std::vector<double> shares(const std::vector<double>& percent) {
  std::vector<double> out;
  for (const double level : percent) out.push_back(level / 100);
  return out;
}

/// The rows of a series as a backtest divides them.
struct Parts {
  Index train_begin = 0, train_end = 0, validation_end = 0;
  Index learned_end = 0;  ///< rows before it are among those that the final net has learned from
};

Parts parts_of(const ForecastModel& model, const Series& series) {
  const RowPlace place = place_rows(model.data, series);
  const Index length = series.length();
  if (!place.known || place.end <= 0 || place.begin >= length) {  // other rows: split as the training data were
    const Split split = chronological_split(length, model.options.split);
    const bool same = model.data.digest.empty() && length == model.rows;
    return {0, split.train_end, split.validation_end, same ? length : 0};
  }
  const Split split = chronological_split(model.data.rows, model.options.split);
  Parts parts{std::max<Index>(place.begin, 0), std::max<Index>(place.begin + split.train_end, 0),
              std::max<Index>(place.begin + split.validation_end, 0), place.end};
  const Index window = model.preparation.lag + model.options.lookback + model.options.horizon;
  if (parts.train_end - parts.train_begin < window) parts.train_end = parts.validation_end;
  require(parts.validation_end < length, series.source, ": nothing is left to score: all of its ", length,
          " rows are among those that the net was trained on or chosen by");
  return parts;
}

/// A net with its prepared data.
struct Forecaster {
  ForecastModel model;
  Prepared prepared;
  Tensor<float> said;  ///< of some windows: rows of forecast_windows

  IntervalForecast forecast(std::size_t target, std::size_t window, Index origin,
                            std::span<const double> levels = {}) const {
    const Index width = said.dim(1);
    const std::span<const float> row(said.data() + static_cast<Index>(window) * width, static_cast<std::size_t>(width));
    return forecast_target(model, prepared, target, origin, row, levels);
  }
};

Forecaster prepared_with(ForecastModel model, const Series& series) {
  Prepared prepared = apply_preparation(model.preparation, model.options, series);
  return {std::move(model), std::move(prepared), {}};
}

/// A copy whose net is its linear skip alone.
ForecastModel skip_alone(const ForecastModel& model) {
  ForecastModel out = model;
  out.net = model.net->linear_part();
  return out;
}

class Scorer {
 public:
  Scorer(Context& context, const ForecastModel& model, const Series& series)
      : options_(model.options),
        series_(series),
        parts_(parts_of(model, series)),
        tested_(prepared_with(model.as_tested(), series)),
        origins_(window_origins(tested_.prepared.windows, parts_.validation_end, series.length())),
        adaptive_(model.follows_errors()),
        factors_(shares(model.options.levels)) {
    require(!origins_.empty(), series.source, ": rows ", parts_.validation_end + 1, " to ", series.length(),
            ", the test part, hold no window of horizon ", options_.horizon,
            " with a present target; the split is kept in the model");
    const auto newer = std::lower_bound(origins_.begin(), origins_.end(), parts_.learned_end);
    first_newer_ = static_cast<std::size_t>(newer - origins_.begin());
    const std::span<const Index> all(origins_), first = all.first(first_newer_), rest = all.subspan(first_newer_);
    if (!first.empty()) tested_.said = forecast_windows(context, tested_.model, tested_.prepared, first);
    if (!rest.empty()) {
      final_ = prepared_with(model, series);
      final_.said = forecast_windows(context, final_.model, final_.prepared, rest);
    }
    const bool decoded = options_.strategy == Strategy::decoder;
    if (options_.skip && !decoded && first_newer_ > 0) {
      linear_part_ = {skip_alone(tested_.model), tested_.prepared, {}};
      linear_part_.said = forecast_windows(context, linear_part_.model, linear_part_.prepared, first);
    }
    if (has_intervals(model)) quantiles_ = scored_levels(options_.levels);
    for (const double level : options_.levels) {
      if (quantiles_.empty()) break;
      const auto end = std::find(quantiles_.begin(), quantiles_.end(), (100 - level) / 200);
      ends_.push_back(static_cast<std::size_t>(end - quantiles_.begin()));
    }
    tell_nets(model);
    add_methods();
  }

  Backtest run(bool keep_rows) {
    Backtest out{static_cast<Index>(origins_.size()), parts_.validation_end, options_.horizon, {}, {}, {}};
    out.quantiles = quantiles_;
    if (!quantiles_.empty()) out.levels = options_.levels;
    for (std::size_t target = 0; target < options_.targets.size(); ++target)
      out.targets.push_back(score(target, keep_rows ? &out.rows : nullptr));
    if constexpr (kWholeForecaster)
      if (!factors_.empty()) notes_.push_back(factors_.note(methods_[0].name));
    out.notes = notes_;
    return out;
  }

 private:
  std::span<const double> history(std::size_t target, Index origin) const {
    return std::span(series_.column(options_.targets[target])).first(static_cast<std::size_t>(origin));
  }

  /// Notes on which net is scored on which rows, and how these data differ from the training data.
  void tell_nets(const ForecastModel& model) {
    notes_ = differences_from(model.data, series_);
    if (!model.tested) return;
    if (first_newer_ > 0)
      notes_.push_back(concat("scored with the tested net, which learned from rows ", parts_.train_begin + 1, " to ",
                              parts_.train_end, "; predict uses the final one, which has learned from all of them"));
    if (first_newer_ < origins_.size())
      notes_.push_back(concat("scored with the final net from row ", origins_[first_newer_] + 1,
                              " on, as it has not learned from these rows"));
  }

  /// A method of the backtest: point and quantiles_ of one target from one origin.
  struct Scored {
    std::string name;
    std::function<IntervalForecast(std::size_t target, std::size_t window, Index origin)> forecast;
  };

  void add_methods() {
    methods_.push_back(
        {name_of(cell_names(), options_.cell), [this](std::size_t target, std::size_t window, Index origin) {
           if (window < first_newer_) return tested_.forecast(target, window, origin, quantiles_);
           return final_.forecast(target, window - first_newer_, origin, quantiles_);
         }});
    const RivalInputs inputs{options_,         tested_.model.preparation, series_, tested_.prepared, parts_.train_begin,
                             parts_.train_end, parts_.validation_end};
    for (const Method& method : make_rivals(inputs, notes_)) {
      methods_.push_back({method.name, [this, method, errors = errors_of(method)](std::size_t target,
                                                                                  std::size_t window, Index origin) {
                            return around(method.forecast(target, window, origin), errors, target);
                          }});
    }
  }

  /// By target, a rival's errors on validation windows. Empty if no quantiles are scored.
  std::vector<ResidualQuantiles> errors_of(const Method& method) const {
    constexpr Index kMax = 400;
    std::vector<ResidualQuantiles> out;
    if (quantiles_.empty()) return out;
    WindowSet windows = tested_.prepared.windows;
    windows.horizon = options_.horizon;
    const auto origins = thinned(window_origins(windows, parts_.train_end, parts_.validation_end), kMax);
    for (std::size_t target = 0; target < options_.targets.size(); ++target) {
      ResidualQuantiles& errors = out.emplace_back(options_.horizon, [](Index) { return 1.0; });
      for (const Index origin : origins) {
        const std::vector<double> said = method.forecast(target, 0, origin);
        const auto actual = history(target, series_.length()).subspan(static_cast<std::size_t>(origin));
        for (std::size_t h = 0; h < said.size(); ++h) errors.add(static_cast<Index>(h), actual[h] - said[h]);
      }
    }
    return out;
  }

  IntervalForecast around(std::vector<double> point, const std::vector<ResidualQuantiles>& errors,
                          std::size_t target) const {
    IntervalForecast out{std::move(point), {}};
    if (errors.empty() || !errors[target].known()) return out;
    for (std::size_t h = 0; h < out.point.size(); ++h)
      for (const double level : quantiles_)
        out.quantiles.push_back(out.point[h] + errors[target].quantile(static_cast<Index>(h), level));
    return out;
  }

  /// Whether the recurrent part adds anything: on the windows that the tested net is scored on.
  std::optional<PairedDifference> against_skip(std::size_t target) const {
    if (linear_part_.model.net == nullptr) return std::nullopt;
    std::vector<double> whole, skip;
    const auto steps = static_cast<std::size_t>(options_.horizon);
    for (std::size_t window = 0; window < first_newer_; ++window) {
      const Index origin = origins_[window];
      const auto actual = history(target, series_.length()).subspan(static_cast<std::size_t>(origin), steps);
      const auto mae = [&](const std::vector<double>& y) {
        ErrorSums sums;
        for (std::size_t h = 0; h < steps; ++h) sums.add(y[h], actual[h]);
        return sums.errors(1).mae;
      };
      whole.push_back(mae(tested_.forecast(target, window, origin).point));
      skip.push_back(mae(linear_part_.forecast(target, window, origin).point));
    }
    return paired_difference(whole, skip, options_.horizon);
  }

  /// The errors of every method on one target, point by point.
  struct Sums {
    Sums(std::size_t methods, std::size_t steps, const ScoreSettings& settings)
        : by_step(methods, std::vector<ErrorSums>(steps)),
          by_window(methods),
          scores(methods, ForecastScores(settings)) {}

    std::vector<std::vector<ErrorSums>> by_step;  ///< [method][step]
    std::vector<std::vector<double>> by_window;   ///< [method][window], MAE
    std::vector<ForecastScores> scores;           ///< [method], of quantiles
    Index left_out = 0;                           ///< present points that some method has no forecast for
  };

  /// Adds one window: only points that are present and that every method forecasts.
  void add_window(Sums& sums, std::span<const double> actual, const std::vector<IntervalForecast>& forecasts) const {
    std::vector<ErrorSums> window(methods_.size());
    for (std::size_t h = 0; h < actual.size(); ++h) {
      if (std::isnan(actual[h])) continue;
      const auto absent = [&](const auto& forecast) { return !std::isfinite(forecast.point[h]); };
      if (std::any_of(forecasts.begin(), forecasts.end(), absent)) {
        ++sums.left_out;
        continue;
      }
      for (std::size_t m = 0; m < methods_.size(); ++m) {
        sums.by_step[m][h].add(forecasts[m].point[h], actual[h]);
        window[m].add(forecasts[m].point[h], actual[h]);
        if (!forecasts[m].quantiles.empty()) add_step(sums.scores[m], h, actual[h], forecasts[m]);
      }
    }
    for (std::size_t m = 0; m < methods_.size(); ++m) sums.by_window[m].push_back(window[m].errors(1).mae);
  }

  void add_step(ForecastScores& scores, std::size_t h, double actual, const IntervalForecast& forecast) const {
    const std::size_t Q = quantiles_.size();
    const auto quantiles = std::span(forecast.quantiles).subspan(h * Q, Q);
    std::vector<double> lower, upper;
    for (const std::size_t end : ends_) {
      lower.push_back(quantiles[end]);
      upper.push_back(quantiles[Q - 1 - end]);
    }
    scores.add(static_cast<Index>(h),
               {.actual = actual, .point = forecast.point[h], .quantiles = quantiles, .lower = lower, .upper = upper});
  }

  Sums sum_up(std::size_t target, std::vector<BacktestRow>* rows) {
    const auto steps = static_cast<std::size_t>(options_.horizon);
    const ScoreSettings settings{
        .horizon = options_.horizon, .levels = quantiles_, .coverages = shares(options_.levels)};
    Sums sums(methods_.size(), steps, settings);
    for (ForecastScores& scores : sums.scores)
      scores.begin_series(options_.targets[target], history(target, parts_.train_end), options_.season);
    std::vector<AdaptiveIntervals> adaptive;  // of each method
    if constexpr (kWholeForecaster)
      if (adaptive_) adaptive.assign(methods_.size(), AdaptiveIntervals(quantiles_, options_.horizon));
    for (std::size_t window = 0; window < origins_.size(); ++window) {
      const Index origin = origins_[window];
      const auto actual =
          std::span(series_.column(options_.targets[target])).subspan(static_cast<std::size_t>(origin), steps);
      std::vector<IntervalForecast> forecasts;
      for (const Scored& method : methods_) forecasts.push_back(method.forecast(target, window, origin));
      if constexpr (kWholeForecaster)
        for (std::size_t m = 0; m < adaptive.size(); ++m)
          if (!forecasts[m].quantiles.empty()) adaptive[m].follow(history(target, origin), forecasts[m].quantiles);
      add_window(sums, actual, forecasts);
      for (std::size_t h = 0; rows && h < steps; ++h) {
        BacktestRow& row = rows->emplace_back(BacktestRow{origin, static_cast<Index>(h) + 1, target, actual[h], {}});
        for (const auto& forecast : forecasts) row.forecasts.push_back(forecast.point[h]);
      }
    }
    if constexpr (kWholeForecaster)
      if (!adaptive.empty() && !quantiles_.empty()) factors_.add(adaptive[0]);
    return sums;
  }

  TargetScore score(std::size_t target, std::vector<BacktestRow>* rows) {
    const std::string& name = options_.targets[target];
    const double scale = mase_scale(history(target, parts_.train_end), options_.season);
    const Sums sums = sum_up(target, rows);
    TargetScore out;
    out.target = name;
    out.season = options_.season;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      MethodScore& method = out.methods.emplace_back(MethodScore{methods_[m].name, {}, {}, {}, {}});
      ErrorSums all;
      for (const ErrorSums& step : sums.by_step[m]) {
        all.add(step);
        method.mae_by_step.push_back(step.errors(scale).mae);
      }
      method.errors = all.errors(scale);
      const Scores quantiles = sums.scores[m].total();
      if (quantiles.count > 0) method.quantiles = quantiles;
      method.against_net = paired_difference(sums.by_window[0], sums.by_window[m], options_.horizon);
    }
    out.against_skip = against_skip(target);
    const Index count = out.methods[0].errors.count;
    out.spread = mean_deviation(series_.column(name));
    if (count == 0) notes_.push_back(concat("column '", name, "' has no value in the test windows: nothing is scored"));
    if (sums.left_out > 0)
      notes_.push_back(concat("column '", name, "': scored on ", count, " of ", count + sums.left_out,
                              " points, those that every method has a forecast for"));
    return out;
  }

  const ForecastOptions& options_;
  const Series& series_;
  Parts parts_;
  Forecaster tested_, final_, linear_part_;  ///< the last two only where they are needed
  std::vector<Index> origins_;
  std::size_t first_newer_ = 0;    ///< window from which the final net forecasts
  std::vector<double> quantiles_;  ///< levels that are scored; empty where the model has no intervals
  std::vector<std::size_t> ends_;  ///< of each of the options' levels, the place of its lower end among these
  std::vector<Scored> methods_;
  bool adaptive_;            ///< intervals follow the errors of their method
  IntervalFactors factors_;  ///< of the net
  std::vector<std::string> notes_;
};

}  // namespace

Backtest backtest(Context& context, const ForecastModel& model, const Series& series, bool keep_rows) {
  require_same_step(model.data, series);
  return Scorer(context, model, series).run(keep_rows);
}

}  // namespace recurra
