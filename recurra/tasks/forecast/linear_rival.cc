// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/linear_rival.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recurra {
namespace {

constexpr double kPenalties[] = {1e-4, 1e-3, 1e-2, 1e-1, 1.0};  // relative to inputs of deviation 1
constexpr std::size_t kWindowsFitted = 20'000, kWindowsScored = 5'000;
constexpr double kMaxProducts = 1e10;  // of all maps together
constexpr int kMaxFillings = 30;
constexpr double kSettled = 1e-6;  // in the scale of the windows

/// A window of some targets, the first of them `first`.
struct Sample {
  Index origin, first;
};

/// The inputs and outputs of one map: `count` targets from the first of a sample on.
struct Extent {
  Index steps, count, horizon;

  Index inputs() const { return steps * count; }
  Index outputs() const { return horizon * count; }
};

std::vector<ops::ColumnScale<float>> scales_of(const WindowSet& windows, const Sample& sample, const Extent& extent) {
  std::vector<ops::ColumnScale<float>> out;
  for (Index c = 0; c < extent.count; ++c) out.push_back(windows.scale(sample.origin, sample.first + c));
  return out;
}

std::vector<double> inputs_of(const WindowSet& windows, const Sample& sample, const Extent& extent) {
  const Index F = windows.inputs.dim(1);
  const auto scales = scales_of(windows, sample, extent);
  std::vector<double> x;
  for (Index t = sample.origin - extent.steps; t < sample.origin; ++t)
    for (Index c = 0; c < extent.count; ++c) {
      const ops::ColumnScale<float>& scale = scales[static_cast<std::size_t>(c)];
      x.push_back(static_cast<double>((windows.inputs[t * F + sample.first + c] - scale.shift) / scale.factor));
    }
  return x;
}

/// NaN where missing.
std::vector<double> outputs_of(const WindowSet& windows, const Sample& sample, const Extent& extent) {
  const Index O = windows.targets.dim(1);
  const auto scales = scales_of(windows, sample, extent);
  std::vector<double> y;
  for (Index t = sample.origin; t < sample.origin + extent.horizon; ++t)
    for (Index c = 0; c < extent.count; ++c) {
      const ops::ColumnScale<float>& scale = scales[static_cast<std::size_t>(c)];
      y.push_back(static_cast<double>((windows.targets[t * O + sample.first + c] - scale.shift) / scale.factor));
    }
  return y;
}

template <class T>
std::vector<T> thinned(const std::vector<T>& x, std::size_t most) {
  const std::size_t stride = x.size() / std::max<std::size_t>(most, 1) + 1;
  std::vector<T> out;
  for (std::size_t i = 0; i < x.size(); i += stride) out.push_back(x[i]);
  return out;
}

/// Mean absolute error over the present targets.
double score(const LinearMap& map, const WindowSet& windows, const std::vector<Sample>& samples, const Extent& extent) {
  double sum = 0, count = 0;
  for (const Sample& sample : samples) {
    const auto forecast = map.apply(inputs_of(windows, sample, extent).data());
    const auto actual = outputs_of(windows, sample, extent);
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (std::isnan(actual[i])) continue;
      sum += std::abs(forecast[i] - actual[i]);
      ++count;
    }
  }
  return sum / count;
}

/// The regression of one map, and the values that replace missing outputs.
class Regression {
 public:
  Regression(const WindowSet& windows, const std::vector<Sample>& samples, const Extent& extent)
      : problem_(extent.inputs(), extent.outputs()) {
    add(windows, samples, extent);
  }

  void add(const WindowSet& windows, const std::vector<Sample>& samples, const Extent& extent) {
    for (const Sample& sample : samples) {
      const std::vector<double> x = inputs_of(windows, sample, extent);
      std::vector<double> y = outputs_of(windows, sample, extent);
      bool complete = true;
      for (std::size_t o = 0; o < y.size(); ++o) {
        if (!std::isnan(y[o])) continue;
        filled_.push_back({complete ? inputs_.size() : inputs_.size() - 1, static_cast<Index>(o), 0});
        if (complete) inputs_.push_back(x);
        complete = false;
        y[o] = 0;
      }
      problem_.add(x.data(), y.data());
    }
  }

  LinearMap solve(double penalty) {
    const RidgeFactor factor = problem_.factorise(penalty);
    LinearMap map = problem_.solve(factor);
    for (int round = 0; round < kMaxFillings && fill(map) > kSettled; ++round) map = problem_.solve(factor);
    return map;
  }

 private:
  struct Filled {
    std::size_t window;
    Index output;
    double value;
  };

  /// Replaces missing outputs by those of the map. Returns the largest change.
  double fill(const LinearMap& map) {
    double largest = 0;
    for (Filled& f : filled_) {
      const double* x = inputs_[f.window].data();
      const double change = map.apply_one(x, f.output) - f.value;
      problem_.change_output(x, f.output, change);
      f.value += change;
      largest = std::max(largest, std::abs(change));
    }
    return largest;
  }

  RidgeProblem problem_;
  std::vector<std::vector<double>> inputs_;  ///< of the windows with a missing output
  std::vector<Filled> filled_;
};

struct Fitted {
  LinearMap map;
  double penalty = 0;
};

/// By the penalty that does best on `scored`.
Fitted best_fit(Regression& regression, const WindowSet& windows, const std::vector<Sample>& scored,
                const Extent& extent) {
  Fitted best;
  double best_score = std::numeric_limits<double>::infinity();
  for (const double p : kPenalties) {
    LinearMap map = regression.solve(p);
    const double error = score(map, windows, scored, extent);
    if (best.penalty > 0 && !(error < best_score)) continue;
    best = {std::move(map), p};
    best_score = error;
  }
  return best;
}

Fitted fit_map(const WindowSet& windows, const std::vector<Sample>& train, const std::vector<Sample>& validation,
               const Extent& extent, double penalty) {
  Regression regression(windows, train, extent);
  if (penalty > 0) return {regression.solve(penalty), penalty};
  return best_fit(regression, windows, validation.empty() ? train : validation, extent);
}

/// Windows of the targets that one map is for.
std::vector<Sample> samples_of(const std::vector<Index>& origins, Index first, Index last, std::size_t most) {
  std::vector<Sample> out;
  for (const Index origin : origins)
    for (Index o = first; o < last; ++o) out.push_back({origin, o});
  return thinned(out, most);
}

}  // namespace

LinearRival fit_linear_rival(const WindowSet& windows, const std::vector<Index>& train,
                             const std::vector<Index>& validation, LinearKind kind,
                             const std::vector<double>& penalties) {
  require(!train.empty(), "fit_linear_rival: expected at least one training window");
  const Index O = windows.targets.dim(1), L = windows.lookback;
  if (kind == LinearKind::joint && (L * O > kMaxRivalInputs)) kind = LinearKind::per_target;
  const bool joint = kind == LinearKind::joint;
  LinearRival out{kind, joint ? L : std::min(L, kMaxRivalInputs), windows.horizon, O, {}, {}};
  const Extent extent{out.steps, joint ? O : 1, windows.horizon};
  const Index count = kind == LinearKind::per_target ? O : 1;
  const double products = static_cast<double>(extent.inputs()) * static_cast<double>(extent.inputs() + 1) / 2;
  const double affordable = kMaxProducts / (products * static_cast<double>(count));
  const auto most = std::max<std::size_t>(static_cast<std::size_t>(std::min(affordable, 1e9)), 200);
  for (Index i = 0; i < count; ++i) {
    const Index first = kind == LinearKind::per_target ? i : 0, last = kind == LinearKind::shared ? O : first + 1;
    const auto at = static_cast<std::size_t>(i);
    Fitted fitted =
        fit_map(windows, samples_of(train, first, last, std::min(most, kWindowsFitted)),
                samples_of(validation, first, last, kWindowsScored), extent, at < penalties.size() ? penalties[at] : 0);
    out.maps.push_back(std::move(fitted.map));
    out.penalties.push_back(fitted.penalty);
  }
  return out;
}

std::vector<double> LinearRival::forecast(const WindowSet& windows, Index origin, Index target) const {
  const bool joint = kind == LinearKind::joint;
  const Extent extent{steps, joint ? targets : 1, horizon};
  const LinearMap& map = maps[kind == LinearKind::per_target ? static_cast<std::size_t>(target) : 0];
  const std::vector<double> x = inputs_of(windows, {origin, joint ? 0 : target}, extent);
  std::vector<double> out;
  for (Index h = 0; h < horizon; ++h) out.push_back(map.apply_one(x.data(), joint ? h * targets + target : h));
  return out;
}

LinearMap LinearRival::whole(Index lookback) const {
  if (kind == LinearKind::joint) return maps[0];
  const Index own = kind == LinearKind::shared ? 1 : targets, skipped = lookback - steps;
  LinearMap out{lookback * own, horizon * own, {}, {}};
  out.weight.assign(static_cast<std::size_t>(out.inputs * out.outputs), 0.0);
  out.bias.assign(static_cast<std::size_t>(out.outputs), 0.0);
  for (Index o = 0; o < own; ++o) {
    const LinearMap& map = maps[static_cast<std::size_t>(o)];
    for (Index h = 0; h < horizon; ++h) {
      const Index row = h * own + o;
      out.bias[static_cast<std::size_t>(row)] = map.bias[static_cast<std::size_t>(h)];
      for (Index l = 0; l < steps; ++l)
        out.weight[static_cast<std::size_t>(row * out.inputs + (skipped + l) * own + o)] =
            map.weight[static_cast<std::size_t>(h * steps + l)];
    }
  }
  return out;
}

std::vector<LinearMap> fit_rolling(const WindowSet& windows, const std::vector<RollingFold>& folds) {
  require(!folds.empty() && !folds[0].learned.empty() && !folds[0].scored.empty(),
          "fit_rolling: expected windows to learn from and to forecast in the first fold");
  const Index O = windows.targets.dim(1);
  const Extent extent{windows.lookback, O, windows.horizon};
  const auto samples = [](const std::vector<Index>& origins) {
    return samples_of(origins, 0, 1, std::numeric_limits<std::size_t>::max());
  };
  Regression regression(windows, samples(folds[0].learned), extent);
  Fitted first = best_fit(regression, windows, samples(folds[0].scored), extent);
  std::vector<LinearMap> out = {std::move(first.map)};
  for (std::size_t k = 1; k < folds.size(); ++k) {
    regression.add(windows, samples(folds[k].learned), extent);
    out.push_back(regression.solve(first.penalty));
  }
  return out;
}

std::vector<double> rolling_forecast(const LinearMap& map, const WindowSet& windows, Index origin) {
  const Index O = windows.targets.dim(1);
  const std::vector<double> x = inputs_of(windows, {origin, 0}, {windows.lookback, O, windows.horizon});
  std::vector<double> out;
  for (Index h = 0; h < windows.horizon; ++h) out.push_back(map.apply_one(x.data(), h * O));
  return out;
}

}  // namespace recurra
