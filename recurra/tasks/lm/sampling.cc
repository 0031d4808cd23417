// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recurra {

void check_sampling(const SamplingOptions& o) {
  require(o.temperature >= 0 && std::isfinite(o.temperature), "temperature: expected at least 0 (0: greedy), found ",
          o.temperature);
  require(o.top_k >= 0, "top-k: expected at least 0 (0: all), found ", o.top_k);
  require(o.top_p > 0 && o.top_p <= 1, "top-p: expected above 0 to 1, found ", o.top_p);
}

Index sample_token(std::span<const float> logits, const SamplingOptions& options, Random& random) {
  check_sampling(options);
  require(!logits.empty(), "sample_token: expected at least one logit");
  require(std::none_of(logits.begin(), logits.end(), [](float x) { return std::isnan(x); }),
          "sample_token: a logit is NaN");
  std::vector<Index> order(logits.size());
  std::iota(order.begin(), order.end(), Index{0});
  const auto logit = [&](Index i) { return static_cast<double>(logits[static_cast<std::size_t>(i)]); };
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return logit(a) > logit(b); });
  if (options.temperature == 0) return order[0];
  if (options.top_k > 0) order.resize(std::min(order.size(), static_cast<std::size_t>(options.top_k)));

  std::vector<double> upto;  // sums of unnormalised probabilities
  for (const Index i : order)
    upto.push_back((upto.empty() ? 0 : upto.back()) + std::exp((logit(i) - logit(order[0])) / options.temperature));
  const double kept = options.top_p * upto.back();
  const auto last = std::lower_bound(upto.begin(), upto.end(), kept);
  const auto count = std::min(static_cast<std::size_t>(last - upto.begin()) + 1, upto.size());
  const double draw = random.uniform(0, upto[count - 1]);
  const auto found = std::upper_bound(upto.begin(), upto.begin() + static_cast<std::ptrdiff_t>(count) - 1, draw);
  return order[static_cast<std::size_t>(found - upto.begin())];
}

}  // namespace recurra
