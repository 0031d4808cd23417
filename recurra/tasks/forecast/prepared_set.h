// SPDX-License-Identifier: Apache-2.0
// A set of series as the net sees it. All of it is prepared at once where that takes little memory; else the stretch
// that a window needs is prepared when the window is gathered, so that a set may be larger than memory. One series is
// prepared whole. Example:
//
//   auto gather = [](recurra::Context& context, const recurra::SeriesSet& set, const recurra::Preparation& preparation,
//                    const recurra::ForecastOptions& options, std::span<const recurra::Origin> origins) {
//     const recurra::SetRange all = recurra::whole_range(set);
//     const recurra::PreparedSet prepared(context, set, preparation, options, all, options.horizon);
//     return prepared.gather(origins).x;                                      // [lookback, origins, inputs]
//   };
#pragma once

#include <memory>

#include "recurra/base/context.h"
#include "recurra/data/window_source.h"
#include "recurra/tasks/forecast/preparation.h"

namespace recurra {

/// What may be prepared at once.
inline constexpr double kPreparedBytes = 512e6;

/// Steps [begin, end) of a series with the columns of a forecaster, in the order of input_columns(options); categories
/// as codes, static columns repeated. NaN where the series has no value, before it begins and behind its plan.
Series stretch_of(const SeriesSet& set, Index series, Index begin, Index end, const ForecastOptions& options);

/// The windows that a model reads: of its lookback, and of the steps before it that its difference looks back at.
inline WindowOptions model_windows(const Preparation& preparation, const ForecastOptions& options, Index horizon,
                                   ShortSeries short_series = ShortSeries::pad) {
  return {preparation.lag + options.lookback, horizon, short_series};
}

class PreparedSet {
 public:
  /// An origin in prepared data that include the steps of its horizon.
  struct Place {
    std::shared_ptr<const Prepared> prepared;
    Index row;    ///< of the origin in its windows
    Index level;  ///< of the origin in its levels
  };

  PreparedSet() = default;
  /// One series, whose rows are its steps.
  PreparedSet(Prepared one, Index lookback, Index horizon);
  /// The set must outlive it. `fitted`: the steps of each series whose values its own scalers come from, if the
  /// preparation is by series; they begin at 0. `horizon`: the steps of one output of the net.
  PreparedSet(Context& context, const SeriesSet& set, Preparation preparation, ForecastOptions options,
              const SetRange& fitted, Index horizon, double most_bytes = kPreparedBytes);

  /// Inputs and targets. A window that begins before its series repeats the first step, flagged as missing where the
  /// preparation flags gaps. Errors: ValueError if the targets of an origin leave the steps of its series and horizon.
  WindowBatch gather(std::span<const Origin> origins) const;
  Tensor<float> gather_inputs(std::span<const Origin> origins) const;
  static Tensor<float> gather_inputs(std::span<const Place> places);
  /// The last `count` inputs at the steps from each origin on. Shapes: returns [steps, origins, count].
  Tensor<float> gather_known(std::span<const Origin> origins, Index count, Index steps) const;
  static Tensor<float> gather_known(std::span<const Place> places, Index count, Index steps);

  /// As undo_preparation.
  std::vector<double> undo(const Origin& origin, std::size_t target, std::span<const double> scaled) const;

  /// Whether there is one series, prepared whole.
  bool is_one() const { return set_ == nullptr || (whole_.size() == 1 && whole_[0]->padding == 0); }
  /// The one series.
  const Prepared& one() const { return *whole_.at(0); }

  /// Cost: if stretches are prepared on demand, that of preparing one.
  Place place_of(const Origin& origin) const;
  /// The same of several, shared among the threads of the context.
  std::vector<Place> places_of(Context& context, std::span<const Origin> origins) const;

 private:
  std::vector<Place> places_of(std::span<const Origin> origins) const;
  std::shared_ptr<const Prepared> prepare(Index series, Index begin, Index end, Index padding) const;

  const SeriesSet* set_ = nullptr;
  Preparation preparation_;
  ForecastOptions options_;
  Index horizon_ = 0;
  std::vector<std::vector<Scaler>> own_;                ///< of each series
  std::vector<std::shared_ptr<const Prepared>> whole_;  ///< of each series; empty: stretches are prepared on demand
};

/// Of one series: the origins in rows [begin, end) whose `horizon` steps lie there too.
std::vector<Origin> origins_within(const PreparedSet& prepared, Index horizon, Index begin, Index end);

}  // namespace recurra
