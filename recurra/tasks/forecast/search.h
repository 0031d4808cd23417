// SPDX-License-Identifier: Apache-2.0
// Looks for better options of a forecaster: random search with successive halving, judged on the validation part. The
// default is the first trial, so what is found is no worse there. Trials follow from the seed alone: a budget of time
// decides how many are made, not what they are, and a search that was stopped can be resumed from its table. Example:
//
//   auto find = [](const recurra::Series& series, const recurra::ForecastOptions& options) {
//     recurra::Context two(2);
//     const recurra::Search search = recurra::search_forecaster(two, series, options, {.budget_s = 600});
//     return search.trials[search.best].options.cell;
//   };
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

/// What a trial draws from; a list of one leaves no choice.
struct SearchSpace {
  std::vector<Cell> cells;
  std::vector<Index> hidden;
  std::vector<Index> lookbacks;
  std::vector<DifferenceKind> differences;
  std::vector<bool> logs;
  std::vector<Strategy> strategies;
  std::vector<ops::WindowScaling> scalings;
  double least_rate = 0, most_rate = 0;  ///< of learning; drawn evenly on the scale of its logarithm
};

/// Choices that a user may keep out of the search.
enum class Searched { cell, hidden, lookback, difference, log, strategy, scale_window, learning_rate };

struct SearchLimits {
  double budget_s = 600;             ///< of all trials together, earlier parts of a resumed search included; above 0
  Index most_trials = 0;             ///< 0: as many as the budget allows
  std::vector<Searched> fixed = {};  ///< taken from the options as they are
};

struct SearchTrial {
  Index number = 0;         ///< from 0, the default
  Index bracket = 0;        ///< of nine settings; 0: the default
  Index rung = 0;           ///< 0: a ninth of the epochs, 1: a third, 2: all
  ForecastOptions options;  ///< resolved but for what the net chooses by itself; train.epochs is that of the rung
  double mase = 0;          ///< on the validation windows, relative to repeating the value one step before; NaN: failed
  double mae = 0;           ///< of the first target, in its own unit
  Index best_epoch = 0, parameters = 0;
  double seconds = 0;
  std::string failure;  ///< why it has no score
};

enum class SearchEnd { budget, trials, interrupted };

struct Search {
  std::string run;  ///< digest of the data, the options and the seed, by which a table is known again
  std::vector<SearchTrial> trials;
  std::size_t best = 0;
  SearchEnd end = SearchEnd::budget;
  double seconds = 0;  ///< of all trials
  std::vector<std::string> notes = {};
};

/// The trials of an earlier search that this one goes on from (search_results.h). Some may be missing before the last:
/// those that ranks had not finished.
struct EarlierTrials {
  std::string run, source;
  std::vector<SearchTrial> trials;  ///< by number; their options need not be filled in
};

/// The score of a trial. `interrupted`: it was stopped and has none.
struct TrialScore {
  double mase = 0, mae = 0;
  Index best_epoch = 0, parameters = 0;
  bool interrupted = false;
};
using TrialRunner = std::function<TrialScore(const ForecastOptions& options, TrainObserver& observer)>;

struct SearchHooks {
  TrainObserver* observer = nullptr;       ///< asked whether to stop
  const EarlierTrials* earlier = nullptr;  ///< trials that are not made again
  /// Called for each new one, with all that are finished. Ranks hear of one another's trials when they come.
  std::function<void(const Search& so_far, const SearchTrial& newest)> on_trial = {};
  Context* shared = nullptr;  ///< its ranks make the trials of a rung side by side; search_forecaster puts its own here
};

/// Trial 0 is `base` with all epochs. Then brackets follow: nine settings drawn from the space are trained for a
/// ninth of the epochs, the best three of them for a third, the best one for all. Source: Jamieson, Talwalkar 2016. A
/// trial that diverges or does not fit the data counts as failed. One that the end of the budget interrupts does not
/// count; the first always ends. Ranks that share the trials make the same ones, and the budget is that of each rank;
/// if it ends the trials of one rank, those of the others in this rung count.
/// Errors: ValueError for a budget that is not above 0, for a space without a choice, for
/// earlier trials of another search, and if every trial failed; as the runner for the first one.
Search run_search(const ForecastOptions& base, const SearchSpace& space, const SearchLimits& options, std::string run,
                  const TrialRunner& runner, const SearchHooks& hooks = {});

/// Of one series. Every trial trains anew with the same seed, and stops by the validation loss; its score is the MASE
/// of the tested net on all validation windows, in the unit of the data, so that preparations compare. Errors: as
/// run_search and train_forecaster; ValueError without a validation window.
Search search_forecaster(Context& context, const Series& series, const ForecastOptions& options,
                         const SearchLimits& search, const SearchHooks& hooks = {});

/// Of a set of series: the score is the mean over the points of up to 2,000 validation windows, each relative to its
/// own series. Errors: as of one series.
Search search_forecaster(Context& context, const SeriesSet& set, const SetRequest& asked,
                         const ForecastOptions& options, const SearchLimits& search, const SearchHooks& hooks = {});

/// What the resolved options leave open and the data allow: cells that learn in different ways, 16 to 128 units,
/// windows from two horizons to two seasons, each difference, the logarithm where all values are above 0, the
/// strategies that the features and other options allow, scales of windows, learning rates from 1e-4 to 1e-2. A scale
/// that the difference or the strategy of a trial excludes is none in that trial.
/// `positive`: all values of the targets are above 0. `rows`: of the longest series.
SearchSpace search_space(const ForecastOptions& resolved, bool positive, Index rows,
                         const std::vector<Searched>& fixed);

/// The options for train_forecaster: those of the best trial, with all epochs.
ForecastOptions best_options(const Search& search, const ForecastOptions& asked);

/// "10m", "90s", "1.5h", or seconds. Errors: ValueError unless it is above 0.
double duration_s(const std::string& text);

}  // namespace recurra
