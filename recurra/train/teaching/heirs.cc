// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/heirs.h"

#include <algorithm>
#include <cmath>

#include "recurra/base/error.h"
#include "recurra/base/random.h"

namespace recurra {
namespace {

/// h = keep h_before + add: two such steps in sequence compose to one of the same form.
struct LinearStep {
  double keep, add;
};

LinearStep joined(const LinearStep& before, const LinearStep& after) {
  return {before.keep * after.keep, after.keep * before.add + after.add};
}

/// The state after every step, as Hillis and Steele's scan gives it: each level joins steps twice as far apart, and all
/// joins of a level are independent. Returns the number of levels.
Index scan(std::vector<LinearStep>& steps) {
  Index levels = 0;
  for (std::size_t apart = 1; apart < steps.size(); apart *= 2, ++levels) {
    const std::vector<LinearStep> before = steps;
    for (std::size_t t = apart; t < steps.size(); ++t) steps[t] = joined(before[t - apart], before[t]);
  }
  return levels;
}

void compare_scan(const HeirsOptions& o, Heirs& out) {
  Random random(o.seed, stream_id("heirs/scan"));
  std::vector<LinearStep> steps;
  std::vector<double> states;
  double h = 0;
  for (Index t = 0; t < o.T; ++t) {
    const double z = random.uniform(), n = random.uniform(-1, 1);
    steps.push_back({1 - z, z * n});
    h = (1 - z) * h + z * n;
    states.push_back(h);
  }
  out.scan_levels = scan(steps);
  for (std::size_t t = 0; t < states.size(); ++t)
    out.scan_difference = std::max(out.scan_difference, std::abs(steps[t].add - states[t]));
}

void fill_kept(const HeirsOptions& o, Heirs& out) {
  const double f = 1 / (1 + std::exp(-o.forget_bias)), weight = std::exp(o.mark);
  double all = 0;  // f^j over all lags
  for (Index j = 0; j <= o.T; ++j) all += std::pow(f, static_cast<double>(j));
  for (Index k = 0; k <= o.T; ++k) {
    const auto lag = static_cast<double>(k);
    const double gated = std::pow(f, lag);
    double spread = 0;
    for (Index n = 0; n < o.states; ++n) {
      const double place = o.states > 1 ? static_cast<double>(n) / static_cast<double>(o.states - 1) : 1;
      spread += std::exp(-lag / std::pow(static_cast<double>(o.T), place)) / static_cast<double>(o.states);
    }
    out.kept.at({k, kPlainRnn}) = std::pow(o.radius, lag);
    out.kept.at({k, kGru}) = out.kept.at({k, kLstm}) = out.kept.at({k, kMinGru}) = gated;
    out.kept.at({k, kSlstm}) = weight * gated / (weight * gated + all - gated);
    out.kept.at({k, kStateSpace}) = spread;
    out.kept.at({k, kAttention}) = weight / (weight + static_cast<double>(o.T));
  }
}

}  // namespace

Heirs compare_heirs(const HeirsOptions& o) {
  require(o.T >= 1 && o.width >= 1 && o.states >= 1,
          "compare_heirs: expected T, width and states of at least 1, found ", o.T, ", ", o.width, " and ", o.states);
  require(o.radius >= 0 && o.radius <= 1, "compare_heirs: expected a radius from 0 to 1, found ", o.radius);
  const auto H = static_cast<double>(o.width), N = static_cast<double>(o.states), T = static_cast<double>(o.T);
  Heirs out{Tensor<double>({o.T + 1, kHeirs}), Tensor<double>({o.T, kHeirs}), {}, {}};
  fill_kept(o, out);
  for (Index t = 1; t <= o.T; ++t) {
    const double pair = 2 * H * H;  // W x and U h
    const double products[kHeirs] = {
        pair, 3 * pair, 4 * pair, pair, 4 * pair, 3 * H * N + H * H, 2 * pair + 2 * H * static_cast<double>(t)};
    for (Index heir = 0; heir < kHeirs; ++heir) out.products.at({t - 1, heir}) = products[heir];
  }
  compare_scan(o, out);
  const auto levels = static_cast<double>(out.scan_levels);
  out.state = {H, H, 2 * H, H, 3 * H, H * N, 2 * H * T};
  out.waits = {T, T, T, levels, T, levels, 1};
  return out;
}

}  // namespace recurra
