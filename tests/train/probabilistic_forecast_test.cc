// SPDX-License-Identifier: Apache-2.0
// The parts of a forecast that is a distribution, joined: windows of a set on their own scale, a recurrent net, a head,
// conformal calibration and scores.
#include <gtest/gtest.h>

#include <cmath>

#include "recurra/autograd/functions/shape.h"
#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/window_source.h"
#include "recurra/nn/head_scale.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/predictive.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/optimizer.h"
#include "recurra/train/conformal.h"
#include "recurra/train/forecast_scores.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;
using ops::WindowScaling;

constexpr Index kLookback = 14, kHorizon = 7, kHidden = 24;
const Numbers kLevels = {0.025, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.975}, kCoverages = {0.8, 0.95};

/// A week whose noise is three times as large on two days, in series of sizes from 1 to 100. Counts: a Poisson number.
SeriesSet noisy_weeks(bool counts) {
  std::string file = "unique_id,ds,y\n";
  for (int s = 0; s < 18; ++s) {
    Random random(7, static_cast<std::uint64_t>(s));
    const double size = std::pow(10.0, s % 3);
    for (int t = 0; t < 160; ++t) {
      const double mean = 4 + 2 * std::sin(2 * M_PI * t / 7), noise = t % 7 < 2 ? 0.9 : 0.3;
      const std::vector<double> rate = {size * mean};
      const double y = counts ? Predictive({.kind = HeadKind::poisson}, rate).sample(random.uniform())
                              : size * (mean + noise * random.normal());
      file += concat("s", s, ",", t, ",", y, "\n");
    }
  }
  return parse_series_set(file, "weeks.csv", {});
}

/// GRU, last hidden state, linear: numbers of the head for each step.
struct HeadNet : Module<float> {
  explicit HeadNet(const Head& head)
      : gru({.cell = Cell::gru, .input_size = 1, .hidden_size = kHidden}), out(kHidden, kHorizon * head_width(head)) {
    initialize(parameters(), 3);
  }
  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x, Index width) const {
    const auto last = gru.forward(tape, Variable<float>(x)).state.h;
    return reshape(tape, out.forward(tape, last), Shape({x.dim(1), kHorizon, 1, width}));
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& to) const override {
    gru.collect(prefix + "gru.", to);
    out.collect(prefix + "out.", to);
  }
  Recurrent<float> gru;
  Linear<float> out;
};

struct ScaledWindows {
  SetBatch batch;
  ops::WindowScale<float> scale;
  Tensor<float> x;
};

class Forecasting {
 public:
  Forecasting(Context& context, const Head& head, WindowScaling scaling, bool counts)
      : context_(context), head_(head), scaling_(scaling), set_(noisy_weeks(counts)), net_(head) {
    for (const SetRange& range : split_series(set_, {0.6, 0.2, 0.2}))
      parts_.emplace_back(set_, WindowOptions{.lookback = kLookback, .horizon = kHorizon}, range);
  }

  ScaledWindows gather(const std::vector<Origin>& origins, std::size_t part) const {
    ScaledWindows out{parts_[part].gather(origins), {}, {}};
    Numbers usual;
    for (const Origin& origin : origins) usual.push_back(std::pow(10.0, origin.series % 3));
    const auto targets = out.batch.targets.cast<float>();
    out.scale = ops::window_scale(context_, scaling_, targets, usual);
    out.x = ops::scale_window_forward(context_, targets, out.scale);
    return out;
  }

  void train(int steps) {
    ParameterBlock<float> block(net_.parameters());
    Optimizer<float> adam(block, {});
    Random random(1, 1);
    for (int step = 0; step < steps; ++step) {
      std::vector<Origin> origins;
      for (int i = 0; i < 64; ++i)
        origins.push_back(
            parts_[0].origin(static_cast<Index>(random.below(static_cast<std::uint64_t>(parts_[0].count())))));
      const ScaledWindows windows = gather(origins, 0);
      const auto y = windows.batch.future.cast<float>();
      const bool count = predicts_counts(head_);
      Tape<float> tape(context_);
      const auto loss = head_loss(tape, head_, net_.forward(tape, windows.x, head_width(head_)),
                                  count ? y : ops::scale_targets(context_, y, windows.scale), {},
                                  count ? count_factors(windows.scale, kHorizon) : Tensor<float>());
      block.zero_grad();
      tape.backward(loss);
      adam.step(context_, 1e-2 * (1 - step / static_cast<double>(steps)));
    }
  }

  /// Every window of a part: its predicted distributions, and the factor of its scale.
  template <class Fn>
  void each(std::size_t part, Fn fn) {
    const Index K = head_width(head_);
    for (Index i = 0; i < parts_[part].count(); ++i) {
      const std::vector<Origin> origins = {parts_[part].origin(i)};
      const ScaledWindows windows = gather(origins, part);
      Tape<float> tape(context_, {.record = false});
      const auto raw = net_.forward(tape, windows.x, K).value();
      const auto own = unscale_parameters(context_, head_, head_parameters(context_, head_, raw), windows.scale);
      const Numbers parameters = own.cast<double>().values();
      for (Index h = 0; h < kHorizon; ++h)
        fn(origins[0], h, Predictive(head_, std::span(parameters).subspan(h * K, K)), windows.batch.future[h],
           windows.scale.factor[0]);
    }
  }

  Scores calibrated_scores() {
    Conformal conformal({.coverages = kCoverages, .horizon = kHorizon});
    const auto ends = [](const Predictive& y, Numbers& lower, Numbers& upper) {
      lower.clear();
      upper.clear();
      for (const double coverage : kCoverages) {
        lower.push_back(y.interval(coverage).lower);
        upper.push_back(y.interval(coverage).upper);
      }
    };
    Numbers lower, upper;
    each(1, [&](const Origin&, Index h, const Predictive& y, double actual, double unit) {
      ends(y, lower, upper);
      conformal.add(0, h, lower, upper, actual, unit);
    });
    std::vector<std::string> notes;
    conformal.fit(notes);
    EXPECT_TRUE(notes.empty());
    ForecastScores scores({.horizon = kHorizon, .levels = kLevels, .coverages = kCoverages});
    Index series = -1;
    each(2, [&](const Origin& origin, Index h, const Predictive& y, double actual, double unit) {
      if (origin.series != series) {
        series = origin.series;
        Numbers history;
        for (Index t = 0; t < 120; ++t) history.push_back(set_.value(series, 0, t));
        scores.begin_series(set_.series[static_cast<std::size_t>(series)].id, history, 7);
      }
      Numbers q;
      for (const double level : kLevels) q.push_back(y.quantile(level));
      ends(y, lower, upper);
      conformal.calibrate(0, h, lower, upper, unit);
      scores.add(h, {.actual = actual, .point = y.point(), .quantiles = q, .lower = lower, .upper = upper});
    });
    return scores.total();
  }

 private:
  Context& context_;
  Head head_;
  WindowScaling scaling_;
  SeriesSet set_;
  HeadNet net_;
  std::vector<WindowSource> parts_;
};

// Each kind of head beats seasonal-naive (at best its error is 0.71 of that) on data of many sizes, and its calibrated
// intervals cover as they say.
TEST(ProbabilisticForecast, LearnsTheSpreadOfSeriesOfAnySize) {
  struct Row {
    Head head;
    WindowScaling scaling;
  };
  const Row rows[] = {{{.kind = HeadKind::quantiles, .levels = kLevels}, WindowScaling::standard},
                      {{.kind = HeadKind::student_t}, WindowScaling::standard},
                      {{.kind = HeadKind::negative_binomial}, WindowScaling::mean_size}};
  for (const Row& row : rows) {
    SCOPED_TRACE(name_of(head_names(), row.head.kind));
    Context context(2);
    Forecasting run(context, row.head, row.scaling, predicts_counts(row.head));
    run.train(400);
    const Scores scores = run.calibrated_scores();
    EXPECT_LT(scores.mase, 0.85);
    EXPECT_NEAR(scores.coverage[0], 0.8, 0.06);
    EXPECT_NEAR(scores.coverage[1], 0.95, 0.04);
  }
}

}  // namespace
}  // namespace recurra
