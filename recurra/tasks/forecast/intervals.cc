// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/intervals.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/data/difference.h"
#include "recurra/io/json_reader.h"
#include "recurra/nn/predictive.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/train/draw_paths.h"

namespace recurra {
namespace {

constexpr Index kPaths = 200;                // for the quantiles of steps whose differences refer to forecasts
constexpr Index kCalibratedSteps = 200'000;  // windows times horizon times targets, about
constexpr Index kMinWindows = 400;
constexpr double kNarrowing = 5;  // times the prior, for offsets that narrow an interval; see docs/adr/0013

/// The predicted distribution of each step of one target. Counts are in their own unit, the rest in the net's scale.
std::vector<Predictive> steps_of(const ForecastModel& model, const Prepared& prepared, std::size_t target, Index origin,
                                 std::span<const float> said) {
  const ForecastOptions& o = model.options;
  const Head head = head_of(o);
  const auto K = static_cast<std::size_t>(head_width(head)), O = o.targets.size();
  const Scaler& scaler = target < prepared.own.size() ? prepared.own[target] : model.preparation.scalers[target];
  const double factor =
      predicts_counts(head) ? scaler.factor * static_cast<double>(window_scale(prepared, target, origin).factor) : 1;
  std::vector<Predictive> out;
  std::vector<double> parameters(K);
  for (std::size_t h = 0; h < static_cast<std::size_t>(o.horizon); ++h) {
    const auto row = said.subspan((h * O + target) * K, K);
    std::copy(row.begin(), row.end(), parameters.begin());
    out.emplace_back(head, parameters, 0, factor);
  }
  return out;
}

/// The quantiles of the steps on the level of Prepared::levels, [horizon, levels], before calibration.
class LevelQuantiles {
 public:
  LevelQuantiles(const ForecastModel& model, const Prepared& prepared, std::size_t target, Index origin,
                 const std::vector<Predictive>& steps)
      : model_(model), prepared_(prepared), target_(target), origin_(origin), steps_(steps) {}

  std::vector<double> at(std::span<const double> levels) const {
    const auto H = steps_.size(), Q = levels.size();
    std::vector<double> out(H * Q), scaled(H);
    for (std::size_t q = 0; q < Q; ++q) {
      for (std::size_t h = 0; h < H; ++h) scaled[h] = steps_[h].quantile(levels[q]);
      const std::vector<double> own = counts() ? scaled : levels_of(scaled);
      for (std::size_t h = 0; h < H; ++h) out[h * Q + q] = own[h];
    }
    if (stands_on_steps()) put_quantiles_of_paths(levels, out);
    return out;
  }

 private:
  bool counts() const { return predicts_counts(head_of(model_.options)); }
  std::vector<double> levels_of(std::span<const double> scaled) const {
    return to_levels(model_.preparation, model_.options, prepared_, target_, origin_, scaled);
  }
  bool stands_on_steps() const {
    const Index lag = model_.preparation.lag;
    return lag > 0 && model_.options.horizon > lag && model_.options.head != HeadKind::point;
  }

  /// Quantiles of differences do not add up: the steps beyond the lag get those of whole paths.
  void put_quantiles_of_paths(std::span<const double> levels, std::vector<double>& out) const {
    SamplePaths paths = draw_paths(steps_, kPaths, model_.options.seed, stream_id("forecast/paths"));
    std::vector<double> own;
    for (Index i = 0; i < paths.count; ++i) {
      const std::vector<double> path = levels_of(paths.path(i));
      own.insert(own.end(), path.begin(), path.end());
    }
    paths.values = std::move(own);
    const std::vector<double> quantiles = path_quantiles(paths, levels);
    const auto first = static_cast<std::size_t>(model_.preparation.lag) * levels.size();
    std::copy(quantiles.begin() + static_cast<std::ptrdiff_t>(first), quantiles.end(),
              out.begin() + static_cast<std::ptrdiff_t>(first));
  }

  const ForecastModel& model_;
  const Prepared& prepared_;
  std::size_t target_;
  Index origin_;
  const std::vector<Predictive>& steps_;
};

/// Percentages as coverages, 10 to 90 % by tens among them.
std::vector<double> calibrated_coverages(const std::vector<double>& levels) {
  std::vector<double> out;
  for (int tens = 1; tens < 10; ++tens) out.push_back(tens / 10.0);
  for (const double level : levels) out.push_back(level / 100);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end(), [](double a, double b) { return b - a < 1e-9; }), out.end());
  return out;
}

/// Makes quantiles monotone: each is moved outward to its neighbour on the side of the median, if it is beyond that.
void uncross(std::span<const double> levels, double median, double* quantiles) {
  double inner = median;
  for (std::size_t q = 0; q < levels.size(); ++q)
    if (levels[q] > 0.5) inner = quantiles[q] = std::max(quantiles[q], inner);
  inner = median;
  for (std::size_t q = levels.size(); q-- > 0;)
    if (levels[q] < 0.5) inner = quantiles[q] = std::min(quantiles[q], inner);
}

/// What scores are measured in: a series of a set that is scaled by its own values, in its own scale; a window that is
/// scaled by its own, in that too.
double unit_of(const Prepared& prepared, std::size_t target, Index origin) {
  const double series = target < prepared.own.size() ? prepared.own[target].factor : 1;
  return series * static_cast<double>(window_scale(prepared, target, origin).factor);
}

}  // namespace

bool has_intervals(const ForecastModel& model) {
  return model.calibration || model.options.head != HeadKind::point;
}

void check_forecast_levels(const ForecastModel& model, const std::vector<double>& levels) {
  check_levels(levels);
  require(has_intervals(model),
          "levels: the model has no intervals; train without --no-calibrate, or with --head "
          "quantiles");
  if (!model.calibration) return;
  const double highest = 100 * model.calibration->options().coverages.back();
  require(levels.back() <= highest + 1e-9, "levels: the model's intervals are calibrated up to ", highest, " %, found ",
          levels.back(), "; train with --levels ", levels.back());
}

std::vector<double> quantile_levels(const std::vector<double>& levels) {
  std::vector<double> out = {0.5};
  for (const double level : levels) {
    out.push_back((100 - level) / 200);
    out.push_back((100 + level) / 200);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<double> scored_levels(const std::vector<double>& levels) {
  std::vector<double> all = {20, 40, 60, 80};
  all.insert(all.end(), levels.begin(), levels.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return quantile_levels(all);
}

IntervalForecast forecast_target(const ForecastModel& model, const Prepared& prepared, std::size_t target, Index origin,
                                 std::span<const float> said, std::span<const double> levels) {
  const ForecastOptions& o = model.options;
  const std::vector<Predictive> steps = steps_of(model, prepared, target, origin, said);
  IntervalForecast out;
  std::vector<double> scaled;
  for (const Predictive& step : steps) scaled.push_back(step.point());
  const bool counts = predicts_counts(head_of(o));
  out.point = counts ? scaled : to_levels(model.preparation, o, prepared, target, origin, scaled);
  if (!levels.empty() && has_intervals(model)) {
    const LevelQuantiles quantiles(model, prepared, target, origin, steps);
    out.quantiles = quantiles.at(levels);
    const double half[] = {0.5};
    const std::vector<double> medians = quantiles.at(half);
    const double highest = model.calibration ? model.calibration->options().coverages.back() : 1;
    for (std::size_t h = 0; h < steps.size(); ++h) {
      double* row = &out.quantiles[h * levels.size()];
      for (std::size_t q = 0; q < levels.size() && model.calibration; ++q) {
        if (levels[q] == 0.5) continue;
        const Conformal::Offset by = model.calibration->offset_at(static_cast<Index>(target), static_cast<Index>(h),
                                                                  std::min(std::abs(2 * levels[q] - 1), highest));
        row[q] += (levels[q] < 0.5 ? -by.lower : by.upper) * unit_of(prepared, target, origin);
        if (counts) row[q] = std::max(row[q], 0.0);
      }
      uncross(levels, medians[h], row);
    }
    for (double& v : out.quantiles) v = from_level(o, v);
  }
  for (double& v : out.point) v = from_level(o, v);
  return out;
}

void add_target(Forecast& forecast, const ForecastModel& model, const IntervalForecast& next,
                const std::vector<double>& levels) {
  forecast.values.push_back(next.point);
  std::vector<IntervalSteps>& intervals = forecast.intervals.emplace_back();
  if (!has_intervals(model)) return;
  const std::size_t L = levels.size(), Q = 2 * L + 1;
  for (std::size_t i = 0; i < L; ++i) {
    IntervalSteps& interval = intervals.emplace_back(IntervalSteps{levels[i], {}, {}});
    for (std::size_t h = 0; h < next.point.size(); ++h) {
      interval.lower.push_back(next.quantiles[h * Q + L - 1 - i]);
      interval.upper.push_back(next.quantiles[h * Q + L + 1 + i]);
    }
  }
}

namespace {

/// With the scores of windows at these origins, not fitted yet. `prior`: its weight, in windows.
Conformal scored(Context& context, const ForecastModel& model, const PreparedSet& prepared,
                 const std::vector<Origin>& origins, double prior) {
  const ForecastOptions& o = model.options;
  const Index H = o.horizon, O = targets_of(o);
  Conformal out({.coverages = calibrated_coverages(o.levels),
                 .horizon = H,
                 .groups = O,
                 .tails = o.head == HeadKind::point ? Tails::apart : Tails::together,
                 .widening_prior = prior,
                 .narrowing_prior = kNarrowing * prior});
  const std::vector<double>& coverages = out.options().coverages;
  const std::size_t C = coverages.size();
  std::vector<double> levels;
  for (const double c : coverages) levels.push_back((1 - c) / 2);
  for (const double c : coverages) levels.push_back((1 + c) / 2);
  const Tensor<float> said = forecast_windows(context, model, prepared, origins);
  const Index width = said.dim(1);
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const std::span<const float> row(said.data() + static_cast<Index>(i) * width, static_cast<std::size_t>(width));
    const PreparedSet::Place place = prepared.place_of(origins[i]);
    for (Index target = 0; target < O; ++target) {
      const auto t = static_cast<std::size_t>(target);
      const std::vector<Predictive> steps = steps_of(model, *place.prepared, t, place.level, row);
      const std::vector<double> quantiles = LevelQuantiles(model, *place.prepared, t, place.level, steps).at(levels);
      for (Index h = 0; h < H; ++h) {
        const auto ends = std::span(quantiles).subspan(static_cast<std::size_t>(h) * 2 * C, 2 * C);
        out.add(target, h, ends.first(C), ends.last(C),
                place.prepared->levels[t][static_cast<std::size_t>(place.level + h)],
                unit_of(*place.prepared, t, place.level));
      }
    }
  }
  return out;
}

}  // namespace

std::optional<Conformal> calibrate_intervals(Context& context, const ForecastModel& model, const PreparedSet& prepared,
                                             const std::vector<Origin>& training, const std::vector<Origin>& validation,
                                             std::vector<std::string>& notes) {
  const ForecastOptions& o = model.options;
  const Index most = std::max(kMinWindows, kCalibratedSteps / (o.horizon * targets_of(o)));
  if (validation.empty()) {
    notes.push_back("intervals: there is no validation window to calibrate them by");
    return std::nullopt;
  }
  const bool point = o.head == HeadKind::point;
  std::optional<Conformal> prior;
  if (point && o.interval_prior > 0 && !training.empty()) {
    prior = scored(context, model, prepared, thinned(training, most), 0);
    std::vector<std::string> unused;
    prior->fit(unused);
  }
  const double weight = point && !prior ? 0 : o.interval_prior;
  Conformal out = scored(context, model, prepared, thinned(validation, most), weight);
  std::vector<std::string> told;
  out.fit(told, prior ? &*prior : nullptr);
  for (const std::string& note : told) notes.push_back("intervals: " + note);
  return out;
}

nlohmann::json to_json(const Conformal& calibration) {
  const bool apart = calibration.options().tails == Tails::apart;
  std::vector<double> numbers;
  for (const Conformal::Offset& offset : calibration.offsets()) {
    numbers.push_back(offset.lower);
    if (apart) numbers.push_back(offset.upper);
  }
  return {{"coverages", calibration.options().coverages}, {"apart", apart}, {"offsets", numbers}};
}

Conformal conformal_from(const JsonReader& reader, const ForecastOptions& options) {
  const bool apart = reader.boolean("apart");
  const std::vector<double> numbers = reader.numbers("offsets");
  std::vector<Conformal::Offset> offsets;
  const std::size_t each = apart ? 2 : 1;
  for (std::size_t i = 0; i + each <= numbers.size(); i += each) offsets.push_back({numbers[i], numbers[i + each - 1]});
  try {
    require(numbers.size() == offsets.size() * each, "conformal: expected pairs of offsets");
    return Conformal({.coverages = reader.numbers("coverages"),
                      .horizon = options.horizon,
                      .groups = targets_of(options),
                      .tails = apart ? Tails::apart : Tails::together},
                     std::move(offsets));
  } catch (const Error& error) {
    throw FormatError(concat(reader.where(), ": ", error.what()));
  }
}

}  // namespace recurra
