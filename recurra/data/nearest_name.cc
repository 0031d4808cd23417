// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "recurra/data/utf8.h"

namespace recurra {
namespace {

/// Letters to insert, remove, change or swap with the next (Damerau, in its restricted form). Cost: a.size() b.size().
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1});
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 60, kMax = 2000;  // bounds the work on unusual files
  std::string best;
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  if (wanted.size() > kLongest) return best;
  for (std::size_t i = 0; i < std::min(names.size(), kMax); ++i) {
    if (names[i].size() > kLongest) continue;
    const std::size_t distance = edit_distance(lower_ascii(wanted), lower_ascii(names[i]));
    if (distance < least) {
      least = distance;
      best = names[i];
    }
  }
  return best;
}

}  // namespace recurra
