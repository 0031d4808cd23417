// SPDX-License-Identifier: Apache-2.0
// The search for options: which trials are made and in which order, halving, budgets, resuming, and that it finds.
#include "recurra/tasks/forecast/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

#include "recurra/data/set_reader.h"
#include "recurra/tasks/forecast/search_results.h"
#include "tests/local_ranks.h"

namespace recurra {
namespace {

SearchSpace two_by_two() {
  return {{Cell::lstm, Cell::gru},
          {16, 32, 64},
          {24},
          {DifferenceKind::none, DifferenceKind::first},
          {false},
          {Strategy::direct},
          {ops::WindowScaling::none},
          1e-4,
          1e-2};
}

ForecastOptions base_options() {
  ForecastOptions o;
  o.targets = {"x"};
  o.lookback = 24;
  o.train.epochs = 90;
  return o;
}

/// The further the rate from 0.002, the worse; more epochs help a little.
TrialScore by_rate(const ForecastOptions& o, TrainObserver&) {
  const double distance = std::abs(std::log(o.train.optimizer.learning_rate / 0.002));
  return {1 + distance - 0.001 * static_cast<double>(o.train.epochs), 2, 1, 10};
}

TEST(Search, HalvesBracketsOfNine) {
  const Search search = run_search(base_options(), two_by_two(), {.most_trials = 27}, "run", by_rate);
  ASSERT_EQ(search.trials.size(), 27u);
  EXPECT_EQ(search.end, SearchEnd::trials);
  EXPECT_EQ(search.trials[0].options.train.epochs, 90) << "the default, in full";
  std::map<std::pair<Index, Index>, int> counts;
  for (const SearchTrial& t : search.trials) ++counts[{t.bracket, t.rung}];
  EXPECT_EQ((counts[{1, 0}]), 9);
  EXPECT_EQ((counts[{1, 1}]), 3);
  EXPECT_EQ((counts[{1, 2}]), 1);
  EXPECT_EQ((counts[{2, 2}]), 1);
  EXPECT_EQ(search.trials[1].options.train.epochs, 10);
  EXPECT_EQ(search.trials[10].options.train.epochs, 30);
  EXPECT_EQ(search.trials[13].options.train.epochs, 90);
  double least = INFINITY;
  for (std::size_t i = 1; i <= 9; ++i) least = std::min(least, search.trials[i].mase);
  EXPECT_NEAR(search.trials[13].mase, least - 0.08, 1e-12) << "the best of the nine, with 80 epochs more";
  for (const SearchTrial& t : search.trials) EXPECT_GE(t.mase, search.trials[search.best].mase);
  const ForecastOptions best = best_options(search, base_options());
  EXPECT_EQ(best.train.epochs, 90);
  EXPECT_EQ(best.train.optimizer.learning_rate, search.trials[search.best].options.train.optimizer.learning_rate);
}

TEST(Search, RepeatsBySeedAndGoesOnFromItsTable) {
  const std::string path = testing::TempDir() + "trials.csv";
  const ForecastOptions base = base_options();
  const Search whole = run_search(base, two_by_two(), {.most_trials = 20}, "run", by_rate);
  const Search part = run_search(base, two_by_two(), {.most_trials = 12}, "run", by_rate);
  write_file_atomically(path, trials_csv(part));
  const EarlierTrials earlier = read_trials(path);
  int made = 0;
  const TrialRunner counting = [&](const ForecastOptions& o, TrainObserver& observer) {
    ++made;
    return by_rate(o, observer);
  };
  const Search resumed = run_search(base, two_by_two(), {.most_trials = 20}, "run", counting, {.earlier = &earlier});
  EXPECT_EQ(made, 8);
  ASSERT_EQ(resumed.trials.size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(resumed.trials[i].mase, whole.trials[i].mase) << i;
    EXPECT_EQ(resumed.trials[i].options.hidden, whole.trials[i].options.hidden) << i;
  }
  ForecastOptions other = base;
  other.seed = 2;
  const Search different = run_search(other, two_by_two(), {.most_trials = 5}, "run", by_rate);
  EXPECT_NE(different.trials[1].mase, whole.trials[1].mase);
  EXPECT_THROW(run_search(base, two_by_two(), {}, "another", by_rate, {.earlier = &earlier}), ValueError);
}

/// The rows of a table, without the seconds that they took.
std::vector<std::string> trials_of(Search search) {
  std::vector<std::string> out;
  for (SearchTrial& t : search.trials) {
    t.seconds = 0;
    out.push_back(trials_csv({.run = "run", .trials = {t}}));
  }
  return out;
}

std::vector<Index> numbers_of(const std::vector<SearchTrial>& trials) {
  std::vector<Index> out;
  for (const SearchTrial& trial : trials) out.push_back(trial.number);
  return out;
}

TEST(Search, RanksMakeTheTrialsOfOneProcess) {
  const TrialRunner runner = [](const ForecastOptions& o, TrainObserver& observer) {
    if (o.hidden == 64) throw DivergenceError("it diverged");
    return by_rate(o, observer);
  };
  const SearchLimits limits{.budget_s = 1e6, .most_trials = 23};
  const Search alone = run_search(base_options(), two_by_two(), limits, "run", runner);
  for (const int size : {2, 4, 12}) {
    std::vector<int> made(static_cast<std::size_t>(size)), heard(made);
    std::vector<Search> found(made.size());
    LocalRanks(size).run([&](Context& context) {
      const auto rank = static_cast<std::size_t>(context.ranks()->rank());
      const TrialRunner counted = [&](const ForecastOptions& o, TrainObserver& observer) {
        EXPECT_EQ(context.ranks(), nullptr) << "a trial is made by one rank";
        ++made[rank];
        return runner(o, observer);
      };
      found[rank] =
          run_search(base_options(), two_by_two(), limits, "run", counted,
                     {.on_trial = [&](const Search&, const SearchTrial&) { ++heard[rank]; }, .shared = &context});
    });
    int sum = 0;
    for (std::size_t r = 0; r < made.size(); ++r) {
      EXPECT_EQ(trials_of(found[r]), trials_of(alone)) << "rank " << r << " of " << size;
      EXPECT_EQ(found[r].best, alone.best);
      EXPECT_EQ(found[r].end, SearchEnd::trials);
      EXPECT_EQ(heard[r], 23);
      sum += made[r];
    }
    EXPECT_EQ(sum, 23) << "each once";
  }
}

TEST(Search, RanksEndTogetherWhereOneIsStopped) {
  std::vector<Search> found(3);
  LocalRanks(3).run([&](Context& context) {
    const auto rank = static_cast<std::size_t>(context.ranks()->rank());
    const TrialRunner runner = [&](const ForecastOptions& o, TrainObserver& observer) -> TrialScore {
      if (rank == 2) return {.interrupted = true};  // as the budget ends trial 3, before 6 and 9
      return by_rate(o, observer);
    };
    found[rank] = run_search(base_options(), two_by_two(), {.most_trials = 20}, "run", runner, {.shared = &context});
  });
  for (const Search& search : found) {
    EXPECT_EQ(numbers_of(search.trials), (std::vector<Index>{0, 1, 2, 4, 5, 7, 8}))
        << "what others have finished counts";
    EXPECT_EQ(search.end, SearchEnd::budget);
  }
}

TEST(Search, GoesOnFromATableWithGaps) {
  const std::string path = testing::TempDir() + "gaps.csv";
  const Search whole = run_search(base_options(), two_by_two(), {.most_trials = 20}, "run", by_rate);
  Search part = whole;
  part.trials.resize(12);
  for (const std::ptrdiff_t lost : {10, 6, 3}) part.trials.erase(part.trials.begin() + lost);
  write_file_atomically(path, trials_csv(part));
  const EarlierTrials earlier = read_trials(path);
  EXPECT_EQ(numbers_of(earlier.trials), (std::vector<Index>{0, 1, 2, 4, 5, 7, 8, 9, 11}));
  for (const int size : {1, 2, 4}) {
    std::atomic<int> made = 0;
    LocalRanks(size).run([&](Context& context) {
      const TrialRunner counting = [&](const ForecastOptions& o, TrainObserver& observer) {
        ++made;
        return by_rate(o, observer);
      };
      std::size_t finished = 9;  // of trials 0 to 9 eight are known, and a table keeps them
      const auto on_trial = [&](const Search& so_far, const SearchTrial&) {
        const std::vector<Index> numbers = numbers_of(so_far.trials);
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
        if (numbers.back() < 10) {
          EXPECT_EQ(numbers.size(), finished++);
        }
      };
      const Search resumed = run_search(base_options(), two_by_two(), {.most_trials = 20}, "run", counting,
                                        {.earlier = &earlier, .on_trial = on_trial, .shared = &context});
      EXPECT_EQ(trials_of(resumed), trials_of(whole)) << size << " ranks";
    });
    EXPECT_EQ(made, 11) << size << " ranks";
  }
}

TEST(Search, EndsWithItsBudgetButNotBeforeTheDefault) {
  const Search search = run_search(base_options(), two_by_two(), {.budget_s = 1e-9}, "run", by_rate);
  EXPECT_EQ(search.trials.size(), 1u);
  EXPECT_EQ(search.end, SearchEnd::budget);
  const TrialRunner asks = [&](const ForecastOptions& o, TrainObserver& observer) {
    TrialScore score = by_rate(o, observer);
    score.interrupted = observer.stop_requested();
    return score;
  };
  struct Impatient : TrainObserver {
    int asked = 0;
    bool stop_requested() override { return ++asked > 3; }
  } user;
  const Search stopped = run_search(base_options(), two_by_two(), {}, "run", asks, {.observer = &user});
  EXPECT_EQ(stopped.trials.size(), 3u);
  EXPECT_EQ(stopped.end, SearchEnd::interrupted);
}

TEST(Search, TellsTrialsThatFail) {
  const TrialRunner mostly_fails = [](const ForecastOptions& o, TrainObserver& observer) {
    require(o.cell == Cell::lstm, "no room for a gru");
    if (o.hidden == 64 && o.train.epochs < 90) throw DivergenceError("the loss is not finite");
    return by_rate(o, observer);
  };
  const Search search = run_search(base_options(), two_by_two(), {.most_trials = 14}, "run", mostly_fails);
  int failed = 0;
  for (const SearchTrial& t : search.trials) {
    failed += t.failure.empty() ? 0 : 1;
    EXPECT_EQ(t.failure.empty(), !std::isnan(t.mase));
  }
  EXPECT_GT(failed, 2);
  EXPECT_LT(failed, 13);
  EXPECT_NE(trials_csv(search).find("no room for a gru"), std::string::npos);
  EXPECT_NE(search_report(search, "x.csv", "recurra").find("no room for a gru"), std::string::npos);
  const TrialRunner fails = [](const ForecastOptions&, TrainObserver&) -> TrialScore {
    throw DivergenceError("never");
  };
  EXPECT_THROW(run_search(base_options(), two_by_two(), {.most_trials = 3}, "run", fails), ValueError);
}

TEST(Search, RefusesBudgetsAndSpacesOfNothing) {
  EXPECT_EQ(duration_s("10m"), 600);
  EXPECT_EQ(duration_s("1.5h"), 5400);
  EXPECT_EQ(duration_s("90s"), 90);
  EXPECT_EQ(duration_s("45"), 45);
  for (const char* wrong : {"0s", "0", "-1m", "", "m", "ten", "5d", "nan", "1e99h"})
    EXPECT_THROW(duration_s(wrong), ValueError) << wrong;
  EXPECT_THROW(run_search(base_options(), two_by_two(), {.budget_s = 0}, "run", by_rate), ValueError);
  const SearchSpace none = {
      {Cell::lstm}, {16}, {24}, {DifferenceKind::none}, {false}, {Strategy::direct}, {ops::WindowScaling::none},
      1e-3,         1e-3};
  EXPECT_THROW(run_search(base_options(), none, {}, "run", by_rate), ValueError);
}

TEST(Search, RefusesTablesThatAreNone) {
  const std::string path = testing::TempDir() + "wrong.csv";
  const std::string good = trials_csv(run_search(base_options(), two_by_two(), {.most_trials = 3}, "run", by_rate));
  write_file_atomically(path, good);
  EXPECT_EQ(read_trials(path).trials.size(), 3u);
  write_file_atomically(path, "a,b\n1,2\n");
  EXPECT_THROW(read_trials(path), ValueError);
  std::string mixed = good;
  mixed.replace(mixed.rfind("run-run"), 7, "run-other");
  write_file_atomically(path, mixed);
  EXPECT_THROW(read_trials(path), FormatError);
}

/// A season of seven whose size grows: the logarithm helps.
Series growing() {
  std::vector<double> x;
  Random random(2, 0);
  for (int t = 0; t < 260; ++t)
    x.push_back(std::exp(0.01 * t) * (5 + 2 * std::sin(2 * M_PI * t / 7)) * std::exp(0.02 * random.normal()));
  return {"growing.csv", {"x"}, {x}, {}, {}};
}

TEST(Search, TrainsNetsOnASeries) {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 7;
  o.train.epochs = 9;
  o.hidden = 8;
  const SearchLimits options{.most_trials = 4, .fixed = {Searched::hidden, Searched::strategy, Searched::cell}};
  std::vector<double> first;
  for (const int threads : {1, 2}) {
    Context context(threads);
    std::size_t heard = 0;
    const Search search =
        search_forecaster(context, growing(), o, options,
                          {.on_trial = [&](const Search& s, const SearchTrial&) { heard = s.trials.size(); }});
    ASSERT_EQ(search.trials.size(), 4u);
    EXPECT_EQ(heard, 4u);
    std::vector<double> scores;
    for (const SearchTrial& t : search.trials) {
      EXPECT_EQ(t.options.hidden, 8);
      EXPECT_TRUE(t.failure.empty()) << t.failure;
      EXPECT_GT(t.parameters, 0);
      scores.push_back(t.mase);
    }
    EXPECT_LT(scores[0], 1.5) << "in steps of the naive forecast";
    if (first.empty()) first = scores;
    EXPECT_EQ(scores, first);
  }
}

TEST(Search, OffersWhatTheDataAllow) {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 7;
  o.lookback = 24;
  o.season = 7;
  const SearchSpace all = search_space(o, /*positive=*/true, 260, {});
  EXPECT_EQ(all.logs.size(), 2u);
  EXPECT_EQ(all.differences.size(), 4u);
  EXPECT_EQ(all.strategies.size(), 4u);
  EXPECT_EQ(all.scalings.size(), 3u);
  EXPECT_EQ(search_space(o, true, 260, {Searched::scale_window}).scalings.size(), 1u);
  EXPECT_EQ(search_space(o, false, 260, {}).logs.size(), 1u);
  o.season = 1;
  EXPECT_EQ(search_space(o, false, 260, {}).differences.size(), 3u);
  EXPECT_EQ(search_space(o, true, 260, {Searched::cell}).cells, std::vector<Cell>{o.cell});
  o.head = HeadKind::quantiles;
  EXPECT_EQ(search_space(o, true, 260, {}).strategies, (std::vector<Strategy>{Strategy::direct, Strategy::segments}));
  o.head = HeadKind::negative_binomial;
  EXPECT_EQ(search_space(o, true, 260, {}).scalings,
            (std::vector<ops::WindowScaling>{ops::WindowScaling::none, ops::WindowScaling::mean_size}));
  o.tbptt = 4;
  EXPECT_EQ(search_space(o, true, 260, {}).strategies, std::vector<Strategy>{Strategy::direct});
}

TEST(Search, DrawsOnlySettingsThatFit) {
  ForecastOptions o = base_options();
  o.season = 7;
  o.scale_window = ops::WindowScaling::none;
  const SearchSpace space = search_space(o, true, 1000, {});
  std::map<Strategy, int> strategies;
  std::map<ops::WindowScaling, int> scalings;
  const TrialRunner checked = [&](const ForecastOptions& drawn, TrainObserver& observer) {
    ++strategies[drawn.strategy];
    ++scalings[*drawn.scale_window];
    check_options(drawn);
    return by_rate(drawn, observer);
  };
  const Search search = run_search(o, space, {.most_trials = 60}, "run", checked);
  for (const SearchTrial& t : search.trials) EXPECT_EQ(t.failure, "");
  EXPECT_EQ(strategies.size(), 4u);
  EXPECT_EQ(scalings.size(), 3u);
}

TEST(Search, TrainsNetsOnASet) {
  std::string file = "unique_id,ds,y\n";
  for (int s = 0; s < 4; ++s) {
    Random random(7, static_cast<std::uint64_t>(s));
    for (int t = 0; t < 120; ++t)
      file += concat("s", s, ",", t, ",", std::pow(10.0, s) * (5 + t % 7 + 0.3 * random.normal()), "\n");
  }
  const SeriesSet set = parse_series_set(file, "four.csv", {});
  ForecastOptions o;
  o.horizon = 7;
  o.hidden = 4;
  o.train.epochs = 9;
  Context context(2);
  const SearchLimits limits{.most_trials = 3, .fixed = {Searched::hidden, Searched::strategy, Searched::cell}};
  const Search search = search_forecaster(context, set, {}, o, limits);
  ASSERT_EQ(search.trials.size(), 3u);
  for (const SearchTrial& t : search.trials) EXPECT_TRUE(t.failure.empty()) << t.failure;
  EXPECT_LT(search.trials[search.best].mase, 0.5) << "the largest series does not decide alone, and the week is found";
}

}  // namespace
}  // namespace recurra
