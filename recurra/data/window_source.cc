// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/window_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/split.h"

namespace recurra {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

SetRange whole_range(const SeriesSet& set) {
  SetRange out;
  for (const SetEntry& entry : set.series) {
    out.begin.push_back(0);
    out.end.push_back(entry.length);
  }
  return out;
}

std::array<SetRange, 3> split_series(const SeriesSet& set, const std::array<double, 3>& fractions) {
  std::array<SetRange, 3> out;
  for (const SetEntry& entry : set.series) {
    const Split split = chronological_split(entry.length, fractions);
    const std::array<Index, 4> bounds = {0, split.train_end, split.validation_end, split.length};
    for (std::size_t part = 0; part < 3; ++part) {
      out[part].begin.push_back(bounds[part]);
      out[part].end.push_back(bounds[part + 1]);
    }
  }
  return out;
}

SetRange range_of_places(const SeriesSet& set, Index begin, Index end) {
  SetRange out;
  for (const SetEntry& entry : set.series) {
    out.begin.push_back(std::clamp<Index>(begin - entry.start, 0, entry.length));
    out.end.push_back(std::clamp<Index>(end - entry.start, 0, entry.length));
  }
  return out;
}

WindowSource::WindowSource(const SeriesSet& set, const WindowOptions& options, const SetRange& range)
    : set_(&set),
      options_(options),
      targets_(set.with_role(Role::target)),
      past_(set.with_role(Role::past)),
      known_(set.with_role(Role::known)),
      fixed_(set.with_role(Role::fixed)),
      range_end_(range.end) {
  require(options.lookback >= 1 && options.horizon >= 1, "WindowSource: lookback is ", options.lookback,
          " and horizon is ", options.horizon, ", expected 1 or more");
  Index padded = 0, left_out = 0;
  std::string first_padded, first_left_out;
  for (Index s = 0; s < set.count(); ++s) {
    const auto i = static_cast<std::size_t>(s);
    const Index begin = range.begin[i], end = range.end[i];
    if (begin == end) continue;
    const Index first = std::max(begin, options.lookback), last = end - options.horizon;
    if (first <= last) {
      add_series(s, first, last);
      continue;
    }
    const Index padded_first = std::max<Index>(begin, 1), padded_last = std::max(padded_first, last);
    const bool kept =
        options.short_series == ShortSeries::pad && padded_first < end && add_series(s, padded_first, padded_last);
    std::string& named = kept ? first_padded : first_left_out;
    if (named.empty()) named = quote_for_message(set.series[i].id);
    ++(kept ? padded : left_out);
  }
  const auto tell = [&](Index series, const std::string& first, const char* what) {
    if (series > 0)
      notes_.push_back(concat(set.source, ": ", series, " of ", set.count(), " series are too short for a window of ",
                              options.lookback, " + ", options.horizon, " steps and were ", what, ", the first ",
                              first));
  };
  tell(padded, first_padded, "padded");
  tell(left_out, first_left_out, "left out");
}

/// Origins first to last, except those without a present target; false if none remains.
bool WindowSource::add_series(Index s, Index first, Index last) {
  const Index before = count(), end = range_end_[static_cast<std::size_t>(s)];
  Index run = -1, seen = first - 1;  // where a run of origins began; the last present target
  const auto present = [&](Index t) {
    return std::any_of(targets_.begin(), targets_.end(), [&](Index c) { return !std::isnan(set_->value(s, c, t)); });
  };
  const auto close = [&](Index origin) {
    if (run < 0) return;
    runs_.push_back({s, run});
    ends_.push_back(count() + origin - run);
    run = -1;
  };
  Index looked = first;  // steps before it are known
  for (Index origin = first; origin <= last; ++origin) {
    for (; looked < std::min(end, origin + options_.horizon); ++looked)
      if (present(looked)) seen = looked;
    if (seen < origin)
      close(origin);
    else if (run < 0)
      run = origin;
  }
  close(last + 1);
  return count() > before;
}

Origin WindowSource::origin(Index i) const {
  require(i >= 0 && i < count(), "WindowSource::origin: there are ", count(), " windows, requested ", i);
  const auto run = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), i) - ends_.begin());
  const Index before = run == 0 ? 0 : ends_[run - 1];
  return {runs_[run].series, runs_[run].time + i - before};
}

void WindowSource::fill(Tensor<double>& to, const std::vector<Index>& columns, Index steps, Index b, Index batch,
                        const Origin& origin) const {
  const auto width = static_cast<Index>(columns.size());
  for (Index k = 0; k < width; ++k) {
    const Index c = columns[static_cast<std::size_t>(k)], end = set_->steps(origin.series, c);
    const bool category = set_->columns[static_cast<std::size_t>(c)].kind == ColumnKind::category;
    double* out = to.data() + b * width + k;
    for (Index step = 0; step < steps; ++step) {
      const Index t = origin.time - options_.lookback + step;
      double x = t < 0 || t >= end ? kNothing : set_->value(origin.series, c, t);
      if (category && std::isnan(x)) x = static_cast<double>(kUnknownCategory);
      out[step * batch * width] = x;
    }
  }
}

SetBatch WindowSource::gather(std::span<const Origin> origins) const {
  const auto B = static_cast<Index>(origins.size());
  const auto columns = [](const std::vector<Index>& of) { return static_cast<Index>(of.size()); };
  const Index lookback = options_.lookback, horizon = options_.horizon, O = columns(targets_);
  SetBatch batch{Tensor<double>({lookback, B, O}),
                 Tensor<double>({lookback, B, columns(past_)}),
                 Tensor<double>({lookback + horizon, B, columns(known_)}),
                 Tensor<double>({B, columns(fixed_)}),
                 Tensor<double>({lookback, B}),
                 Tensor<double>({B, horizon, O})};
  for (Index b = 0; b < B; ++b) {
    const Origin& at = origins[static_cast<std::size_t>(b)];
    require(at.series >= 0 && at.series < set_->count(), "WindowSource::gather: series ", at.series, " of ",
            set_->count());
    const SetEntry& entry = set_->series[static_cast<std::size_t>(at.series)];
    require(at.time >= 1 && at.time <= entry.length, "WindowSource::gather: the origin is step ", at.time,
            " of a series of ", entry.length, " steps, expected 1 to ", entry.length);
    fill(batch.targets, targets_, lookback, b, B, at);
    fill(batch.past, past_, lookback, b, B, at);
    fill(batch.known, known_, lookback + horizon, b, B, at);
    for (Index k = 0; k < columns(fixed_); ++k) {
      const Index c = fixed_[static_cast<std::size_t>(k)];
      const double x = set_->value(at.series, c, 0);
      const bool category = set_->columns[static_cast<std::size_t>(c)].kind == ColumnKind::category;
      batch.fixed[b * columns(fixed_) + k] = category && std::isnan(x) ? static_cast<double>(kUnknownCategory) : x;
    }
    for (Index step = 0; step < lookback; ++step) batch.present[step * B + b] = at.time - lookback + step >= 0 ? 1 : 0;
    for (Index step = 0; step < horizon; ++step)
      for (Index o = 0; o < O; ++o) {
        const bool in_range = at.time + step < range_end_[static_cast<std::size_t>(at.series)];
        batch.future[(b * horizon + step) * O + o] =
            in_range ? set_->value(at.series, targets_[static_cast<std::size_t>(o)], at.time + step) : kNothing;
      }
  }
  return batch;
}

std::vector<Origin> forecast_origins(const SeriesSet& set) {
  std::vector<Origin> out;
  for (Index s = 0; s < set.count(); ++s) out.push_back({s, set.series[static_cast<std::size_t>(s)].length});
  return out;
}

}  // namespace recurra
