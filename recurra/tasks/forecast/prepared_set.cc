// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/prepared_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/tasks/common/share_items.h"

namespace recurra {
namespace {

/// Copies column 0 of x [T, 1, F] to column b of out [T, B, F].
void put_column(const Tensor<float>& x, Tensor<float>& out, Index b) {
  const Index T = out.dim(0), B = out.dim(1), F = out.dim(2);
  for (Index t = 0; t < T; ++t) std::copy_n(x.data() + t * F, F, out.data() + (t * B + b) * F);
}

}  // namespace

Series stretch_of(const SeriesSet& set, Index s, Index begin, Index end, const ForecastOptions& options) {
  const SetEntry& entry = set.series[static_cast<std::size_t>(s)];
  Series out{
      concat(set.source, ", series ", quote_for_message(entry.id)), input_columns(options), {}, set.calendar.axis, {}};
  if (out.axis) out.axis->start = out.axis->ticks(entry.start + begin);
  if (set.calendar.is_zoned()) out.zone = set.calendar.zone;
  for (const std::string& name : out.names) {
    const Index c = set.column_index(name), steps = set.steps(s, c);
    const bool fixed = set.columns[static_cast<std::size_t>(c)].role == Role::fixed;
    auto& values =
        out.columns.emplace_back(static_cast<std::size_t>(end - begin), std::numeric_limits<double>::quiet_NaN());
    for (Index t = begin; t < end; ++t)
      if (fixed || (t >= 0 && t < steps)) values[static_cast<std::size_t>(t - begin)] = set.value(s, c, t);
  }
  return out;
}

PreparedSet::PreparedSet(Prepared one, Index lookback, Index horizon) : horizon_(horizon) {
  options_.lookback = lookback;
  one.windows.horizon = horizon;
  whole_.push_back(std::make_shared<const Prepared>(std::move(one)));
}

PreparedSet::PreparedSet(Context& context, const SeriesSet& set, Preparation preparation, ForecastOptions options,
                         const SetRange& fitted, Index horizon, double most_bytes)
    : set_(&set), preparation_(std::move(preparation)), options_(std::move(options)), horizon_(horizon) {
  const Index O = static_cast<Index>(options_.targets.size());
  const auto each_series = [&](auto fn) {
    share_items(context, set.series.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) fn(i, set.series[i].length);
    });
  };
  if (preparation_.by_series) {
    own_.resize(set.series.size());
    each_series([&](std::size_t i, Index length) {
      own_[i] = own_scalers(preparation_, options_, stretch_of(set, static_cast<Index>(i), 0, length, options_),
                            fitted.end[i]);
    });
  }
  double steps = 0;
  for (const SetEntry& entry : set.series) steps += static_cast<double>(entry.length + options_.horizon);
  const double bytes = steps * static_cast<double>(4 * (preparation_.input_size() + O) + 8 * O);
  if (set.count() > 1 && bytes > most_bytes) return;
  const Index needed = preparation_.lag + options_.lookback;
  whole_.resize(set.series.size());
  each_series([&](std::size_t i, Index length) {
    whole_[i] =
        prepare(static_cast<Index>(i), 0, length + options_.horizon, length < needed + options_.horizon ? needed : 0);
  });
}

std::shared_ptr<const Prepared> PreparedSet::prepare(Index s, Index begin, Index end, Index padding) const {
  auto out = std::make_shared<Prepared>(
      apply_preparation(preparation_, options_, stretch_of(*set_, s, begin, end, options_),
                        own_.empty() ? std::vector<Scaler>() : own_[static_cast<std::size_t>(s)], padding));
  out->windows.horizon = horizon_;
  return out;
}

PreparedSet::Place PreparedSet::place_of(const Origin& origin) const {
  if (!whole_.empty()) {
    const auto& prepared = whole_[static_cast<std::size_t>(origin.series)];
    return {prepared, origin.time + prepared->padding, origin.time};
  }
  const Index needed = preparation_.lag + options_.lookback;
  // A window more, so that what is missing at its beginning can be filled by what was before it.
  const Index begin = std::max<Index>(0, origin.time - needed - options_.lookback);
  const Index padding = std::max<Index>(0, needed - origin.time);
  const auto prepared = prepare(origin.series, begin, origin.time + options_.horizon, padding);
  return {prepared, origin.time - begin + padding, origin.time - begin};
}

std::vector<PreparedSet::Place> PreparedSet::places_of(Context& context, std::span<const Origin> origins) const {
  std::vector<Place> out(origins.size());
  share_items(context, origins.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) out[i] = place_of(origins[i]);
  });
  return out;
}

namespace {

/// `gather`: of one place, as [T, 1, F].
template <class Gather>
Tensor<float> gather_columns(std::span<const PreparedSet::Place> places, Gather gather) {
  Tensor<float> out;
  for (std::size_t b = 0; b < places.size(); ++b) {
    const Tensor<float> one = gather(places[b]);
    if (b == 0) out = Tensor<float>::uninitialized({one.dim(0), static_cast<Index>(places.size()), one.dim(2)});
    put_column(one, out, static_cast<Index>(b));
  }
  return out;
}

}  // namespace

Tensor<float> PreparedSet::gather_inputs(std::span<const Place> places) {
  return gather_columns(places, [](const Place& place) {
    return recurra::gather_inputs(place.prepared->windows, {&place.row, 1});
  });
}

Tensor<float> PreparedSet::gather_known(std::span<const Place> places, Index count, Index steps) {
  return gather_columns(places, [&](const Place& place) {
    return recurra::gather_known(place.prepared->windows, {&place.row, 1}, count, steps);
  });
}

std::vector<PreparedSet::Place> PreparedSet::places_of(std::span<const Origin> origins) const {
  std::vector<Place> out;
  for (const Origin& origin : origins) out.push_back(place_of(origin));
  return out;
}

Tensor<float> PreparedSet::gather_inputs(std::span<const Origin> origins) const {
  return gather_inputs(places_of(origins));
}

Tensor<float> PreparedSet::gather_known(std::span<const Origin> origins, Index count, Index steps) const {
  return gather_known(places_of(origins), count, steps);
}

WindowBatch PreparedSet::gather(std::span<const Origin> origins) const {
  if (is_one()) {
    std::vector<Index> rows;
    for (const Origin& origin : origins) rows.push_back(origin.time);
    return gather_windows(one().windows, rows);
  }
  WindowBatch out;
  const auto B = static_cast<Index>(origins.size());
  for (Index b = 0; b < B; ++b) {
    const Place place = place_of(origins[static_cast<std::size_t>(b)]);
    const WindowBatch single = gather_windows(place.prepared->windows, {&place.row, 1});
    const Index outputs = single.y.dim(1);
    if (b == 0) {
      out.x = Tensor<float>::uninitialized({single.x.dim(0), B, single.x.dim(2)});
      out.y = Tensor<float>::uninitialized({B, outputs});
      if (single.units.defined()) out.units = Tensor<float>::uninitialized({B, single.units.dim(1)});
    }
    if (out.units.defined())
      std::copy_n(single.units.data(), out.units.dim(1), out.units.data() + b * out.units.dim(1));
    put_column(single.x, out.x, b);
    std::copy_n(single.y.data(), outputs, out.y.data() + b * outputs);
    if (!single.weights.defined()) continue;
    if (!out.weights.defined()) out.weights = Tensor<float>::full(out.y.shape(), 1);
    std::copy_n(single.weights.data(), outputs, out.weights.data() + b * outputs);
  }
  return out;
}

std::vector<double> PreparedSet::undo(const Origin& origin, std::size_t target, std::span<const double> scaled) const {
  const Place place = place_of(origin);
  return undo_preparation(preparation_, options_, *place.prepared, target, place.level, scaled);
}

std::vector<Origin> origins_within(const PreparedSet& prepared, Index horizon, Index begin, Index end) {
  WindowSet windows = prepared.one().windows;
  windows.horizon = horizon;
  std::vector<Origin> out;
  for (const Index row : window_origins(windows, begin, end)) out.push_back({0, row});
  return out;
}

}  // namespace recurra
