// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/linear_start.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/tasks/forecast/ridge_rivals.h"

namespace recurra {
namespace {

constexpr double kSkipEffectPenalty = 1e-3;

/// Rows that are held.
struct HeldWindows {
  Index inputs = 0, outputs = 0;
  std::vector<float> values;

  Index count() const { return static_cast<Index>(values.size()) / std::max<Index>(inputs + outputs, 1); }
  const float* x(Index row) const { return values.data() + row * (inputs + outputs); }
  const float* y(Index row) const { return x(row) + inputs; }
  RidgeRows rows() const {
    return {count(), inputs, outputs, [this](Index row, double* to_x, double* to_y) {
              std::copy_n(x(row), inputs, to_x);
              std::copy_n(y(row), outputs, to_y);
            }};
  }
};

HeldWindows hold_windows(const RidgeRows& rows) {
  HeldWindows out{rows.inputs, rows.outputs, {}};
  std::vector<double> x(static_cast<std::size_t>(rows.inputs)), y(static_cast<std::size_t>(rows.outputs));
  for (Index row = 0; row < rows.rows; ++row) {
    rows.row(row, x.data(), y.data());
    for (const double v : x) out.values.push_back(static_cast<float>(v));
    for (const double v : y) out.values.push_back(static_cast<float>(v));
  }
  return out;
}

/// The columns of a row of the skip that hold the plan, for a skip that reads one target.
struct PlanPlaces {
  Index lookback, steps;
  std::vector<Index> widths;

  Index width() const { return std::accumulate(widths.begin(), widths.end(), Index{0}); }
  /// Calls fn(number, column of the row at step h of the horizon, that at step 0 of the window, its stride).
  template <class Fn>
  void each(Fn fn) const {
    Index number = 0, first = lookback;
    for (const Index width : widths) {
      for (Index i = 0; i < width; ++i) fn(number++, first + i, first + steps * width + i, width);
      first += width * (steps + lookback);
    }
  }
};

/// The effect of each number of the plan on the target of its step.
std::vector<double> fit_effects(const HeldWindows& rows, const PlanPlaces& plan) {
  RidgeProblem problem(plan.width(), 1);
  std::vector<double> change(static_cast<std::size_t>(plan.width()));
  for (Index row = 0; row < rows.count(); ++row) {
    const float* x = rows.x(row);
    const double y = rows.y(row)[0] - x[plan.lookback - 1];
    if (std::isnan(y)) continue;
    plan.each([&](Index number, Index ahead, Index window, Index stride) {
      change[static_cast<std::size_t>(number)] = x[ahead] - x[window + (plan.lookback - 1) * stride];
    });
    problem.add(change.data(), &y);
  }
  if (problem.rows() == 0) return {};
  return problem.solve(kSkipEffectPenalty).weight;
}

/// The rows without the effects: a window of the target and what follows.
HeldWindows without_effects(const HeldWindows& rows, const PlanPlaces& plan, const std::vector<double>& effects,
                            bool relative) {
  HeldWindows out{plan.lookback, plan.steps, {}};
  for (Index row = 0; row < rows.count(); ++row) {
    const float* x = rows.x(row);
    std::vector<double> values(x, x + plan.lookback);
    values.insert(values.end(), rows.y(row), rows.y(row) + plan.steps);
    plan.each([&](Index number, Index ahead, Index window, Index stride) {
      const double effect = effects[static_cast<std::size_t>(number)];
      for (Index l = 0; l < plan.lookback; ++l) values[static_cast<std::size_t>(l)] -= effect * x[window + l * stride];
      for (Index h = 0; h < plan.steps; ++h)
        values[static_cast<std::size_t>(plan.lookback + h)] -= effect * x[ahead + h * stride];
    });
    const double base = relative ? values[static_cast<std::size_t>(plan.lookback - 1)] : 0;
    for (const double v : values) out.values.push_back(static_cast<float>(v - base));
  }
  return out;
}

/// The map of the rows with the effects, from that of the rows without.
LinearMap with_effects(const LinearMap& bare, const PlanPlaces& plan, const std::vector<double>& effects, Index inputs,
                       bool relative) {
  const Index L = plan.lookback;
  LinearMap out{inputs, plan.steps, std::vector<double>(static_cast<std::size_t>(inputs * plan.steps)), bare.bias};
  for (Index h = 0; h < plan.steps; ++h) {
    double* to = out.weight.data() + h * inputs;
    std::vector<double> weight(bare.weight.begin() + h * L, bare.weight.begin() + (h + 1) * L);
    // Relative rows had their last value subtracted, effect and all, from the window and from what follows.
    if (relative) weight.back() += 1 - std::accumulate(weight.begin(), weight.end(), 0.0);
    std::copy(weight.begin(), weight.end(), to);
    plan.each([&](Index number, Index ahead, Index window, Index stride) {
      const double effect = effects[static_cast<std::size_t>(number)];
      to[ahead + h * stride] += effect;
      for (Index l = 0; l < L; ++l) to[window + l * stride] -= effect * weight[static_cast<std::size_t>(l)];
    });
  }
  return out;
}

double error_of(const LinearMap& map, const HeldWindows& rows) {
  double sum = 0, count = 0;
  for (Index row = 0; row < rows.count(); ++row) {
    const std::vector<double> x(rows.x(row), rows.x(row) + rows.inputs);
    const std::vector<double> said = map.apply(x.data());
    for (std::size_t i = 0; i < said.size(); ++i) {
      const double error = std::abs(said[i] - static_cast<double>(rows.y(row)[i]));
      if (std::isnan(error)) continue;
      sum += error;
      ++count;
    }
  }
  return count > 0 ? sum / count : INFINITY;
}

SkipStart fit_rows(Context& context, const RidgeRows& train, const RidgeRows& validation, const SkipStart* as) {
  if (as != nullptr) return {solve_ridge(context, train, as->penalty).map, as->penalty};
  const RidgeRival ridge = fit_ridge_rival(context, train, validation.rows > 0 ? validation : train);
  return {ridge.map(), ridge.penalty()};
}

}  // namespace

SkipStart fit_skip(Context& context, const ForecastNet& net, const ForecastOptions& o, const RidgeRows& train,
                   const RidgeRows& validation, const SkipStart* as) {
  const ForecastNet::SkipLayout layout = net.skip_layout();
  const Index own = o.skip_shared ? 1 : targets_of(o);
  const PlanPlaces plan{o.lookback, train.outputs / own, layout.widths};
  const bool differenced = o.difference == DifferenceKind::first || o.difference == DifferenceKind::seasonal;
  const bool possible = layout.window && plan.width() > 0 && !differenced && own == 1;
  SkipStart out;
  if (as == nullptr || !as->effects_first) out = fit_rows(context, train, validation, as);
  if (!possible || (as != nullptr && !as->effects_first)) return out;
  const HeldWindows fitted = hold_windows(train), judged = hold_windows(validation);
  const std::vector<double> effects = fit_effects(fitted, plan);
  if (effects.empty()) return out;
  const bool relative = o.difference == DifferenceKind::last;
  const HeldWindows bare_fitted = without_effects(fitted, plan, effects, relative),
                    bare_judged = without_effects(judged, plan, effects, relative);
  SkipStart bare = fit_rows(context, bare_fitted.rows(), bare_judged.rows(), as);
  bare.map = with_effects(bare.map, plan, effects, fitted.inputs, relative);
  bare.effects_first = true;
  if (as != nullptr) return bare;
  const HeldWindows& scored = judged.count() > 0 ? judged : fitted;
  return error_of(bare.map, scored) <= error_of(out.map, scored) ? bare : out;
}

}  // namespace recurra
