// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/forecast_scores.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/difference.h"
#include "recurra/train/metrics.h"

namespace recurra {
namespace {

constexpr double kNoScore = std::numeric_limits<double>::quiet_NaN();

double ratio(double sum, double count) {
  return count > 0 ? sum / count : kNoScore;
}

std::vector<double> ratios(const std::vector<double>& sums, double count) {
  std::vector<double> out;
  for (const double sum : sums) out.push_back(ratio(sum, count));
  return out;
}

/// Mean square of the seasonal naive errors; NaN if there is none or it is 0.
double square_scale_of(std::span<const double> history, Index season) {
  double sum = 0, count = 0;
  for (const double d : difference(history, season)) {
    if (std::isnan(d)) continue;
    sum += d * d;
    ++count;
  }
  return sum > 0 ? sum / count : kNoScore;
}

double pinball_of(double level, double quantile, double actual) {
  const double e = actual - quantile;
  return e >= 0 ? level * e : (level - 1) * e;  // NaN stays
}

/// Width plus 2 / (1 - coverage) times the distance by which the interval misses.
double interval_score(double coverage, double lower, double upper, double actual) {
  const double missed = actual < lower ? lower - actual : actual > upper ? actual - upper : 0;
  return upper - lower + 2 / (1 - coverage) * missed;
}

void require_ascending(const char* what, const std::vector<double>& shares) {
  for (std::size_t i = 0; i < shares.size(); ++i)
    require(shares[i] > 0 && shares[i] < 1 && (i == 0 || shares[i] > shares[i - 1]), "forecast scores: expected ", what,
            " ascending in (0, 1), found ", shares[i]);
}

void add_to(std::vector<double>& sums, std::size_t i, std::size_t size, double value) {
  sums.resize(size);
  sums[i] += value;
}

/// Adds one step; with the scales of its series.
void add_step(ScoreSums& to, const ScoreSettings& settings, const ScoredStep& s, double scale, double square_scale) {
  const double e = std::abs(s.point - s.actual), size = std::abs(s.point) + std::abs(s.actual);
  ++to.count;
  to.absolute += e;
  to.square += e * e;
  to.symmetric += size == 0 ? 0 : 200 * e / size;
  to.size += std::abs(s.actual);
  const bool scaled = !std::isnan(scale);
  if (scaled) {
    ++to.scaled_count;
    to.scaled_absolute += e / scale;
  }
  if (!std::isnan(square_scale)) {
    ++to.scaled_square_count;
    to.scaled_square += e * e / square_scale;
  }
  for (std::size_t i = 0; i < s.quantiles.size(); ++i)
    add_to(to.pinball, i, s.quantiles.size(), pinball_of(settings.levels[i], s.quantiles[i], s.actual));
  for (std::size_t i = 0; i < s.lower.size(); ++i) {
    add_to(to.covered, i, s.lower.size(), s.actual >= s.lower[i] && s.actual <= s.upper[i] ? 1 : 0);
    add_to(to.width, i, s.lower.size(), s.upper[i] - s.lower[i]);
    const double score = interval_score(settings.coverages[i], s.lower[i], s.upper[i], s.actual);
    add_to(to.scaled_interval, i, s.lower.size(), scaled ? score / scale : 0);
  }
  to.crps += !s.samples.empty()     ? crps_of_samples(s.samples, s.actual)
             : !s.quantiles.empty() ? crps_of_quantiles(settings.levels, s.quantiles, s.actual)
                                    : kNoScore;
}

void add_sums(ScoreSums& to, const ScoreSums& from) {
  to.count += from.count;
  to.absolute += from.absolute;
  to.square += from.square;
  to.symmetric += from.symmetric;
  to.size += from.size;
  to.crps += from.crps;
  for (const auto& [a, b] :
       {std::pair{&to.pinball, &from.pinball}, {&to.covered, &from.covered}, {&to.width, &from.width}})
    for (std::size_t i = 0; i < b->size(); ++i) add_to(*a, i, b->size(), (*b)[i]);
}

class Mean {
 public:
  void add(double x) {
    sum_ += x;
    ++count_;
  }
  double value() const { return ratio(sum_, count_); }

 private:
  double sum_ = 0, count_ = 0;
};

}  // namespace

ForecastScores::ForecastScores(ScoreSettings settings) : settings_(std::move(settings)) {
  require(settings_.horizon >= 1, "forecast scores: expected a horizon of at least 1, found ", settings_.horizon);
  require_ascending("levels", settings_.levels);
  require_ascending("coverages", settings_.coverages);
  steps_.resize(static_cast<std::size_t>(settings_.horizon));
}

void ForecastScores::begin_series(std::string id, std::span<const double> history, Index season) {
  series_.push_back({std::move(id), mase_scale(history, season), square_scale_of(history, season), {}});
}

void ForecastScores::add(Index step, const ScoredStep& s) {
  require(!series_.empty(), "ForecastScores::add: expected begin_series before it");
  require(step >= 0 && step < settings_.horizon, "ForecastScores::add: expected a step in [0, ", settings_.horizon,
          "), found ", step);
  require<ShapeError>(s.quantiles.empty() || s.quantiles.size() == settings_.levels.size(),
                      "ForecastScores::add: expected ", settings_.levels.size(), " quantiles, found ",
                      s.quantiles.size());
  require<ShapeError>(
      s.lower.size() == s.upper.size() && (s.lower.empty() || s.lower.size() == settings_.coverages.size()),
      "ForecastScores::add: expected ", settings_.coverages.size(), " intervals, found ", s.lower.size(), " and ",
      s.upper.size(), " ends");
  if (std::isnan(s.actual)) return;
  Series& series = series_.back();
  add_step(series.sums, settings_, s, series.scale, series.square_scale);
  add_step(steps_[static_cast<std::size_t>(step)], settings_, s, series.scale, series.square_scale);
}

Scores ForecastScores::scores_of(const ScoreSums& s) const {
  Scores out;
  out.count = static_cast<Index>(s.count);
  out.mae = ratio(s.absolute, s.count);
  out.rmse = std::sqrt(ratio(s.square, s.count));
  out.smape = ratio(s.symmetric, s.count);
  out.nd = ratio(s.absolute, s.size);
  out.mase = ratio(s.scaled_absolute, s.scaled_count);
  out.rmsse = std::sqrt(ratio(s.scaled_square, s.scaled_square_count));
  out.crps = ratio(s.crps, s.count);
  out.pinball = ratios(s.pinball, s.count);
  Mean losses;
  for (const double sum : s.pinball) {
    out.weighted_quantile_loss.push_back(ratio(2 * sum, s.size));
    losses.add(out.weighted_quantile_loss.back());
  }
  out.mean_weighted_quantile_loss = losses.value();
  out.coverage = ratios(s.covered, s.count);
  out.width = ratios(s.width, s.count);
  out.msis = ratios(s.scaled_interval, s.scaled_count);
  return out;
}

Scores ForecastScores::total() const {
  ScoreSums all;
  Mean mase, rmsse;
  std::vector<Mean> msis(settings_.coverages.size());
  for (const Series& series : series_) {
    add_sums(all, series.sums);
    const Scores own = scores_of(series.sums);
    if (series.sums.scaled_square_count > 0) rmsse.add(own.rmsse);
    if (series.sums.scaled_count == 0) continue;
    mase.add(own.mase);
    for (std::size_t i = 0; i < own.msis.size(); ++i) msis[i].add(own.msis[i]);
  }
  Scores out = scores_of(all);
  out.mase = mase.value();
  out.rmsse = rmsse.value();
  for (std::size_t i = 0; i < out.coverage.size(); ++i) out.msis.push_back(msis[i].value());
  return out;
}

std::vector<SeriesScores> ForecastScores::by_series() const {
  std::vector<SeriesScores> out;
  for (const Series& series : series_) out.push_back({series.id, scores_of(series.sums)});
  return out;
}

std::vector<Scores> ForecastScores::by_step() const {
  std::vector<Scores> out;
  for (const ScoreSums& sums : steps_) out.push_back(scores_of(sums));
  return out;
}

std::vector<SeriesScores> ForecastScores::worst(Index most) const {
  std::vector<SeriesScores> all = by_series();
  const bool scaled = std::any_of(all.begin(), all.end(), [](const auto& s) { return !std::isnan(s.scores.mase); });
  const auto badness = [&](const SeriesScores& s) {
    if (s.scores.count > 0 && std::isnan(s.scores.mae)) return std::numeric_limits<double>::infinity();
    const double score = scaled ? s.scores.mase : s.scores.mae;
    return std::isnan(score) ? -1 : score;  // nothing scored, or no scale: not a bad score
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return badness(a) > badness(b); });
  all.resize(std::min(all.size(), static_cast<std::size_t>(std::max<Index>(most, 0))));
  return all;
}

Index ForecastScores::unscaled() const {
  return std::count_if(series_.begin(), series_.end(), [](const Series& s) { return std::isnan(s.scale); });
}

double owa(const Scores& method, const Scores& naive2) {
  return (method.smape / naive2.smape + method.mase / naive2.mase) / 2;
}

double crps_of_samples(std::span<const double> samples, double actual) {
  std::vector<double> x(samples.begin(), samples.end());
  const auto n = static_cast<double>(x.size());
  if (std::any_of(x.begin(), x.end(), [](double v) { return std::isnan(v); }) || x.empty()) return kNoScore;
  std::sort(x.begin(), x.end());
  double distance = 0, spread = 0;  // spread: the sum over pairs i < j of x_j - x_i
  for (std::size_t i = 0; i < x.size(); ++i) {
    distance += std::abs(x[i] - actual);
    spread += (2 * static_cast<double>(i) - n + 1) * x[i];
  }
  return distance / n - (n > 1 ? spread / (n * (n - 1)) : 0);
}

double crps_of_quantiles(std::span<const double> levels, std::span<const double> quantiles, double actual) {
  require<ShapeError>(levels.size() == quantiles.size(), "crps_of_quantiles: expected ", levels.size(),
                      " quantiles, found ", quantiles.size());
  double sum = 0, from = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double to = i + 1 < levels.size() ? (levels[i] + levels[i + 1]) / 2 : 1;
    sum += 2 * (to - from) * pinball_of(levels[i], quantiles[i], actual);
    from = to;
  }
  return sum;
}

}  // namespace recurra
