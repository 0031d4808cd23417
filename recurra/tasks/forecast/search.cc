// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "recurra/data/number.h"
#include "recurra/train/distributed/share_work.h"

namespace recurra {
namespace {

constexpr std::size_t kRungs[] = {9, 3, 1};  // settings that are trained on each
constexpr Index kRungShare[] = {9, 3, 1};    // the epochs are divided by it

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Stops a trial when the user interrupts it or the budget is spent.
class Deadline : public TrainObserver {
 public:
  Deadline(TrainObserver* user, double left_s) : user_(user), left_s_(left_s) {}

  void on_note(const std::string& sentence) override {
    if (user_) user_->on_note(sentence);
  }
  bool stop_requested() override {
    by_user_ = by_user_ || (user_ && user_->stop_requested());
    return by_user_ || seconds_since(start_) > left_s_;
  }
  bool by_user() const { return by_user_; }

 private:
  TrainObserver* user_;
  double left_s_;
  Clock::time_point start_ = Clock::now();
  bool by_user_ = false;
};

template <class T>
const T& draw(Random& random, const std::vector<T>& from) {
  return from[static_cast<std::size_t>(random.below(from.size()))];
}

ForecastOptions draw_options(const ForecastOptions& base, const SearchSpace& space, Index bracket, std::size_t place) {
  Random random(base.seed, stream_id(concat("forecast search/", bracket, "/", place)));
  ForecastOptions o = base;
  o.cell = draw(random, space.cells);
  o.hidden = draw(random, space.hidden);
  o.lookback = draw(random, space.lookbacks);
  o.difference = draw(random, space.differences);
  o.log = random.below(space.logs.size()) > 0 ? space.logs.back() : space.logs.front();
  o.strategy = draw(random, space.strategies);
  if (o.strategy != base.strategy) o.head.reset();  // not each strategy has each head
  if (o.strategy != base.strategy) o.segment = 0;
  const double rate = random.uniform(std::log(space.least_rate), std::log(space.most_rate));
  o.train.optimizer.learning_rate = space.least_rate < space.most_rate ? std::exp(rate) : space.least_rate;
  o.scale_window = draw(random, space.scalings);
  const bool excluded = o.difference == DifferenceKind::last || o.strategy == Strategy::recursive;
  if (excluded) o.scale_window = ops::WindowScaling::none;
  return o;
}

/// What a trial found, for the other ranks.
std::string message_of(const SearchTrial& t) {
  std::string out;
  nlohmann::json::to_cbor(nlohmann::json::array({t.mase, t.mae, t.best_epoch, t.parameters, t.seconds, t.failure}),
                          out);
  return out;
}

void take_message(const std::string& message, SearchTrial& t) {
  const auto found = nlohmann::json::from_cbor(message);
  found[0].get_to(t.mase);
  found[1].get_to(t.mae);
  found[2].get_to(t.best_epoch);
  found[3].get_to(t.parameters);
  found[4].get_to(t.seconds);
  found[5].get_to(t.failure);
}

class Searcher {
 public:
  Searcher(const ForecastOptions& base, const SearchSpace& space, const SearchLimits& options, std::string run,
           const TrialRunner& runner, const SearchHooks& hooks)
      : base_(base),
        space_(space),
        options_(options),
        runner_(runner),
        hooks_(hooks),
        ranks_(hooks.shared && hooks.shared->ranks() ? hooks.shared->ranks()->size() : 1) {
    out_.run = std::move(run);
    require(options.budget_s > 0 && std::isfinite(options.budget_s), "budget: expected a time above 0, found ",
            options.budget_s, " s");
    require(space.cells.size() > 1 || space.hidden.size() > 1 || space.lookbacks.size() > 1 ||
                space.differences.size() > 1 || space.logs.size() > 1 || space.strategies.size() > 1 ||
                space.scalings.size() > 1 || space.least_rate < space.most_rate,
            "forecast search: every choice is fixed by an option, so there is nothing to look for");
    if (hooks.earlier)
      require(hooks.earlier->run == out_.run, hooks.earlier->source,
              ": the trials are of other data, options or another seed; start anew without --resume");
    if (hooks.earlier)
      for (const SearchTrial& trial : hooks.earlier->trials) known_[trial.number] = trial;
  }

  Search run() {
    if (make_rung({base_}, 0, 2))
      for (Index bracket = 1; run_bracket(bracket); ++bracket) {
      }
    choose_best();
    return std::move(out_);
  }

 private:
  bool run_bracket(Index bracket) {
    std::vector<ForecastOptions> settings;
    for (std::size_t place = 0; place < kRungs[0]; ++place)
      settings.push_back(draw_options(base_, space_, bracket, place));
    for (std::size_t rung = 0; rung < std::size(kRungs); ++rung) {
      const std::size_t first = out_.trials.size();
      if (!make_rung(settings, bracket, static_cast<Index>(rung))) return false;
      if (rung + 1 < std::size(kRungs)) settings = best_of(first, kRungs[rung + 1], settings);
    }
    return true;
  }

  /// Of the trials from `first` on, the settings of the `count` with the lowest errors, in the order of these.
  std::vector<ForecastOptions> best_of(std::size_t first, std::size_t count,
                                       const std::vector<ForecastOptions>& settings) const {
    std::vector<std::size_t> order(settings.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rank(first + a) < rank(first + b); });
    std::vector<ForecastOptions> out;
    for (std::size_t i = 0; i < count; ++i)
      if (std::isfinite(rank(first + order[i]))) out.push_back(settings[order[i]]);
    return out;
  }
  double rank(std::size_t trial) const {
    const double mase = out_.trials[trial].mase;
    return std::isnan(mase) ? INFINITY : mase;
  }

  /// False: the search is over. Ranks divide the trials that are not known yet.
  bool make_rung(const std::vector<ForecastOptions>& settings, Index bracket, Index rung) {
    const auto first = static_cast<Index>(out_.trials.size());
    Index end = first + std::ssize(settings);
    if (options_.most_trials > 0) end = std::min(end, options_.most_trials);
    std::vector<SearchTrial> open;
    for (Index number = first; number < end; ++number) {
      SearchTrial trial = begin_trial(settings[static_cast<std::size_t>(number - first)], number, bracket, rung);
      if (known_.contains(number))
        known_[number] = std::move(trial);
      else
        open.push_back(std::move(trial));
    }
    bool stopped = false;
    const auto make = [&](Index piece) -> std::string {
      SearchTrial trial = open[static_cast<std::size_t>(piece)];
      stopped = stopped || !run_trial(trial);
      if (stopped) return out_.end == SearchEnd::interrupted ? "i" : "b";
      own_s_ += trial.seconds;
      return message_of(trial);
    };
    const auto hear = [&](Index piece, const std::string& said) {
      if (said.size() == 1) return;
      SearchTrial& trial = open[static_cast<std::size_t>(piece)];
      take_message(said, trial);
      known_[trial.number] = trial;
      if (hooks_.on_trial) hooks_.on_trial(with_known(end), trial);
    };
    const std::vector<std::string> said = divide(std::ssize(open), make, hear);
    own_s_ = 0;
    out_ = with_known(end);
    known_.erase(known_.begin(), known_.lower_bound(end));
    for (const std::string& one : said)
      if (one.size() == 1) return end_with(one == "i" ? SearchEnd::interrupted : SearchEnd::budget);
    return options_.most_trials == 0 || end < options_.most_trials || end_with(SearchEnd::trials);
  }

  std::vector<std::string> divide(Index pieces, const std::function<std::string(Index)>& make,
                                  const std::function<void(Index, const std::string&)>& hear) const {
    Context alone(1);
    return share_work(hooks_.shared ? *hooks_.shared : alone, out_.run, pieces, make, hear);
  }

  /// The search with the trials below `end` that are known: all, or those finished so far.
  Search with_known(Index end) const {
    Search out = out_;
    for (const auto& [number, trial] : known_) {
      if (number >= end) break;
      out.trials.push_back(trial);
      out.seconds += trial.seconds;
    }
    return out;
  }

  /// The trial, with its result if it is known.
  SearchTrial begin_trial(const ForecastOptions& settings, Index number, Index bracket, Index rung) const {
    const auto known = known_.find(number);
    SearchTrial trial = known != known_.end() ? known->second : SearchTrial();
    trial.number = number;
    trial.bracket = bracket;
    trial.rung = rung;
    trial.options = settings;
    trial.options.train.epochs = std::max<Index>(1, settings.train.epochs / kRungShare[static_cast<std::size_t>(rung)]);
    return trial;
  }

  /// Of the budget.
  double left_s() const { return options_.budget_s - own_s_ - out_.seconds / ranks_; }

  /// False: it was stopped, or there is no time left for it.
  bool run_trial(SearchTrial& trial) {
    if (trial.number > 0 && left_s() <= 0) return end_with(SearchEnd::budget);
    const Clock::time_point start = Clock::now();
    Deadline deadline(hooks_.observer, trial.number == 0 ? INFINITY : left_s());
    const auto failed = [&](const Error& error) {
      trial.failure = error.what();
      trial.mase = trial.mae = std::numeric_limits<double>::quiet_NaN();
    };
    try {
      const TrialScore score = runner_(trial.options, deadline);
      if (score.interrupted) return end_with(deadline.by_user() ? SearchEnd::interrupted : SearchEnd::budget);
      trial.mase = score.mase;
      trial.mae = score.mae;
      trial.best_epoch = score.best_epoch;
      trial.parameters = score.parameters;
      if (std::isnan(score.mase)) trial.failure = "it has no forecast for some validation window";
    } catch (const DivergenceError& error) {
      failed(error);
    } catch (const ValueError& error) {
      if (trial.number == 0) throw;
      failed(error);
    }
    trial.seconds = seconds_since(start);
    return true;
  }

  bool end_with(SearchEnd end) {
    out_.end = end;
    return false;
  }

  void choose_best() {
    for (std::size_t i = 1; i < out_.trials.size(); ++i)
      if (rank(i) < rank(out_.best)) out_.best = i;
    require(out_.end == SearchEnd::interrupted || std::isfinite(rank(out_.best)), "forecast search: each of ",
            out_.trials.size(), " trials failed; the first one: ", out_.trials[0].failure);
  }

  const ForecastOptions& base_;
  const SearchSpace& space_;
  const SearchLimits& options_;
  const TrialRunner& runner_;
  const SearchHooks& hooks_;
  const int ranks_;
  std::map<Index, SearchTrial> known_;  ///< not yet in out_, by number: earlier ones, and those of the present rung
  double own_s_ = 0;                    ///< that this rank has spent on its share of a rung
  Search out_;
};

}  // namespace

Search run_search(const ForecastOptions& base, const SearchSpace& space, const SearchLimits& options, std::string run,
                  const TrialRunner& runner, const SearchHooks& hooks) {
  return Searcher(base, space, options, std::move(run), runner, hooks).run();
}

ForecastOptions best_options(const Search& search, const ForecastOptions& asked) {
  ForecastOptions out = search.trials[search.best].options;
  const double rate = out.train.optimizer.learning_rate;
  out.train = asked.train;
  out.train.optimizer.learning_rate = rate;
  out.refit = asked.refit;
  return out;
}

double duration_s(const std::string& text) {
  const auto refuse = [&] { throw ValueError(concat("expected a time such as 90s, 10m or 1.5h, found '", text, "'")); };
  if (text.empty()) refuse();
  const std::size_t units = std::string("smh").find(text.back());
  const double unit = units == 0 || units == std::string::npos ? 1 : units == 1 ? 60 : 3600;
  double number = 0;
  const std::string digits = units == std::string::npos ? text : text.substr(0, text.size() - 1);
  if (read_number(digits, false, number) != CellKind::number) refuse();
  require(number > 0, "expected a time above 0, found '", text, "'");
  return number * unit;
}

}  // namespace recurra
