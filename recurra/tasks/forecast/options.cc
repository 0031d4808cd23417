// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/options.h"

#include <algorithm>

#include "recurra/data/split.h"
#include "recurra/data/time_pattern.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

constexpr std::size_t kMostLevels = 40;  // two outputs for each step and level

}  // namespace

const Names<DifferenceKind>& difference_names() {
  static const Names<DifferenceKind> names = {{"auto", DifferenceKind::automatic},
                                              {"none", DifferenceKind::none},
                                              {"first", DifferenceKind::first},
                                              {"seasonal", DifferenceKind::seasonal},
                                              {"last", DifferenceKind::last}};
  return names;
}

const Names<Strategy>& strategy_names() {
  static const Names<Strategy> names = {
      {"direct", Strategy::direct}, {"recursive", Strategy::recursive}, {"decoder", Strategy::decoder}};
  return names;
}

const Names<ScaleBy>& scale_by_names() {
  static const Names<ScaleBy> names = {
      {"auto", ScaleBy::automatic}, {"series", ScaleBy::series}, {"all", ScaleBy::all}};
  return names;
}

const Names<std::optional<HeadKind>>& forecast_head_names() {
  static const Names<std::optional<HeadKind>> names = [] {
    Names<std::optional<HeadKind>> out = {{"auto", std::nullopt}};
    for (const std::string& name : head_names().names()) out.add(name.c_str(), parse_name(head_names(), name));
    return out;
  }();
  return names;
}

const Names<ops::LossKind>& loss_names() {
  using ops::LossKind;
  static const Names<LossKind> names = ops::loss_kind_names().only({LossKind::mse, LossKind::mae, LossKind::huber});
  return names;
}

void check_levels(const std::vector<double>& levels) {
  require(!levels.empty() && levels.size() <= kMostLevels, "levels: expected 1 to ", kMostLevels,
          " percentages, such as 80,95, found ", levels.size());
  for (std::size_t i = 0; i < levels.size(); ++i) {
    require(levels[i] > 0 && levels[i] < 100, "levels: expected percentages above 0 and below 100, found ", levels[i]);
    require(i == 0 || levels[i] > levels[i - 1], "levels: expected ascending percentages, found ", levels[i], " after ",
            i == 0 ? 0 : levels[i - 1]);
  }
}

Head head_of(const ForecastOptions& o) {
  require(o.head.has_value(), "head_of: the head is not resolved");
  Head head{.kind = *o.head, .loss = o.loss, .levels = {}, .zero_inflated = o.zero_inflated};
  if (head.kind != HeadKind::quantiles) return head;
  for (int tenth = 1; tenth < 10; ++tenth) head.levels.push_back(tenth / 10.0);
  for (const double level : o.levels) {
    head.levels.push_back((100 - level) / 200);
    head.levels.push_back((100 + level) / 200);
  }
  std::sort(head.levels.begin(), head.levels.end());
  const auto same = [](double a, double b) { return b - a < 1e-9; };
  head.levels.erase(std::unique(head.levels.begin(), head.levels.end(), same), head.levels.end());
  return head;
}

void resolve_head(ForecastOptions& o, std::vector<std::string>& notes) {
  if (!o.head) {
    o.head = HeadKind::point;
    if (o.strategy != Strategy::direct)
      notes.push_back(
          concat("head: point, as the strategy ", name_of(strategy_names(), o.strategy), " feeds one number back"));
    else if (o.loss.kind != ops::LossKind::mae)
      notes.push_back(concat("head: point, which the loss ", name_of(loss_names(), o.loss.kind), " is for"));
    else
      o.head = HeadKind::quantiles;
  }
  if (keeps_zero(head_of(o))) o.difference = DifferenceKind::none;
}

void add_time_options(OptionTable& t, ForecastOptions& o) {
  t.add("time", o.time_column,
        "Column of time stamps, or several that make them up: date,time; none: each row is one step")
      .automatic("the first column of dates")
      .kept("time_column");
  t.add("time-format", o.time_format,
        "Format of the time stamps, as in strptime: %d/%m/%Y %H:%M; or number, epoch-s, epoch-ms, epoch-us, epoch-ns, "
        "excel")
      .automatic("detected from the column")
      .kept_unless("");
}

void add_options(OptionTable& t, ForecastOptions& o) {
  t.group("Data");
  t.add("target", o.targets, "Column to forecast; several: a,b, or the option again (a comma within a name: \\,)")
      .automatic("of a set of series: y, target, or its only column of numbers")
      .kept("targets");
  t.add("features", o.features, "Further input columns, known up to now, named as with --target").kept();
  t.add("known", o.known, "Input columns that are known ahead; their rows after the last target are the plan")
      .kept_unless("");
  t.add("static", o.fixed, "Input columns with one value for each series").kept_unless("");
  add_time_options(t, o);
  t.add("split", o.split, "Fractions for training, validation and test, oldest first").kept();
  t.group("Forecast");
  t.add("horizon", o.horizon, "Steps to forecast").must().range(1, kMostSteps).kept();
  t.add("lookback", o.lookback, "Steps that the net sees")
      .range(1, kMostSteps)
      .automatic("chosen on validation rows", 0)
      .kept();
  t.add("strategy", o.strategy, strategy_names(), "All steps at once, one step fed back, or a decoder").kept();
  t.add("head", o.head, forecast_head_names(), "What the net says of each step: a number, quantiles, a distribution")
      .automatic("quantiles; point where one number is fed back, or for another --loss")
      .kept_unless("point");
  t.add("zero-inflated", o.zero_inflated, "Mix the distribution with a point mass at 0").kept_unless("false");
  t.add("levels", o.levels, "Percent of the values that each interval should hold").kept_unless("80,95");
  t.add("calibrate", o.calibrate, "Correct the intervals by the errors on the validation rows");
  t.group("Preparation");
  t.add("season", o.season, "Steps of one season; 1: none")
      .range(0, kMostSteps)
      .automatic("detected in the training rows")
      .kept();
  t.add("difference", o.difference, difference_names(),
        "Forecast changes since the last step, the last season, or the end of the window")
      .kept();
  t.add("scale", o.scale, scale_names(), "Fitted on training rows only").kept();
  t.add("scale-by", o.scale_by, scale_by_names(), "A scale for each series of a set, or one for all; auto: for each")
      .kept_unless("auto");
  t.add("log", o.log, "Work on the logarithm of the targets").kept();
  t.add("log1p", o.log1p, "Work on log(1 + x) of the targets, which may be 0").kept_unless("false");
  t.group("Net");
  t.add("skip", o.skip, "Add a linear path in parallel to the net").kept();
  add_net_options(t, o);
  add_loop_options(t, o.train);
  t.add("loss", o.loss.kind, loss_names(), "Loss of a point forecast, on the prepared scale").kept();
  t.add("huber", o.loss.parameter, "Error above which the Huber loss is linear").above(0).kept().missing("1");
  t.add("tbptt", o.tbptt, "Steps of truncated back-propagation; 0: the whole window").range(0, kMostSteps).kept();
  t.add("refit", o.refit, "After the tested net, train one that also uses the newest rows");
  add_forcing_options(t, o.forcing, [&o] { return o.strategy == Strategy::decoder; });
}

std::vector<std::string> input_columns(const ForecastOptions& o) {
  std::vector<std::string> names = o.targets;
  for (const auto* more : {&o.features, &o.fixed, &o.known}) names.insert(names.end(), more->begin(), more->end());
  return names;
}

namespace {

void check_head_options(const ForecastOptions& o) {
  check_levels(o.levels);
  const bool open = !o.head, point = o.head == HeadKind::point;
  const std::string name = name_of(forecast_head_names(), o.head);
  require(!o.zero_inflated || (!open && !point && o.head != HeadKind::quantiles),
          "zero-inflated: expected a head that is a distribution, found ", name);
  if (open || point) return;
  require(o.strategy == Strategy::direct, "head ", name, ": the strategy ", name_of(strategy_names(), o.strategy),
          " feeds one number back; use --head point, whose intervals come from its errors, or --strategy direct");
  require(o.loss.kind == ops::LossKind::mae, "loss ", name_of(loss_names(), o.loss.kind), ": the head ", name,
          " has a loss of its own; use --head point");
  if (!keeps_zero(head_of(o))) return;
  const std::string kind = concat("head ", name, o.zero_inflated ? ", zero-inflated" : "");
  require(!o.log && !o.log1p, kind, ": works on the values themselves; leave out ", o.log ? "--log" : "--log1p");
  require(o.difference == DifferenceKind::none || o.difference == DifferenceKind::automatic, kind,
          ": 0 must stay 0, so difference ", name_of(difference_names(), o.difference), " cannot be used");
}

}  // namespace

void check_options(const ForecastOptions& o) {
  check_ranges(o);
  check_head_options(o);
  require(!o.targets.empty(), "target: expected at least one column");
  std::vector<std::string> columns = input_columns(o);
  columns.push_back(o.time_column);
  std::sort(columns.begin(), columns.end());
  const auto twice = std::adjacent_find(columns.begin(), columns.end());
  require(twice == columns.end(), "column '", twice == columns.end() ? "" : *twice,
          "' is named twice among target, features, known, static and time");
  if (!o.time_format.empty()) static_cast<void>(time_format_from(o.time_format));
  require(o.time_format.empty() || o.time_column != "none",
          "time format: there are no times to read where time is none");
  require(!o.log || !o.log1p, "log and log1p: expected one of them");
  require(o.tbptt == 0 || !o.bidirectional,
          "tbptt: a bidirectional net reads the whole window in both directions; leave "
          "one of the two out");
  require(o.tbptt == 0 || !o.from_end,
          "tbptt: a net that reads from the end has its last step at the window's start; leave from-end or tbptt out");
  require(o.difference != DifferenceKind::seasonal || o.season != 1, "difference seasonal needs a season above 1");
  require(o.strategy != Strategy::recursive || o.features.empty(), "strategy recursive: the features ",
          o.features.empty() ? "" : "'" + o.features[0] + "'", " are not known ahead; use direct, or leave them out");
  static_cast<void>(chronological_split(0, o.split));
}

nlohmann::json to_json(const ForecastOptions& options) {
  ForecastOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  if (options.skip_shared) json["skip_shared"] = true;
  return json;
}

ForecastOptions forecast_options_from(const JsonReader& r) {
  ForecastOptions o;
  table_of(o).read(r);
  if (r.has("skip_shared")) o.skip_shared = r.boolean("skip_shared");
  require<FormatError>(o.head.has_value(), r.where(), ": expected the kind of head, found \"auto\"");
  if (o.strategy == Strategy::decoder) static_cast<void>(TeacherForcing(o.forcing));
  check_options(o);
  return o;
}

}  // namespace recurra
