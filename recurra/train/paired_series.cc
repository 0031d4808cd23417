// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/paired_series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace recurra {
namespace {

constexpr std::size_t kExact = 50;

/// Twice the rank of each size, the mean rank of a tie: whole numbers.
std::vector<Index> doubled_ranks(const std::vector<double>& sorted_sizes) {
  std::vector<Index> ranks;
  for (std::size_t i = 0; i < sorted_sizes.size();) {
    std::size_t end = i;
    while (end < sorted_sizes.size() && sorted_sizes[end] == sorted_sizes[i]) ++end;
    ranks.insert(ranks.end(), end - i, static_cast<Index>(i + 1 + end));
    i = end;
  }
  return ranks;
}

/// P(sum of the ranks whose sign is + <= w), every pattern of signs as likely as any other.
double exact_at_most(const std::vector<Index>& ranks, Index w) {
  std::vector<double> ways = {1};  // probability of each sum
  for (const Index rank : ranks) {
    std::vector<double> next(ways.size() + static_cast<std::size_t>(rank), 0.0);
    for (std::size_t s = 0; s < ways.size(); ++s) {
      next[s] += ways[s] / 2;
      next[s + static_cast<std::size_t>(rank)] += ways[s] / 2;
    }
    ways = std::move(next);
  }
  double total = 0;
  for (Index s = 0; s <= w; ++s) total += ways[static_cast<std::size_t>(s)];
  return total;
}

/// The normal approximation; the variance of the doubled sum is sum rank^2 / 4, which holds the correction for ties.
double approximate_at_most(const std::vector<Index>& ranks, Index w) {
  double sum = 0, squares = 0;
  for (const Index rank : ranks) {
    sum += static_cast<double>(rank);
    squares += static_cast<double>(rank) * static_cast<double>(rank);
  }
  const double z = (static_cast<double>(w) + 1 - sum / 2) / std::sqrt(squares / 4);  // + 1: half a rank, for continuity
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

}  // namespace

double SeriesComparison::share_won() const {
  const auto n = static_cast<double>(series());
  return n > 0 ? (static_cast<double>(won) + static_cast<double>(tied) / 2) / n
               : std::numeric_limits<double>::quiet_NaN();
}

SeriesComparison compare_over_series(std::span<const double> a, std::span<const double> b) {
  require<ShapeError>(a.size() == b.size(), "compare_over_series: ", a.size(), " and ", b.size(), " series");
  SeriesComparison out;
  std::vector<double> differences;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = a[i] - b[i];
    if (std::isnan(d)) continue;
    sum += d;
    ++(d < 0 ? out.won : d > 0 ? out.lost : out.tied);
    if (d != 0) differences.push_back(d);
  }
  out.mean_difference =
      out.series() > 0 ? sum / static_cast<double>(out.series()) : std::numeric_limits<double>::quiet_NaN();
  if (differences.empty()) return out;
  std::sort(differences.begin(), differences.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
  std::vector<double> sizes;
  for (const double d : differences) sizes.push_back(std::abs(d));
  const std::vector<Index> ranks = doubled_ranks(sizes);
  Index below = 0, above = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) (differences[i] < 0 ? below : above) += ranks[i];
  const Index smaller = std::min(below, above);
  const double tail = ranks.size() <= kExact ? exact_at_most(ranks, smaller) : approximate_at_most(ranks, smaller);
  out.p_value = std::min(1.0, 2 * tail);
  return out;
}

}  // namespace recurra
