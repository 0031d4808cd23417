// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/nearest_sequence.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "recurra/base/thread_team.h"

namespace recurra {
namespace {

/// The sequence at `length` evenly spaced places.
std::vector<float> stretched(std::span<const float> steps, Index D, Index length) {
  std::vector<float> out(static_cast<std::size_t>(length * D));
  const auto own = static_cast<Index>(steps.size()) / D;
  for (Index t = 0; t < length && own > 0; ++t) {
    const double place = length == 1 ? 0 : static_cast<double>(t * (own - 1)) / static_cast<double>(length - 1);
    const auto before = static_cast<Index>(place), after = std::min(own - 1, before + 1);
    const auto share = static_cast<float>(place - static_cast<double>(before));
    for (Index d = 0; d < D; ++d)
      out[static_cast<std::size_t>(t * D + d)] = (1 - share) * steps[static_cast<std::size_t>(before * D + d)] +
                                                 share * steps[static_cast<std::size_t>(after * D + d)];
  }
  return out;
}

std::vector<float> mean_step(std::span<const float> steps, Index D) {
  std::vector<float> out(static_cast<std::size_t>(D));
  const auto own = static_cast<Index>(steps.size()) / D;
  for (Index i = 0; i < own * D; ++i)
    out[static_cast<std::size_t>(i % D)] += steps[static_cast<std::size_t>(i)] / static_cast<float>(own);
  return out;
}

template <class Fn>
SequenceRows rows_of(const Sequences<float>& set, Fn fn) {
  SequenceRows out;
  for (Index i = 0; i < set.count(); ++i) out.push_back(fn(set.steps(i)));
  return out;
}

}  // namespace

double squared_distance(const std::vector<float>& a, const std::vector<float>& b, double enough) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size() && sum < enough; ++i) {
    const double e = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += e * e;
  }
  return sum;
}

SequenceRows stretched_rows(const Sequences<float>& set, Index length) {
  return rows_of(set, [&](std::span<const float> steps) { return stretched(steps, set.width(), length); });
}

SequenceRows mean_rows(const Sequences<float>& set) {
  return rows_of(set, [&](std::span<const float> steps) { return mean_step(steps, set.width()); });
}

Index median_length(const Sequences<float>& set) {
  std::vector<Index> lengths = set.lengths();
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2), lengths.end());
  return std::max<Index>(1, lengths[lengths.size() / 2]);
}

bool equal_lengths(const Sequences<float>& a, const Sequences<float>& b) {
  std::vector<Index> lengths = a.lengths(), more = b.lengths();
  lengths.insert(lengths.end(), more.begin(), more.end());
  return std::adjacent_find(lengths.begin(), lengths.end(), std::not_equal_to<>()) == lengths.end();
}

std::vector<Index> nearest_rows(Context& context, RowDistance distance, const SequenceRows& known,
                                const SequenceRows& asked) {
  std::vector<Index> out(asked.size());
  context.team().run([&](int thread, int threads) {
    for (auto [i, end] = share(static_cast<std::int64_t>(asked.size()), thread, threads); i < end; ++i) {
      double best = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < known.size(); ++k) {
        const double d = distance(asked[static_cast<std::size_t>(i)], known[k], best);
        if (d >= best) continue;
        best = d;
        out[static_cast<std::size_t>(i)] = static_cast<Index>(k);
      }
    }
  });
  return out;
}

std::vector<Index> nearest_sequences(Context& context, const Sequences<float>& known, const std::vector<Index>& items,
                                     const Sequences<float>& asked) {
  const Index length = median_length(known);
  const SequenceRows all = stretched_rows(known, length);
  SequenceRows some;
  for (const Index item : items) some.push_back(all[static_cast<std::size_t>(item)]);
  std::vector<Index> out = nearest_rows(context, squared_distance, some, stretched_rows(asked, length));
  for (Index& place : out) place = items[static_cast<std::size_t>(place)];
  return out;
}

}  // namespace recurra
