// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/tuning.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/likelihood.h"
#include "recurra/base/random.h"
#include "recurra/tasks/forecast/now/pretraining.h"

namespace recurra {
namespace {

constexpr Index kBatch = 64, kPatience = 4, kMaxValidated = 512;
constexpr Index kMinPast = 8;  // values before a window that is learned from

/// A target of a series, and the origins in it that a part of the windows may have.
struct Stretch {
  Index series, column, first, count;
};

class Windows {
 public:
  Windows(const SeriesSet& set, const SetRange& range) : set_(set) {
    for (const Index column : set.with_role(Role::target))
      for (Index s = 0; s < set.count(); ++s) {
        const auto i = static_cast<std::size_t>(s);
        const Index first = std::max(range.begin[i], kMinPast);
        if (range.end[i] <= first) continue;
        stretches_.push_back({s, column, first, range.end[i] - first});
        ends_.push_back((ends_.empty() ? 0 : ends_.back()) + stretches_.back().count);
      }
    end_ = range.end;
  }
  Index count() const { return ends_.empty() ? 0 : ends_.back(); }

  /// What lies before window i, and its steps as far as the range goes; NaN where missing.
  std::pair<std::vector<double>, std::vector<double>> operator()(Index i) const {
    const auto found = std::upper_bound(ends_.begin(), ends_.end(), i) - ends_.begin();
    const Stretch& stretch = stretches_[static_cast<std::size_t>(found)];
    const Index origin = stretch.first + i - (ends_[static_cast<std::size_t>(found)] - stretch.count);
    const Index from = std::max<Index>(0, origin - kNowMaxContext);
    const Index to = std::min(origin + kNowHorizon, end_[static_cast<std::size_t>(stretch.series)]);
    std::pair<std::vector<double>, std::vector<double>> out;
    for (Index t = from; t < to; ++t)
      (t < origin ? out.first : out.second).push_back(set_.value(stretch.series, stretch.column, t));
    return out;
  }

 private:
  const SeriesSet& set_;
  std::vector<Stretch> stretches_;
  std::vector<Index> ends_;  ///< windows up to the end of each stretch
  std::vector<Index> end_;
};

class Tuning : public Problem {
 public:
  Tuning(const NowModel& model, const SeriesSet& set, const TuningOptions& options)
      : model_(model),
        options_(options),
        parts_(split_series(set, kTuningSplit)),
        training_(set, parts_[0]),
        validation_(set, parts_[1]),
        block_(learned(model, options.frozen)) {
    require(training_.count() > 0 && validation_.count() > 0, set.source, ": no series has more than ", kMinPast,
            " steps for training and some for validation, so there is nothing to fine-tune on");
  }

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return std::min(training_.count(), kTuningWindows); }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    std::vector<Index> windows;
    for (const Index item : items) {  // one from each of as many equal stretches, another in each step
      const Index n = training_.count(), all = training_items();
      const Index first = item * n / all, last = (item + 1) * n / all;
      Random random(options_.seed, static_cast<std::uint64_t>(item), tape.options().step);
      windows.push_back(first + static_cast<Index>(random.below(static_cast<std::uint64_t>(last - first))));
    }
    const PretrainingBatch batch = batch_of(training_, windows);
    return {loss_of(tape, batch), weight_of(batch)};
  }
  std::optional<double> validation_loss(Context& context) const override {
    const Index count = std::min(validation_.count(), kMaxValidated);
    double sum = 0, weight = 0;
    for (Index first = 0; first < count; first += kBatch) {
      std::vector<Index> windows;
      for (Index i = first; i < std::min(first + kBatch, count); ++i)
        windows.push_back(i * validation_.count() / count);
      const PretrainingBatch batch = batch_of(validation_, windows);
      if (weight_of(batch) == 0) continue;
      Tape<float> tape(context, {.record = false, .training = false});
      sum += static_cast<double>(loss_of(tape, batch).value().item()) * weight_of(batch);
      weight += weight_of(batch);
    }
    return weight > 0 ? sum / weight : 0.0;
  }
  Index windows() const { return training_.count(); }

 private:
  static std::vector<Parameter<float>> learned(const NowModel& model, bool frozen) {
    std::vector<Parameter<float>> out = model.net->parameters();
    if (frozen) std::erase_if(out, [](const auto& p) { return p.name.starts_with("recurrent."); });
    return out;
  }
  Variable<float> loss_of(Tape<float>& tape, const PretrainingBatch& batch) const {
    const NowInputs inputs = now_inputs(tape.context(), batch.readings, model_.net->options().patch);
    return pinball_loss(tape, now_levels(), model_.net->forward(tape, inputs), batch.targets, batch.weights);
  }
  static double weight_of(const PretrainingBatch& batch) {
    double weight = 0;
    for (const float w : batch.weights.span()) weight += static_cast<double>(w);
    return weight;
  }
  PretrainingBatch batch_of(const Windows& from, const std::vector<Index>& windows) const {
    const auto B = static_cast<Index>(windows.size());
    PretrainingBatch batch{{}, Tensor<float>({B, kNowHorizon}), Tensor<float>({B, kNowHorizon})};
    for (Index i = 0; i < B; ++i) {
      auto [past, next] = from(windows[static_cast<std::size_t>(i)]);
      next.resize(std::min(next.size(), static_cast<std::size_t>(options_.horizon)));
      const NowSeason& season = options_.season;
      add_window(batch, i, std::move(past), season.season, season.long_season, next, season.logarithm);
    }
    return batch;
  }

  const NowModel& model_;
  TuningOptions options_;
  std::array<SetRange, 3> parts_;
  Windows training_, validation_;
  ParameterBlock<float> block_;
};

}  // namespace

TunedNow tune_now(Context& context, const NowModel& start, const SeriesSet& set, const TuningOptions& options,
                  TrainObserver* observer) {
  require(options.horizon >= 1, "tune_now: expected a horizon of at least 1 step, found ", options.horizon);
  TunedNow out{parse_now_model(now_model_bytes(start), "the weights to begin with")};
  Tuning problem(out.model, set, options);
  TrainOptions train_options;
  train_options.epochs = options.epochs;
  train_options.batch_size = kBatch;
  train_options.patience = kPatience;
  train_options.optimizer = {.kind = OptimizerKind::adamw, .learning_rate = options.learning_rate};
  train_options.schedule = {.kind = ScheduleKind::cosine};
  train_options.seed = options.seed;
  const TrainResult result = train(context, problem, train_options, observer);
  out.reason = result.reason;
  out.windows = problem.windows();
  out.epochs = result.best_epoch;
  out.before = result.history.front().validation_loss;
  out.after = result.best_validation_loss;
  out.model.made = concat(start.made, "; then ", out.epochs, " epochs of fine-tuning on ", out.windows, " windows");
  return out;
}

}  // namespace recurra
