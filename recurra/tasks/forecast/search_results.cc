// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/search_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "recurra/data/csv.h"
#include "recurra/io/json_reader.h"
#include "recurra/report/chart.h"
#include "recurra/report/html.h"
#include "recurra/tasks/common/result_text.h"

namespace recurra {
namespace {

constexpr std::size_t kShownTrials = 10;

/// What a trial chose, by the names of the options.
std::vector<std::pair<std::string, std::string>> settings_of(const ForecastOptions& o) {
  return {{"cell", name_of(cell_names(), o.cell)},
          {"hidden", concat(o.hidden)},
          {"lookback", concat(o.lookback)},
          {"difference", name_of(difference_names(), o.difference)},
          {"log", o.log ? "yes" : "no"},
          {"strategy", name_of(strategy_names(), o.strategy)},
          {"scale_window", name_of(scale_window_names(), o.scale_window)},
          {"lr", short_number(o.train.optimizer.learning_rate)}};
}

/// The trials from the best on; those that failed last.
std::vector<std::size_t> by_score(const Search& search) {
  std::vector<std::size_t> order(search.trials.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto rank = [&](std::size_t i) { return std::isnan(search.trials[i].mase) ? INFINITY : search.trials[i].mase; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return order;
}

TextTable rows_of(const Search& search, const std::vector<std::size_t>& order) {
  TextTable rows = {{"trial", "MASE", "MAE", "epochs", "best epoch"}};
  for (const auto& setting : settings_of({})) rows[0].push_back(setting.first);
  for (const char* name : {"parameters", "seconds"}) rows[0].emplace_back(name);
  for (const std::size_t i : order) {
    const SearchTrial& t = search.trials[i];
    auto& row = rows.emplace_back(std::vector<std::string>{t.number == 0 ? "0 (default)" : concat(t.number),
                                                           short_number(t.mase), short_number(t.mae),
                                                           concat(t.options.train.epochs), concat(t.best_epoch)});
    for (const auto& setting : settings_of(t.options)) row.push_back(setting.second);
    row.push_back(concat(t.parameters));
    row.push_back(short_number(t.seconds));
  }
  return rows;
}

/// The best trial compared with the default.
std::string found(const Search& search) {
  const SearchTrial &first = search.trials[0], &best = search.trials[search.best];
  const std::string count = fmt::format("{} {} in {} s", search.trials.size(),
                                        search.trials.size() == 1 ? "trial" : "trials", short_number(search.seconds));
  if (search.best == 0) return count + ": the default has the lowest error on the validation part";
  if (std::isnan(first.mase))
    return concat(count, ": the default failed (", first.failure, "), trial ", best.number, " is the best");
  return fmt::format("{}: trial {} has an error {:.1f} % below that of the default on the validation part", count,
                     best.number, 100 * (1 - best.mase / first.mase));
}

/// The index of a whole number of a table.
Index whole_number(double x, const std::string& path) {
  require<FormatError>(x >= 0 && x <= 1e15 && x == std::floor(x), path, ": expected a whole number, found ", x);
  return static_cast<Index>(x);
}

}  // namespace

std::string trials_csv(const Search& search) {
  std::string out = "trial,bracket,rung,epochs";
  for (const auto& setting : settings_of({})) out += "," + setting.first;
  out += ",validation_mase,validation_mae,best_epoch,parameters,seconds,failure,run\n";
  const auto number = [](double x) { return std::isnan(x) ? "" : fmt::format("{}", x); };
  for (const SearchTrial& t : search.trials) {
    out += fmt::format("{},{},{},{}", t.number, t.bracket, t.rung, t.options.train.epochs);
    for (const auto& setting : settings_of(t.options)) out += "," + csv_cell(setting.second);
    out += fmt::format(",{},{},{},{},{},{},run-{}\n", number(t.mase), number(t.mae), t.best_epoch, t.parameters,
                       t.seconds, csv_cell(t.failure), search.run);
  }
  return out;
}

EarlierTrials read_trials(const std::string& path) {
  const Table table = read_csv_file(path, {.header = CsvOptions::Header::yes});
  EarlierTrials out{"", path, {}};
  const auto numbers = [&](const char* name) { return table.number_column(name); };
  const auto trial = numbers("trial"), mase = numbers("validation_mase"), mae = numbers("validation_mae"),
             best_epoch = numbers("best_epoch"), parameters = numbers("parameters"), seconds = numbers("seconds");
  const auto failure = table.text_column("failure"), run = table.text_column("run");
  for (std::size_t i = 0; i < trial.size(); ++i) {
    const Index least = i == 0 ? 0 : out.trials.back().number + 1;
    require<FormatError>(trial[i] >= static_cast<double>(least), path, ": expected trial ", least,
                         " or a later one in data row ", i + 1);
    require<FormatError>(run[i] == run[0] && run[i].starts_with("run-"), path, ": the trials are of several searches");
    SearchTrial& t = out.trials.emplace_back();
    t.number = whole_number(trial[i], path);
    t.mase = mase[i];
    t.mae = mae[i];
    t.best_epoch = whole_number(best_epoch[i], path);
    t.parameters = whole_number(parameters[i], path);
    require<FormatError>(seconds[i] >= 0, path, ": expected seconds of at least 0, found ", seconds[i]);
    t.seconds = seconds[i];
    t.failure = failure[i];
  }
  out.run = run.empty() ? "" : run[0].substr(4);
  return out;
}

nlohmann::json to_json(const Search& search) {
  nlohmann::json trials = nlohmann::json::array();
  for (const SearchTrial& t : search.trials)
    trials.push_back({{"trial", t.number},
                      {"bracket", t.bracket},
                      {"rung", t.rung},
                      {"epochs", t.options.train.epochs},
                      {"cell", name_of(cell_names(), t.options.cell)},
                      {"hidden", t.options.hidden},
                      {"lookback", t.options.lookback},
                      {"difference", name_of(difference_names(), t.options.difference)},
                      {"log", t.options.log},
                      {"strategy", name_of(strategy_names(), t.options.strategy)},
                      {"scale_window", name_of(scale_window_names(), t.options.scale_window)},
                      {"lr", t.options.train.optimizer.learning_rate},
                      {"validation_mase", number_or_null(t.mase)},
                      {"validation_mae", number_or_null(t.mae)},
                      {"best_epoch", t.best_epoch},
                      {"parameters", t.parameters},
                      {"seconds", t.seconds},
                      {"failure", t.failure}});
  return {{"trials", trials}, {"best_trial", search.best}, {"search_seconds", search.seconds}};
}

std::string to_text(const Search& search) {
  std::vector<std::size_t> order = by_score(search);
  order.resize(std::min(order.size(), kShownTrials));
  return text_table(rows_of(search, order)) + found(search) + "\n";
}

std::string search_report(const Search& search, const std::string& source, const std::string& command) {
  const ForecastOptions& o = search.trials[0].options;
  Report report(concat("Search for a forecaster of ", o.targets[0]),
                fmt::format("{} steps ahead, {} trials, data: {}", o.horizon, search.trials.size(), source));
  report.callout(found(search) + ".");
  report.paragraph(
      "Each trial trains a net and is judged by its mean absolute scaled error on the validation part, which it also "
      "stops by; the test part plays no role here, and only a backtest on it tells how well the best one does.");
  LineChart chart{.title = "Lowest error so far", .x_label = "seconds", .y_label = "validation MASE"};
  LineSeries lowest{.name = "lowest", .x = {}, .y = {}}, each{.name = "each trial", .x = {}, .y = {}, .dashed = true};
  double spent = 0, least = INFINITY;
  for (const SearchTrial& t : search.trials) {
    spent += t.seconds;
    least = std::isnan(t.mase) ? least : std::min(least, t.mase);
    lowest.x.push_back(spent);
    lowest.y.push_back(std::isinf(least) ? std::numeric_limits<double>::quiet_NaN() : least);
    each.x.push_back(spent);
    each.y.push_back(t.mase);
  }
  chart.series = {lowest, each};
  report.figure(chart.svg(), "The error of the best trial so far, and of each trial, by the time that was spent.");
  report.heading("All trials, the best first");
  TextTable rows = rows_of(search, by_score(search));
  const std::vector<std::string> header = rows.front();
  rows.erase(rows.begin());
  report.table(header, rows, 0);
  std::vector<std::string> failures;
  for (const SearchTrial& t : search.trials)
    if (!t.failure.empty()) failures.push_back(concat("trial ", t.number, ": ", t.failure));
  if (!failures.empty()) {
    report.heading("Trials that failed");
    report.list(failures);
  }
  report.heading("The best one again");
  report.code(command);
  return report.html();
}

}  // namespace recurra
