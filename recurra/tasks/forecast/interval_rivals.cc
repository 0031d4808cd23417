// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/interval_rivals.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/decomposition.h"
#include "recurra/tasks/forecast/smoothing.h"

namespace recurra {
namespace {

constexpr std::size_t kOrigins = 400, kWarmUp = 10;

/// Forecasts from the values themselves.
class OfHistory : public RunningForecaster {
 public:
  using Forecast = std::function<std::vector<double>(std::span<const double> history, Index horizon)>;
  explicit OfHistory(Forecast forecast) : forecast_(std::move(forecast)) {}
  void update(double y) override { history_.push_back(y); }
  std::vector<double> forecast(Index horizon) const override { return forecast_(history_, horizon); }

 private:
  Forecast forecast_;
  std::vector<double> history_;
};

/// HoltWinters or Theta.
template <class Model>
class OfModel : public RunningForecaster {
 public:
  explicit OfModel(Model model) : model_(std::move(model)) {}
  void update(double y) override { model_.update(y); }
  std::vector<double> forecast(Index horizon) const override { return model_.forecast(horizon); }

 private:
  Model model_;
};

/// Runs a forecaster along the training values, and collects its errors on the way.
IntervalRival run_along(const char* name, std::unique_ptr<RunningForecaster> forecaster,
                        std::span<const double> training, Index season, Index horizon,
                        std::function<double(Index)> growth) {
  ResidualQuantiles errors(horizon, std::move(growth));
  const std::size_t n = training.size();
  const std::size_t begin = std::min(n / 2, std::max(kWarmUp, 2 * static_cast<std::size_t>(season)));
  const std::size_t stride = (n - begin) / kOrigins + 1;
  for (std::size_t t = 0; t < n; ++t) {
    if (t >= begin && t > 0 && (t - begin) % stride == 0) {
      const auto steps = std::min<Index>(horizon, static_cast<Index>(n - t));
      const std::vector<double> forecast = forecaster->forecast(steps);
      for (Index h = 0; h < steps; ++h)
        errors.add(h, training[t + static_cast<std::size_t>(h)] - forecast[static_cast<std::size_t>(h)]);
    }
    forecaster->update(training[t]);
  }
  return {name, std::move(forecaster), std::move(errors), horizon};
}

double steps_from(Index step) {
  return static_cast<double>(step) + 1;
}

double smoothing_growth(const SmoothingWeights& w, Index season, Index step) {
  double sum = 1, damped = 0, power = 1;
  for (Index j = 1; j <= step; ++j) {
    power *= w.damping;
    damped += power;
    const double c = w.alpha + w.beta * damped + (j % season == 0 ? w.gamma : 0);
    sum += c * c;
  }
  return std::sqrt(sum);
}

/// Whether the autocorrelation at the season is beyond its 90 % limit, that of a series whose shorter lags are as they
/// are.
bool is_seasonal(std::span<const double> x, std::size_t season) {
  const double mean = mean_present(x);
  const auto autocovariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t t = lag; t < x.size(); ++t) {
      const double product = (x[t] - mean) * (x[t - lag] - mean);
      if (!std::isnan(product)) sum += product;
    }
    return sum;
  };
  const double whole = autocovariance(0);
  if (!(whole > 0)) return false;
  double squares = 0;
  for (std::size_t lag = 1; lag < season; ++lag) squares += std::pow(autocovariance(lag) / whole, 2);
  const double limit = 1.645 * std::sqrt((1 + 2 * squares) / static_cast<double>(x.size()));
  return std::abs(autocovariance(season) / whole) > limit;
}

/// What Naive2 multiplies each place of the season by; 1 where it does not adjust.
std::vector<double> naive2_season(std::span<const double> history, Index season) {
  const auto m = static_cast<std::size_t>(season);
  const bool positive = std::none_of(history.begin(), history.end(), [](double v) { return v <= 0; });
  if (season == 1 || history.size() < 3 * m || !positive || !is_seasonal(history, m))
    return std::vector<double>(m, 1.0);
  return seasonal_indices(history, m, true);
}

std::vector<double> naive2_from(std::span<const double> history, const std::vector<double>& season, Index horizon) {
  std::vector<double> adjusted(history.begin(), history.end());
  for (std::size_t t = 0; t < adjusted.size(); ++t) adjusted[t] /= season[t % season.size()];
  std::vector<double> out = repeat_last(adjusted, horizon);
  for (std::size_t h = 0; h < out.size(); ++h) out[h] *= season[(history.size() + h) % season.size()];
  return out;
}

}  // namespace

IntervalForecast IntervalRival::forecast(std::span<const double> levels) const {
  IntervalForecast out{forecaster_->forecast(horizon_), {}};
  for (Index h = 0; h < horizon_; ++h)
    for (const double level : levels)
      out.quantiles.push_back(out.point[static_cast<std::size_t>(h)] + errors_.quantile(h, level));
  return out;
}

std::vector<IntervalRival> interval_rivals(std::span<const double> training, Index season, Index horizon) {
  require(season >= 1, "interval_rivals: season is ", season, ", expected at least 1");
  if (training.size() > kMaxSmoothed) training = training.last(kMaxSmoothed);
  std::vector<IntervalRival> out;
  const auto add = [&](const char* name, std::unique_ptr<RunningForecaster> forecaster, auto growth) {
    out.push_back(run_along(name, std::move(forecaster), training, season, horizon, growth));
  };
  const auto root = [](Index step) { return std::sqrt(steps_from(step)); };
  add("repeat-last", std::make_unique<OfHistory>(repeat_last), root);
  const double spans = std::max<double>(static_cast<double>(training.size()) - 1, 1);
  add("drift", std::make_unique<OfHistory>(drift),
      [spans](Index step) { return std::sqrt(steps_from(step) * (1 + steps_from(step) / spans) / (1 + 1 / spans)); });
  if (season > 1) {
    const auto repeat = [season](std::span<const double> x, Index steps) { return seasonal_naive(x, season, steps); };
    add("seasonal-naive", std::make_unique<OfHistory>(repeat), [season](Index step) {
      const Index seasons = step / season + 1;  // whole ones, the one begun included
      return std::sqrt(static_cast<double>(seasons));
    });
    const std::vector<double> places = naive2_season(training, season);
    const auto adjusted = [places](std::span<const double> x, Index steps) { return naive2_from(x, places, steps); };
    add("naive2", std::make_unique<OfHistory>(adjusted), root);
  }
  const Theta theta(training, season);
  const double alpha = theta.alpha();
  add("theta", std::make_unique<OfModel<Theta>>(theta.rewound(training, season)),
      [alpha](Index step) { return std::sqrt(1 + static_cast<double>(step) * alpha * alpha); });
  const HoltWinters smoothed(training, season);
  const SmoothingWeights weights = smoothed.weights();
  add("holt-winters", std::make_unique<OfModel<HoltWinters>>(smoothed.rewound(training, season)),
      [weights, season](Index step) { return smoothing_growth(weights, season, step); });
  return out;
}

std::vector<double> naive2(std::span<const double> history, Index season, Index horizon) {
  require(season >= 1, "naive2: season is ", season, ", expected at least 1");
  return naive2_from(history, naive2_season(history, season), horizon);
}

}  // namespace recurra
