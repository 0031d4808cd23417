// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/pretraining.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/likelihood.h"
#include "recurra/base/random.h"
#include "recurra/data/synthetic_series.h"
#include "recurra/tasks/common/share_items.h"

namespace recurra {
namespace {

constexpr std::uint64_t kValidation = std::uint64_t{1} << 63;  // numbers from here on are for validation
constexpr std::uint64_t kMaxItems = std::uint64_t{1} << 24;    // of an epoch
constexpr Index kSomeYears = 48, kUsualContext = 512, kLongContext = 1024, kScoredAtOnce = 256;
constexpr double kMaxTarget = 30;
constexpr double kUntold = 0.06;  // of series: their season, or the long one, is not told

/// Values before the horizon: half of the time 512 or more, as long seasons need; else what months and weeks of some
/// years are; seldom very few.
Index draw_context(Random& random) {
  const double u = random.uniform();
  const auto between = [&](Index low, Index high) {
    return low + static_cast<Index>(random.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const auto by_ratio = [&](Index low, Index high) {
    const double x = random.uniform(std::log(static_cast<double>(low)), std::log(static_cast<double>(high)));
    return std::clamp(static_cast<Index>(std::exp(x)), low, high);
  };
  if (u < 0.2) return kUsualContext;
  if (u < 0.34) return between(kUsualContext, kLongContext);
  if (u < 0.42) return between(kLongContext, kNowMaxContext);
  if (u < 0.48) return kNowMaxContext;
  return u < 0.82 ? by_ratio(kSomeYears, kUsualContext) : by_ratio(kNowMinContext, 2 * kSomeYears);
}

/// A series, cut where the net is to go on.
struct Made {
  SyntheticSeries kind;
  std::vector<double> past, next;
};

Made make_item(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number, std::uint64_t{1} << 62);
  const Index n = draw_context(random);
  std::vector<float> values(static_cast<std::size_t>(n + kNowHorizon));
  SyntheticSeries kind = synthetic_series(seed, number, values);
  if (random.uniform() < kUntold) kind.season = 1;
  if (random.uniform() < kUntold || kind.season == 1) kind.long_season = 1;
  return {kind, {values.begin(), values.begin() + n}, {values.begin() + n, values.end()}};
}

/// Calls fn(batch, quantiles) for the validation series, a part at a time.
template <class Fn>
void each_validation_batch(Context& context, const NowModel& model, const PretrainingOptions& options, Fn fn) {
  for (Index first = 0; first < options.validation_items; first += kScoredAtOnce) {
    std::vector<std::uint64_t> numbers;
    for (Index i = first; i < std::min(first + kScoredAtOnce, options.validation_items); ++i)
      numbers.push_back(kValidation + static_cast<std::uint64_t>(i));
    const PretrainingBatch batch = pretraining_batch(context, options.seed, numbers);
    fn(batch, now_quantiles(context, *model.net, batch.readings));
  }
}

}  // namespace

void add_window(PretrainingBatch& batch, Index i, std::vector<double> past, Index season, Index long_season,
                std::span<const double> next, bool logarithm) {
  const auto present = [](double v) { return !std::isnan(v); };
  if (std::count_if(past.begin(), past.end(), present) < kNowMinContext) past.assign({0, 0, 0});
  const NowReading& reading = batch.readings.emplace_back(past, season, long_season, logarithm);
  if (reading.constant()) return;
  for (Index h = 0; h < static_cast<Index>(next.size()); ++h) {
    const double v = next[static_cast<std::size_t>(h)];
    if (!present(v)) continue;
    batch.targets[i * kNowHorizon + h] = static_cast<float>(std::clamp(reading.q_of(h, v), -kMaxTarget, kMaxTarget));
    batch.weights[i * kNowHorizon + h] = 1;
  }
}

PretrainingBatch pretraining_batch(Context& context, std::uint64_t seed, std::span<const std::uint64_t> numbers) {
  const auto B = static_cast<Index>(numbers.size());
  std::vector<Made> items(numbers.size());
  share_items(context, numbers.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) items[i] = make_item(seed, numbers[i]);
  });
  PretrainingBatch batch{{}, Tensor<float>({B, kNowHorizon}), Tensor<float>({B, kNowHorizon})};
  for (std::size_t i = 0; i < items.size(); ++i)
    add_window(batch, static_cast<Index>(i), std::move(items[i].past), items[i].kind.season, items[i].kind.long_season,
               items[i].next);
  return batch;
}

Pretraining::Pretraining(const NowModel& model, const PretrainingOptions& options)
    : model_(model), options_(options), block_(model.net->parameters()) {
  require(options.items >= 1 && options.items <= static_cast<Index>(kMaxItems) && options.validation_items >= 1,
          "Pretraining: expected 1 to ", kMaxItems, " series an epoch and at least 1 for validation, found ",
          options.items, " and ", options.validation_items);
}

Problem::Loss Pretraining::training_loss(Tape<float>& tape, std::span<const Index> items) const {
  std::vector<std::uint64_t> numbers;
  for (const Index item : items) numbers.push_back(tape.options().step * kMaxItems + static_cast<std::uint64_t>(item));
  const PretrainingBatch batch = pretraining_batch(tape.context(), options_.seed, numbers);
  const NowInputs inputs = now_inputs(tape.context(), batch.readings, model_.net->options().patch);
  double weight = 0;
  for (const float w : batch.weights.span()) weight += static_cast<double>(w);
  return {pinball_loss(tape, now_levels(), model_.net->forward(tape, inputs), batch.targets, batch.weights), weight};
}

std::optional<double> Pretraining::validation_loss(Context& context) const {
  return score_pretraining(context, model_, options_).pinball;
}

PretrainingScores score_pretraining(Context& context, const NowModel& model, const PretrainingOptions& options) {
  const std::vector<double>& levels = now_levels();
  const std::size_t Q = levels.size(), median = Q / 2;
  PretrainingScores scores;
  double count = 0;
  each_validation_batch(context, model, options, [&](const PretrainingBatch& batch, const Tensor<float>& quantiles) {
    for (Index i = 0; i < batch.targets.size(); ++i) {
      if (batch.weights[i] == 0) continue;
      const float* q = quantiles.data() + i * static_cast<Index>(Q);
      const auto y = static_cast<double>(batch.targets[i]);
      for (std::size_t k = 0; k < Q; ++k) {
        const double e = y - static_cast<double>(q[k]);
        scores.pinball += std::max(levels[k] * e, (levels[k] - 1) * e) / static_cast<double>(Q);
      }
      scores.mae += std::abs(y - static_cast<double>(q[median]));
      scores.mae_naive += std::abs(y);
      scores.coverage += y >= static_cast<double>(q[1]) && y <= static_cast<double>(q[Q - 2]);
      scores.held_half += y <= static_cast<double>(q[median]);
      ++count;
    }
  });
  for (double* sum : {&scores.pinball, &scores.mae, &scores.mae_naive, &scores.coverage, &scores.held_half})
    *sum /= count;
  return scores;
}

}  // namespace recurra
