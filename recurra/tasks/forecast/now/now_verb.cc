// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_verb.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "recurra/io/atomic_file.h"
#include "recurra/report/html.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/forecast/now/now_report.h"
#include "recurra/tasks/forecast/now/tuning.h"
#include "recurra/tasks/forecast/results.h"
#include "recurra/tasks/forecast/set_input.h"

namespace recurra {
namespace {

constexpr std::uint64_t kMaxWeightBytes = 1 << 26;

std::vector<std::string> target_names(const SeriesSet& set) {
  std::vector<std::string> out;
  for (const Index column : set.with_role(Role::target))
    out.push_back(set.columns[static_cast<std::size_t>(column)].name);
  return out;
}

nlohmann::json seasons_json(const SeriesSet& set, const std::vector<NowSeason>& seasons) {
  nlohmann::json out;
  const std::vector<std::string> names = target_names(set);
  for (std::size_t i = 0; i < names.size(); ++i)
    out[names[i]] = {{"season", seasons[i].season}, {"long_season", seasons[i].long_season}, {"why", seasons[i].why}};
  return out;
}

/// [step][level], of each target by its name.
nlohmann::json quantiles_json(const std::vector<std::string>& names,
                              const std::vector<std::vector<double>>& quantiles) {
  nlohmann::json out;
  const auto Q = static_cast<std::ptrdiff_t>(nine_levels().size());
  for (std::size_t i = 0; i < names.size(); ++i)
    for (auto row = quantiles[i].begin(); row != quantiles[i].end(); row += Q)
      out[names[i]].push_back(std::vector<double>(row, row + Q));
  return out;
}

/// Data that a verb has read: a set, of which one file without ids is a set of one.
struct NowData {
  SeriesSet set;
  bool one = false;  ///< written as one series is: without an id
};

struct Now {
  TableInput data;
  SetInput sets;
  ForecastOptions options;
  RollingOptions rolling;
  std::vector<double> seasons;
  bool backtest = false, frozen = false;
  Index epochs = 20;
  std::string weights, tune, report, out = "-";

  void add_to(OptionTable& t) {
    data.add_to(t, "CSV file, or - for standard input");
    t.group("Data");
    t.add("target", options.targets,
          "Column to forecast; several: a,b, or the option again (a comma within a name: \\,)")
        .automatic("y, target, or the only column of numbers");
    t.add("known", options.known, "Columns that are known ahead; their rows after the last target are the plan");
    add_time_options(t, options);
    sets.add_to(t);
    t.remove("past");
    t.group("Forecast");
    t.add("horizon", options.horizon, "Steps to forecast").must().range(1, kNowMaxHorizon);
    t.add("season", seasons, "Steps of one season; 1: none; of it and the one above: 24,168")
        .automatic("by the calendar and a short backtest");
    t.add("levels", options.levels, "Percent of the values that each interval should hold");
    t.add("weights", weights, "Weights that --tune or ./run pretrain wrote")
        .automatic("those in this program")
        .path(FileUse::read);
    t.group("Backtest");
    t.add("backtest", backtest, "Score it beside its rivals on the newest values, instead of a forecast");
    t.add("cutoffs", rolling.cutoffs, "Forecasts of each series, the last one horizon before its end")
        .at_least(1)
        .automatic("as many as the newest fifth has room for, up to 20", 0)
        .with("backtest");
    t.add("stride", rolling.stride, "Steps between cut-offs").at_least(1).automatic("the horizon", 0).with("backtest");
    t.group("Fine-tuning");
    t.add("tune", tune, "Weights file to write: the net after learning from these series, with a verdict")
        .path(FileUse::report);
    t.add("frozen", frozen, "Leave the recurrent layer as it is").with("tune");
    t.add("epochs", epochs, "Most passes over 6,400 windows").at_least(1).with("tune");
    t.add("seed", options.seed, "Of the windows that fine-tuning draws").global();
    t.group("Output");
    add_report_option(t, report, "HTML report to write, with pictures; FILE.svg: the first picture alone");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  void check(OptionTable& t) const {
    check_usage([&] {
      t.check_ranges();
      check_levels(options.levels);
    });
    const auto whole = [](double v) { return v >= 1 && v <= double{kMaxSteps} && v == static_cast<double>(Index(v)); };
    require<UsageError>(seasons.size() <= 2 && std::all_of(seasons.begin(), seasons.end(), whole) &&
                            (seasons.size() < 2 || seasons[1] > seasons[0]),
                        "--season: expected one or two ascending whole numbers from 1 to ", kMaxSteps, ", found ",
                        fmt::format("{}", fmt::join(seasons, ",")));
    require<UsageError>(tune.empty() || !backtest, "--tune and --backtest: --tune tells its own scores");
  }

  NowSetOptions now_options() const {
    NowSetOptions o{.horizon = options.horizon, .levels = options.levels};
    if (!seasons.empty()) o.season = static_cast<Index>(seasons[0]);
    if (seasons.size() > 1) o.long_season = static_cast<Index>(seasons[1]);
    return o;
  }

  NowModel model() const {
    return weights.empty() ? shipped_now_model() : parse_now_model(read_file(weights, kMaxWeightBytes), weights);
  }

  NowData read(const VerbContext& context) {
    const SourceText source = source_of(context, data);
    const bool is_text = data.path == "-";
    if (sets.is_asked(options) || options.targets.empty() || names_series(Table("", column_names(source, data)))) {
      NowData found{sets.read(context.context, source, data, options).set};
      found.one = found.set.count() == 1 && found.set.id_column.empty() && !sets.wide && !sets.by_row;
      return found;
    }
    const Table table = is_text ? parse_csv(source.text, source.name, data.csv()) : data.read(context);
    split_names(options.targets, table);
    const Series series = make_series(table, {.time_column = options.time_column,
                                              .columns = options.targets,
                                              .time_format = options.time_format,
                                              .targets = options.targets.size(),
                                              .tell_unread = true});
    SeriesSet set = set_of_one(series, series.source, static_cast<Index>(options.targets.size()));
    set.time_column = series.time_column;
    return {std::move(set), true};
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check(t);
    const NowModel net = model();
    const NowData found = read(context);
    context.notes(found.set.notes);
    if (!tune.empty()) return fine_tune(context, net, found.set);
    if (backtest) return score(context, net, found.set);
    NowSetForecast next = forecast_now(context.context, net, found.set, now_options());
    context.notes(next.forecasts.notes);
    write_report(found.set, next, nullptr);
    std::vector<std::string>& notes = next.forecasts.notes;
    notes.insert(notes.begin(), found.set.notes.begin(), found.set.notes.end());
    const Outcome outcome = next.has_gaps() ? Outcome::incomplete : Outcome::done;
    return found.one ? told_as_one(found.set, next, outcome) : told_as_set(found.set, next, outcome);
  }

  /// A file that ends with .svg is the picture of the first series alone.
  void write_report(const SeriesSet& set, const NowSetForecast& next, const SetBacktest* scores) const {
    if (report.empty()) return;
    write_file_atomically(report, report.ends_with(".svg")
                                      ? standalone_svg(fan_chart(set, 0, 0, next.forecasts.series[0]))
                                      : now_report(set, next, scores));
  }

  VerbResult told_as_one(const SeriesSet& set, const NowSetForecast& next, Outcome outcome) const {
    const std::vector<std::string> names = target_names(set);
    Forecast forecast = next.forecasts.series[0];
    forecast.notes = next.forecasts.notes;
    nlohmann::json json = to_json(names, forecast);
    json["quantiles"] = quantiles_json(names, next.quantiles[0]);
    json["quantile_levels"] = nine_levels();
    json["seasons"] = seasons_json(set, next.seasons);
    Series series = series_of(set, 0);
    series.time_column = set.time_column.empty() ? "time" : set.time_column;
    return {.json = json_line(json),
            .text = to_csv(names, series, forecast),
            .out = out,
            .what = concat("forecast of ", options.horizon, " steps"),
            .outcome = outcome};
  }

  VerbResult told_as_set(const SeriesSet& set, const NowSetForecast& next, Outcome outcome) const {
    const std::vector<std::string> names = target_names(set);
    nlohmann::json json = to_json(names, next.forecasts);
    for (std::size_t s = 0; s < next.quantiles.size(); ++s)
      json["series"][s]["quantiles"] = quantiles_json(names, next.quantiles[s]);
    json["quantile_levels"] = nine_levels();
    json["seasons"] = seasons_json(set, next.seasons);
    return {.json = json_line(json),
            .text = to_csv(names, set, next.forecasts),
            .out = out,
            .what = concat("forecast of ", options.horizon, " steps of ", set.count(), " series"),
            .outcome = outcome};
  }

  SetBacktest run_plan(VerbContext& context, const SeriesSet& set, SetBacktestPlan& plan) const {
    plan.options.progress = [&](Index done, Index all) {
      if (all > 1) context.progress(concat("scored ", done, " of ", all, " series"));
    };
    SetBacktest scores = run_backtest(context.context, set, plan);
    context.notes(scores.notes);
    return scores;
  }

  VerbResult score(VerbContext& context, const NowModel& net, const SeriesSet& set) const {
    SetBacktestPlan plan = plan_now_backtest(net, set, now_options(), rolling);
    const SetBacktest scores = run_plan(context, set, plan);
    if (!report.empty()) write_report(set, forecast_now(context.context, net, set, now_options()), &scores);
    return {.json = json_line(to_json(scores)),
            .text = to_text(scores),
            .out = out,
            .what = concat("scores of ", scores.windows, " windows")};
  }

  VerbResult fine_tune(VerbContext& context, const NowModel& net, const SeriesSet& set) const {
    check_can_write(tune);
    SetBacktestPlan plan = plan_now_backtest(net, set, now_options(), rolling);
    const NowSeason season = season_before_test(context.context, net, set, now_options());
    const auto observer = context.observe(true);
    const TunedNow tuned = tune_now(context.context, net, set,
                                    {.season = season,
                                     .horizon = std::min(options.horizon, kNowHorizon),
                                     .frozen = frozen,
                                     .epochs = epochs,
                                     .seed = options.seed},
                                    observer.get());
    if (tuned.reason == StopReason::interrupted) return stopped_for_good();
    write_file_atomically(tune, now_model_bytes(tuned.model));
    plan.methods.insert(plan.methods.begin(), now_method(tuned.model, set, now_options(), "tuned"));
    const SetBacktest scores = run_plan(context, set, plan);
    if (!report.empty()) write_report(set, forecast_now(context.context, tuned.model, set, now_options()), &scores);
    const std::string worth = worth_of(tuned, scores);
    nlohmann::json json = to_json(scores);
    json["tuned"] = {{"weights", tune},
                     {"windows", tuned.windows},
                     {"epochs", tuned.epochs},
                     {"validation_before", tuned.before},
                     {"validation_after", tuned.after},
                     {"verdict", worth}};
    return {.json = json_line(json),
            .text = to_text(scores) + worth + "\nweights are in " + tune + ", for --weights\n",
            .out = out,
            .what = concat("scores of ", scores.windows, " windows")};
  }

  /// Whether fine-tuning was worth it, by the windows of the test part.
  static std::string worth_of(const TunedNow& tuned, const SetBacktest& scores) {
    if (tuned.epochs == 0)
      return "fine-tuning was not worth it: no pass lowered the loss on validation windows, and the weights are as "
             "they "
             "were";
    const auto error = [&](std::size_t method) {
      const SetTargetScore& target = scores.targets[0];
      return target.scaled ? target.methods[method].total.mase : target.methods[method].total.mae;
    };
    const double change = 100 * (error(0) / error(1) - 1);
    return fmt::format(
        "fine-tuning was {}worth it: after {} epochs the error of {} on the test windows is {:.1f} % {} "
        "than without",
        change < 0 ? "" : "not ", tuned.epochs, scores.targets[0].target, std::abs(change),
        change < 0 ? "lower" : "higher");
  }
};

}  // namespace

VerbCall begin_forecast_now() {
  return verb_call<Now>();
}

}  // namespace recurra
