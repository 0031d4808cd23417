// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/season.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include "recurra/data/fill.h"

namespace recurra {
namespace {

constexpr std::size_t kLookedAt = 12'000, kMaxSeasons = 3;
constexpr Index kMaxLag = 2'000, kMaxHarmonics = 8;
constexpr double kMargin = 3;      // of the criterion, for a candidate of the calendar
constexpr double kPeakErrors = 4;  // standard errors that a peak of the autocorrelation must reach
constexpr std::size_t kMaxPeaks = 4;

/// Least squares with ordered columns: the residual sum of squares of the first m, for every m.
class NestedRegression {
 public:
  explicit NestedRegression(std::vector<double> y) : y_(std::move(y)) {}

  std::size_t columns() const { return columns_.size(); }
  void add(std::vector<double> column) { columns_.push_back(std::move(column)); }
  void keep(std::size_t count) { columns_.resize(count); }

  /// [columns() + 1]: the residual sum of squares of the first m columns. A column that depends on those before it
  /// explains nothing more. Method: Gram-Schmidt by the Cholesky factor of the Gram matrix.
  std::vector<double> residuals() const {
    const std::size_t n = columns_.size();
    std::vector<std::vector<double>> L(n, std::vector<double>(n));
    std::vector<double> z(n), out = {dot(y_, y_)};
    for (std::size_t j = 0; j < n; ++j) {
      double cross = dot(columns_[j], y_);
      const double size = dot(columns_[j], columns_[j]);
      double pivot = size;
      for (std::size_t k = 0; k < j; ++k) {
        L[j][k] = L[k][k] > 0 ? (dot(columns_[j], columns_[k]) - partial(L[j], L[k], k)) / L[k][k] : 0;
        pivot -= L[j][k] * L[j][k];
        cross -= L[j][k] * z[k];
      }
      L[j][j] = pivot > 1e-9 * size ? std::sqrt(pivot) : 0;
      z[j] = L[j][j] > 0 ? cross / L[j][j] : 0;
      out.push_back(std::max(out.back() - z[j] * z[j], 0.0));
    }
    return out;
  }

  double rows() const { return static_cast<double>(y_.size()); }

 private:
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  }
  static double partial(const std::vector<double>& a, const std::vector<double>& b, std::size_t count) {
    return std::inner_product(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin(), 0.0);
  }

  std::vector<double> y_;
  std::vector<std::vector<double>> columns_;
};

/// The series as a regression, which begins with a trend and the last two values.
class SeasonalModel {
 public:
  /// `x`: centred at 0; otherwise its level would hide the part that the season explains.
  explicit SeasonalModel(const std::vector<double>& x) : regression_(present(x, rows_)) {
    const FilledColumn filled = fill_forward(x);
    const auto n = static_cast<double>(x.size());
    regression_.add(std::vector<double>(rows_.size(), 1));
    regression_.add(column([&](std::size_t t) { return static_cast<double>(t) / n - 0.5; }));
    for (const std::size_t lag : {1, 2}) regression_.add(column([&](std::size_t t) { return filled.values[t - lag]; }));
    for (const double v : x) scale_ = std::isnan(v) ? scale_ : std::max(scale_, std::abs(v));
  }

  /// The gain of a season: the drop of the criterion, and the fraction that it explains.
  struct Gain {
    double criterion = 0, explained = 0;
    std::size_t columns = 0;
  };

  Gain gain(Index lag) {
    const std::size_t base = regression_.columns();
    add_harmonics(lag);
    const std::vector<double> residuals = regression_.residuals();
    const double n = regression_.rows(), noise = n * scale_ * scale_ * 1e-24;
    Gain best;
    for (std::size_t m = base + 1; m < residuals.size() && static_cast<double>(m) + 5 < n; ++m) {
      const double ratio = (residuals[base] + noise) / (residuals[m] + noise);
      const double drop = n * std::log(ratio) - static_cast<double>(m - base) * std::log(n);
      if (drop > best.criterion) best = {drop, 1 - 1 / ratio, m - base};
    }
    regression_.keep(base);
    return best;
  }

  /// Later gains are on top of this season.
  void accept(Index lag, const Gain& gain) {
    const std::size_t base = regression_.columns();
    add_harmonics(lag);
    regression_.keep(base + gain.columns);
    std::size_t kept = 0;
    for (Index k = 1; k <= harmonics(lag) && kept < gain.columns; ++k)
      if (frequencies_.insert(frequency(lag, k)).second) kept += 2 * k == lag ? 1 : 2;
  }

 private:
  static std::vector<double> present(const std::vector<double>& x, std::vector<std::size_t>& rows) {
    std::vector<double> y;
    for (std::size_t t = 2; t < x.size(); ++t) {
      if (std::isnan(x[t])) continue;
      rows.push_back(t);
      y.push_back(x[t]);
    }
    return y;
  }
  template <class Fn>
  std::vector<double> column(Fn value) const {
    std::vector<double> out;
    for (const std::size_t t : rows_) out.push_back(value(t));
    return out;
  }

  static Index harmonics(Index lag) { return std::min(lag / 2, kMaxHarmonics); }
  static double frequency(Index lag, Index k) { return static_cast<double>(k) / static_cast<double>(lag); }

  void add_harmonics(Index lag) {
    for (Index k = 1; k <= harmonics(lag); ++k) {
      if (frequencies_.contains(frequency(lag, k))) continue;
      const auto angle = [&](std::size_t t) {
        return 2 * std::numbers::pi * static_cast<double>((static_cast<Index>(t) * k) % lag) / static_cast<double>(lag);
      };
      regression_.add(column([&](std::size_t t) { return std::cos(angle(t)); }));
      if (2 * k != lag) regression_.add(column([&](std::size_t t) { return std::sin(angle(t)); }));
    }
  }

  std::vector<std::size_t> rows_;  ///< of the series, whose value is present
  NestedRegression regression_;
  std::set<double> frequencies_;
  double scale_ = 0;
};

/// x minus its mean.
std::vector<double> centred(std::span<const double> x) {
  double sum = 0, count = 0;
  for (const double v : x) {
    if (std::isnan(v)) continue;
    sum += v;
    ++count;
  }
  std::vector<double> out(x.begin(), x.end());
  for (double& v : out) v -= count > 0 ? sum / count : 0;
  return out;
}

/// The residual after the previous value: x_t - phi x_{t-1}, phi by least squares.
std::vector<double> innovations(const std::vector<double>& x) {
  const std::vector<double> filled = fill_forward(x).values;
  double now = 0, then = 0;
  for (std::size_t t = 1; t < filled.size(); ++t) {
    now += filled[t] * filled[t - 1];
    then += filled[t - 1] * filled[t - 1];
  }
  const double phi = then > 0 ? now / then : 0;
  std::vector<double> out;
  for (std::size_t t = 1; t < x.size(); ++t) out.push_back(x[t] - phi * filled[t - 1]);
  return out;
}

/// Correlation of e_t with e_{t-lag} over the pairs that are present, in standard errors of white noise.
double peak_height(const std::vector<double>& e, Index lag, double& correlation) {
  double product = 0, now = 0, then = 0, pairs = 0;
  for (std::size_t t = static_cast<std::size_t>(lag); t < e.size(); ++t) {
    const double a = e[t], b = e[t - static_cast<std::size_t>(lag)];
    if (std::isnan(a) || std::isnan(b)) continue;
    product += a * b;
    now += a * a;
    then += b * b;
    ++pairs;
  }
  correlation = now > 0 && then > 0 ? product / std::sqrt(now * then) : 0;
  return correlation * std::sqrt(pairs);
}

/// Lags at which the autocorrelation peaks, the highest first; of peaks within 0.02 the shortest first, so that a
/// multiple of a season does not precede it. `looked_at`: number of candidate lags.
std::vector<Index> autocorrelation_peaks(const std::vector<double>& x, Index& looked_at) {
  const std::vector<double> e = innovations(x);
  const Index last = std::min(kMaxLag, static_cast<Index>(x.size()) / 3);
  looked_at = std::max<Index>(last - 1, 1);
  std::vector<double> r(static_cast<std::size_t>(last + 2)), height(r.size());
  for (Index lag = 1; lag <= last + 1; ++lag)
    height[static_cast<std::size_t>(lag)] = peak_height(e, lag, r[static_cast<std::size_t>(lag)]);
  std::vector<Index> peaks;
  for (Index lag = 2; lag <= last; ++lag) {
    const auto i = static_cast<std::size_t>(lag);
    if (height[i] >= kPeakErrors && r[i] >= r[i - 1] && r[i] >= r[i + 1]) peaks.push_back(lag);
  }
  const auto rounded = [&](Index lag) { return std::round(r[static_cast<std::size_t>(lag)] / 0.02); };
  std::stable_sort(peaks.begin(), peaks.end(), [&](Index a, Index b) { return rounded(a) > rounded(b); });
  if (peaks.size() > kMaxPeaks) peaks.resize(kMaxPeaks);
  return peaks;
}

}  // namespace

std::vector<Index> calendar_seasons(const TimeAxis& axis) {
  constexpr std::int64_t kHour = 3600 * kTicksPerSecond, kMinute = 60 * kTicksPerSecond, kWeek = 7 * kTicksPerDay;
  if (!axis.format.is_calendar()) return {};
  std::vector<Index> out;
  const auto add = [&](std::int64_t period, std::int64_t step) {
    const std::int64_t lag = period / step;
    const std::int64_t least = period < kTicksPerDay ? 12 : 2;  // a few parts of an hour have no useful season
    if (period % step == 0 && lag >= least && lag <= kMaxLag) out.push_back(lag);
  };
  if (axis.unit == TimeAxis::Unit::months) {
    add(12, axis.step);
    return out;
  }
  if (axis.unit == TimeAxis::Unit::slots) {  // a day and a week of the open slots
    const auto day = static_cast<Index>(axis.slots.size()), week = day * std::popcount(axis.weekdays);
    for (const Index lag : {day, week})
      if (lag >= 2 && lag <= kMaxLag) out.push_back(lag);
    return out;
  }
  for (const std::int64_t period : {kMinute, kHour, kTicksPerDay, kWeek}) add(period, axis.step);
  if (axis.step == kTicksPerDay) out.push_back(365);
  if (axis.step == kWeek) out.push_back(52);
  return out;
}

std::vector<Season> find_seasons(std::span<const double> x, const std::vector<Index>& candidates) {
  if (x.size() > kLookedAt) x = x.last(kLookedAt);
  const std::vector<double> about_0 = centred(x);
  std::vector<std::pair<Index, double>> tried;  // lag and margin
  for (const Index lag : candidates)
    if (lag >= 2 && 2 * lag <= static_cast<Index>(x.size())) tried.emplace_back(lag, kMargin);
  Index looked_at = 1;
  for (const Index lag : autocorrelation_peaks(about_0, looked_at))
    if (std::find(candidates.begin(), candidates.end(), lag) == candidates.end())
      tried.emplace_back(lag, kMargin + 2 * std::log(static_cast<double>(looked_at)));

  SeasonalModel model(about_0);
  std::vector<Season> out;
  while (out.size() < kMaxSeasons) {
    std::pair<Index, SeasonalModel::Gain> best;
    double most = 0;  // above the margin, so that a lag of the calendar precedes one nearby
    for (const auto& [lag, margin] : tried) {
      const SeasonalModel::Gain gain = model.gain(lag);
      if (gain.criterion - margin <= most) continue;
      most = gain.criterion - margin;
      best = {lag, gain};
    }
    if (best.first == 0) break;
    model.accept(best.first, best.second);
    out.push_back({best.first, best.second.explained});
    std::erase_if(tried, [&](const auto& candidate) { return candidate.first == best.first; });
  }
  return out;
}

}  // namespace recurra
