// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "recurra/tasks/common/nearest_sequence.h"
#include "recurra/tasks/common/ridge.h"
#include "recurra/tasks/common/sequence_scaling.h"

namespace recurra {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kPenalties[] = {1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100};  // of the mean squared error, standardised inputs
constexpr std::size_t kEvery = 5;                                      // one of so many sequences selects the penalty

using Rows = std::vector<std::vector<double>>;

/// Mean, deviation, minimum, maximum, first and last value of each channel, and the length.
std::vector<double> statistics(std::span<const float> steps, Index D) {
  const auto T = static_cast<Index>(steps.size()) / D;
  std::vector<double> out;
  for (Index d = 0; d < D; ++d) {
    double sum = 0, squares = 0, least = 0, greatest = 0, first = 0, last = 0;
    for (Index t = 0; t < T; ++t) {
      const double x = static_cast<double>(steps[static_cast<std::size_t>(t * D + d)]);
      sum += x;
      squares += x * x;
      least = t == 0 ? x : std::min(least, x);
      greatest = t == 0 ? x : std::max(greatest, x);
      if (t == 0) first = x;
      last = x;
    }
    const double mean = T == 0 ? 0 : sum / static_cast<double>(T);
    const double variance = T == 0 ? 0 : std::max(0.0, squares / static_cast<double>(T) - mean * mean);
    out.insert(out.end(), {mean, std::sqrt(variance), least, greatest, first, last});
  }
  out.push_back(static_cast<double>(T));
  return out;
}

Rows statistics_of(const Sequences<float>& set) {
  Rows out;
  for (Index i = 0; i < set.count(); ++i) out.push_back(statistics(set.steps(i), set.width()));
  return out;
}

/// Puts every column on the scale that it has in the training rows.
void standardise(Rows& train, Rows& test) {
  for (std::size_t c = 0; c < train[0].size(); ++c) {
    std::vector<double> column;
    for (const auto& row : train) column.push_back(row[c]);
    const Scaler scaler = fit_scaler(ScaleKind::standard, column);
    for (Rows* rows : {&train, &test})
      for (auto& row : *rows) row[c] = scaler.apply(row[c]);
  }
}

/// The training sequences that have the target.
std::vector<std::size_t> with_target(const MeasuredSequences& train, std::size_t k) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < train.y.size(); ++i)
    if (!std::isnan(train.y[i][k])) out.push_back(i);
  return out;
}

/// Fits one target on some rows.
LinearMap ridge(const Rows& x, const MeasuredSequences& train, std::size_t k, const std::vector<std::size_t>& items,
                double penalty) {
  RidgeProblem problem(static_cast<Index>(x[0].size()), 1);
  for (const std::size_t i : items) problem.add(x[i].data(), &train.y[i][k]);
  return problem.solve(penalty);
}

double best_penalty(const Rows& x, const MeasuredSequences& train, std::size_t k,
                    const std::vector<std::size_t>& items) {
  std::vector<std::size_t> fitted, judged;
  for (std::size_t i = 0; i < items.size(); ++i) (i % kEvery == kEvery - 1 ? judged : fitted).push_back(items[i]);
  double best = 1, least = std::numeric_limits<double>::infinity();
  if (judged.empty()) return best;
  for (const double penalty : kPenalties) {
    const LinearMap map = ridge(x, train, k, fitted, penalty);
    double error = 0;
    for (const std::size_t i : judged) error += std::pow(map.apply_one(x[i].data(), 0) - train.y[i][k], 2);
    if (error >= least) continue;
    least = error;
    best = penalty;
  }
  return best;
}

}  // namespace

std::vector<NumberGuesses> number_guesses(Context& context, const MeasuredSequences& train,
                                          const LabelledSequences& test, InputKind kind) {
  const std::size_t K = train.targets.size(), N = static_cast<std::size_t>(test.count());
  const Rows nothing(N, std::vector<double>(K, kNaN));
  std::vector<NumberGuesses> out = {{"mean", nothing}, {"ridge on summary statistics", nothing}, {"1-NN", nothing}};
  std::vector<Index> all(static_cast<std::size_t>(train.set.count()));
  std::iota(all.begin(), all.end(), Index{0});
  const SequenceScaling scaling =
      fit_scaling(train.set, all, kind == InputKind::symbols ? ScaleKind::none : ScaleKind::standard);
  const Sequences<float> from = apply_scaling(scaling, train.set), to = apply_scaling(scaling, test);
  Rows x = statistics_of(from), x_test = statistics_of(to);
  standardise(x, x_test);
  for (std::size_t k = 0; k < K; ++k) {
    const std::vector<std::size_t> items = with_target(train, k);
    if (items.empty()) continue;
    double mean = 0;
    for (const std::size_t i : items) mean += train.y[i][k] / static_cast<double>(items.size());
    const LinearMap map = ridge(x, train, k, items, best_penalty(x, train, k, items));
    const std::vector<Index> nearest = nearest_sequences(context, from, {items.begin(), items.end()}, to);
    for (std::size_t i = 0; i < N; ++i) {
      out[0].y[i][k] = mean;
      out[1].y[i][k] = map.apply_one(x_test[i].data(), 0);
      out[2].y[i][k] = train.y[static_cast<std::size_t>(nearest[i])][k];
    }
  }
  return out;
}

}  // namespace recurra
