// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series_notes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "recurra/data/number.h"

namespace recurra {
namespace {

double median_of(std::vector<double>& x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return *middle;
}

}  // namespace

std::string missing_note(const std::string& column, std::span<const double> x, Index told) {
  Index missing = 0, run = 0, longest = 0;
  for (const double v : x) {
    run = std::isnan(v) ? run + 1 : 0;
    missing += std::isnan(v) ? 1 : 0;
    longest = std::max(longest, run);
  }
  if (missing <= told) return "";
  return concat("column ", quote_for_message(column), ": ", missing, " of ", x.size(),
                missing == 1 ? " values is missing" : " values are missing", ", the longest run ", longest,
                run > 0 ? concat(", ", run, " at the end") : ", none at the end");
}

std::string outlier_note(const std::string& column, std::span<const double> x,
                         const std::function<std::string(Index)>& place) {
  constexpr double kFar = 50, kToSigma = 1.4826;
  constexpr std::size_t kMin = 10;  // values, to speak of a spread
  std::vector<double> present;
  std::copy_if(x.begin(), x.end(), std::back_inserter(present), [](double v) { return !std::isnan(v); });
  if (present.size() < kMin) return "";
  const std::size_t count = present.size();
  const double middle = median_of(present);
  for (double& v : present) v = std::abs(v - middle);
  std::vector<double> distances = present;
  double deviation = median_of(distances);
  if (deviation == 0) {
    std::erase(present, 0.0);
    if (present.size() < kMin) return "";
    deviation = median_of(present);
  }
  Index far = 0, first = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::abs(x[i] - middle) > kFar * kToSigma * deviation && far++ == 0) first = static_cast<Index>(i);
  if (far == 0 || 20 * static_cast<std::size_t>(far) > count) return "";
  return concat("column ", quote_for_message(column), ": ", far, far == 1 ? " value is" : " values are",
                " more than 50 robust deviations from the median, ", middle, far == 1 ? ": " : "; the first is ",
                x[static_cast<std::size_t>(first)], " at ", place(first),
                "; empty the cell if it is not a measurement, or try --scale robust");
}

}  // namespace recurra
