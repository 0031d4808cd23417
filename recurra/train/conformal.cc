// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/conformal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace recurra {
namespace {

constexpr double kRounding = 1e-24;    // share of the square of a mean that is no variance
constexpr double kSignificant = 1.96;  // deviations of an autocorrelation of independent values

/// The score of rank ceil((n + 1) c) of n; nothing where that is above n. A rank that is whole but for rounding counts
/// as whole: 0.8 * 10 is rank 8.
std::optional<double> ranked(std::vector<double> scores, double coverage) {
  const auto n = static_cast<double>(scores.size());
  const double rank = std::max(1.0, std::ceil((n + 1) * coverage - 1e-9));
  if (rank > n) return std::nullopt;
  const auto at = scores.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(scores.begin(), at, scores.end());
  return *at;
}

double largest(const std::vector<double>& scores) {
  return *std::max_element(scores.begin(), scores.end());
}

}  // namespace

double effective_count(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.empty()) return 0;
  double mean = 0, variance = 0;
  for (const double v : values) mean += v;
  mean /= n;
  for (const double v : values) variance += (v - mean) * (v - mean) / n;
  if (variance <= kRounding * mean * mean) return n;
  double sum = 1;
  const std::size_t most = std::min(values.size() / 2, kMaxCorrelationLag);
  for (std::size_t lag = 1; lag <= most; ++lag) {
    double product = 0;
    for (std::size_t i = lag; i < values.size(); ++i) product += (values[i] - mean) * (values[i - lag] - mean);
    const double correlation = product / n / variance;
    if (correlation <= kSignificant / std::sqrt(n)) break;
    sum += 2 * correlation;
  }
  return std::max(n / sum, 1.0);
}

Conformal::Conformal(ConformalOptions options) : options_(std::move(options)) {
  require(!options_.coverages.empty(), "conformal: expected at least one coverage");
  for (std::size_t i = 0; i < options_.coverages.size(); ++i) {
    const double c = options_.coverages[i];
    require(c > 0 && c < 1, "conformal: expected coverages in (0, 1), found ", c);
    require(i == 0 || c > options_.coverages[i - 1], "conformal: expected ascending coverages, found ", c, " after ",
            i == 0 ? 0 : options_.coverages[i - 1]);
  }
  require(options_.horizon >= 1, "conformal: expected a horizon of at least 1, found ", options_.horizon);
  require(options_.groups >= 1, "conformal: expected at least 1 group, found ", options_.groups);
  for (const double prior : {options_.widening_prior, options_.narrowing_prior})
    require(prior >= 0 && std::isfinite(prior), "conformal: expected priors of at least 0, found ", prior);
  scores_.resize(static_cast<std::size_t>(options_.groups * options_.horizon) * options_.coverages.size());
}

Conformal::Conformal(ConformalOptions options, std::vector<Offset> offsets) : Conformal(std::move(options)) {
  require<ShapeError>(offsets.size() == scores_.size(), "conformal: expected ", scores_.size(), " offsets, found ",
                      offsets.size());
  for (const Offset& offset : offsets)
    require(std::isfinite(offset.lower) && std::isfinite(offset.upper), "conformal: expected finite offsets, found ",
            offset.lower, " and ", offset.upper);
  offsets_ = std::move(offsets);
  scores_ = {};
}

std::vector<double> Conformal::Scores::worse_ends() const {
  std::vector<double> out;
  for (std::size_t i = 0; i < below.size(); ++i) out.push_back(std::max(below[i], above[i]));
  return out;
}

std::size_t Conformal::cell(Index group, Index step, std::size_t coverage) const {
  return static_cast<std::size_t>(group * options_.horizon + step) * options_.coverages.size() + coverage;
}

void Conformal::check_place(const char* function, Index group, Index step, std::size_t lower, std::size_t upper) const {
  require(group >= 0 && group < options_.groups, function, ": expected a group in [0, ", options_.groups, "), found ",
          group);
  require(step >= 0 && step < options_.horizon, function, ": expected a step in [0, ", options_.horizon, "), found ",
          step);
  require<ShapeError>(lower == options_.coverages.size() && upper == lower, function, ": expected ends of ",
                      options_.coverages.size(), " intervals, found ", lower, " and ", upper);
}

void Conformal::add(Index group, Index step, std::span<const double> lower, std::span<const double> upper,
                    double actual, double unit) {
  check_place("Conformal::add", group, step, lower.size(), upper.size());
  require(offsets_.empty(), "Conformal::add: the offsets are fitted already");
  require(unit > 0 && std::isfinite(unit), "Conformal::add: expected a unit above 0, found ", unit);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (!std::isfinite(lower[i] - actual) || !std::isfinite(actual - upper[i])) continue;
    Scores& scores = scores_[cell(group, step, i)];
    scores.below.push_back((lower[i] - actual) / unit);
    scores.above.push_back((actual - upper[i]) / unit);
  }
}

void Conformal::fit(std::vector<std::string>& notes, const Conformal* prior) {
  require<ShapeError>(!prior || prior->offsets_.size() == scores_.size(), "Conformal::fit: expected a fitted prior of ",
                      scores_.size(), " offsets, found ", prior ? prior->offsets_.size() : 0);
  const bool apart = options_.tails == Tails::apart;
  const auto offset_of = [&](const Scores& s, double coverage) -> std::optional<Offset> {
    if (apart) {
      const double level = (1 + coverage) / 2;
      const auto below = ranked(s.below, level), above = ranked(s.above, level);
      return below && above ? std::optional(Offset{*below, *above}) : std::nullopt;
    }
    const auto both = ranked(s.worse_ends(), coverage);
    return both ? std::optional(Offset{*both, *both}) : std::nullopt;
  };
  const auto with_prior = [&](Offset offset, const Scores& s, std::size_t at) {
    if (options_.widening_prior == 0 && options_.narrowing_prior == 0) return offset;
    const Offset base = prior ? prior->offsets_[at] : Offset();
    const double n = effective_count(s.worse_ends());
    const auto weighed = [&](double of_prior, double own) {
      return of_prior +
             (own - of_prior) * n / (n + (own > of_prior ? options_.widening_prior : options_.narrowing_prior));
    };
    return Offset{weighed(base.lower, offset.lower), weighed(base.upper, offset.upper)};
  };
  const auto append = [](Scores& to, const Scores& from) {
    to.below.insert(to.below.end(), from.below.begin(), from.below.end());
    to.above.insert(to.above.end(), from.above.begin(), from.above.end());
  };
  std::vector<Offset> offsets(scores_.size());
  Index by_step = 0, by_all = 0, uncertain = 0;
  for (std::size_t i = 0; i < options_.coverages.size(); ++i) {
    const double coverage = options_.coverages[i];
    Scores all;
    for (std::size_t at = i; at < scores_.size(); at += options_.coverages.size()) append(all, scores_[at]);
    require(!all.below.empty(), "Conformal::fit: no calibration window was added");
    const auto of_all = offset_of(all, coverage);
    const double widest = std::max(largest(all.below), largest(all.above));
    for (Index step = 0; step < options_.horizon; ++step) {
      Scores of_step;
      for (Index g = 0; g < options_.groups; ++g) append(of_step, scores_[cell(g, step, i)]);
      const auto shared = offset_of(of_step, coverage);
      for (Index g = 0; g < options_.groups; ++g) {
        const auto own = offset_of(scores_[cell(g, step, i)], coverage);
        if (!own) ++(shared ? by_step : of_all ? by_all : uncertain);
        const std::size_t at = cell(g, step, i);
        offsets[at] = own      ? with_prior(*own, scores_[at], at)
                      : shared ? with_prior(*shared, of_step, at)
                               : with_prior(of_all ? *of_all : Offset{widest, widest}, all, at);
      }
    }
  }
  const auto tell = [&](Index count, const char* what) {
    if (count > 0)
      notes.push_back(concat(count, " of ", offsets.size(), " intervals have too few calibration windows and ", what));
  };
  tell(by_step, "are calibrated with those of all series");
  tell(by_all, "are calibrated with those of all steps");
  tell(uncertain, "span the largest error seen: how often they cover is not known");
  offsets_ = std::move(offsets);
  scores_ = {};
}

Conformal::Offset Conformal::offset(Index group, Index step, std::size_t coverage) const {
  check_place("Conformal::offset", group, step, options_.coverages.size(), options_.coverages.size());
  require(!offsets_.empty(), "Conformal::offset: expected fit before it");
  require(coverage < options_.coverages.size(), "Conformal::offset: expected a coverage below ",
          options_.coverages.size(), ", found ", coverage);
  return offsets_[cell(group, step, coverage)];
}

Conformal::Offset Conformal::offset_at(Index group, Index step, double coverage) const {
  constexpr double kRounding = 1e-9;
  const std::vector<double>& known = options_.coverages;
  require(coverage > 0 && coverage <= known.back() + kRounding, "Conformal::offset_at: expected a coverage up to ",
          known.back(), ", found ", coverage);
  std::size_t above = 0;
  while (known[above] < coverage - kRounding) ++above;
  const Offset at = offset(group, step, above);
  if (above == 0 || known[above] < coverage + kRounding) return at;
  const Offset below = offset(group, step, above - 1);
  const double share = (coverage - known[above - 1]) / (known[above] - known[above - 1]);
  return {below.lower + share * (at.lower - below.lower), below.upper + share * (at.upper - below.upper)};
}

void Conformal::calibrate(Index group, Index step, std::span<double> lower, std::span<double> upper,
                          double unit) const {
  check_place("Conformal::calibrate", group, step, lower.size(), upper.size());
  require(unit > 0 && std::isfinite(unit), "Conformal::calibrate: expected a unit above 0, found ", unit);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const Offset by = offset(group, step, i);
    lower[i] -= by.lower * unit;
    upper[i] += by.upper * unit;
    if (lower[i] > upper[i]) lower[i] = upper[i] = lower[i] + (upper[i] - lower[i]) / 2;
    if (i == 0) continue;
    lower[i] = std::min(lower[i], lower[i - 1]);
    upper[i] = std::max(upper[i], upper[i - 1]);
  }
}

}  // namespace recurra
