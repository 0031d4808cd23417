// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/options.h"

#include <algorithm>

#include "recurra/data/split.h"
#include "recurra/data/time_pattern.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

constexpr std::size_t kMaxLevels = 40;  // two outputs for each step and level
constexpr Index kLongestSegment = 48;   // that is chosen by itself

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
  static const Names<Strategy> names = {{"direct", Strategy::direct},
                                        {"recursive", Strategy::recursive},
                                        {"decoder", Strategy::decoder},
                                        {"segments", Strategy::segments}};
  return names;
}

const Names<Channels>& channel_names() {
  static const Names<Channels> names = {
      {"auto", Channels::automatic}, {"joint", Channels::joint}, {"independent", Channels::independent}};
  return names;
}

const Names<std::optional<ops::WindowScaling>>& scale_window_names() {
  static const Names<std::optional<ops::WindowScaling>> names = [] {
    Names<std::optional<ops::WindowScaling>> out = {{"auto", std::nullopt}};
    for (const std::string& name : ops::window_scaling_names().names())
      out.add(name.c_str(), parse_name(ops::window_scaling_names(), name));
    return out;
  }();
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
  require(!levels.empty() && levels.size() <= kMaxLevels, "levels: expected 1 to ", kMaxLevels,
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
  if (o.median_weight == 0) return head;
  head.shares.assign(head.levels.size(), 1);
  const auto median = std::find(head.levels.begin(), head.levels.end(), 0.5);
  head.shares[static_cast<std::size_t>(median - head.levels.begin())] =
      o.median_weight * static_cast<double>(head.levels.size() - 1);
  return head;
}

void resolve_head(ForecastOptions& o, std::vector<std::string>& notes) {
  if (!o.head) {
    o.head = HeadKind::point;
    if (o.strategy == Strategy::recursive || o.strategy == Strategy::decoder)
      notes.push_back(
          concat("head: point, as the strategy ", name_of(strategy_names(), o.strategy), " feeds one number back"));
    else if (o.loss.kind != ops::LossKind::mae)
      notes.push_back(concat("head: point, which the loss ", name_of(loss_names(), o.loss.kind), " is for"));
    else
      o.head = HeadKind::quantiles;
  }
  if (keeps_zero(head_of(o))) o.difference = DifferenceKind::none;
}

bool independent(const ForecastOptions& o) {
  require(o.channels != Channels::automatic, "channels: not resolved");
  return o.channels == Channels::independent;
}

ops::WindowScaling scaling_of(const ForecastOptions& o) {
  if (o.difference == DifferenceKind::last) return ops::WindowScaling::last;
  return o.scale_window.value_or(ops::WindowScaling::none);
}

void resolve_shape(ForecastOptions& o, std::vector<std::string>& notes) {
  if (o.channels == Channels::automatic) {
    const bool many = o.targets.size() >= kIndependentFrom && o.strategy != Strategy::decoder;
    o.channels = many ? Channels::independent : Channels::joint;
    if (many)
      notes.push_back(concat("channels: each of the ", o.targets.size(),
                             " targets from its own window, by one net; --channels joint reads them together"));
  }
  if (independent(o)) o.skip_shared = true;
  if (o.strategy != Strategy::segments || o.segment > 0) return;
  const Index quarter = std::clamp<Index>(o.lookback / 4, 1, kLongestSegment);
  o.segment = o.season > 1 && o.season <= kLongestSegment && 2 * o.season <= o.lookback ? o.season : quarter;
  notes.push_back(concat("segments: ", o.segment, " steps; --segment N overrides it"));
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
  t.add("horizon", o.horizon, "Steps to forecast").must().range(1, kMaxSteps).kept();
  t.add("lookback", o.lookback, "Steps that the net sees")
      .range(1, kMaxSteps)
      .automatic("chosen on validation rows", 0)
      .kept();
  t.add("strategy", o.strategy, strategy_names(), "All steps at once, one step fed back, a decoder, or by segments")
      .kept();
  t.add("segment", o.segment, "Steps of a segment, with --strategy segments")
      .range(1, kMaxSteps)
      .automatic("a season, or a quarter of the window", 0)
      .kept_unless("0");
  t.add("channels", o.channels, channel_names(),
        "Several targets together, or each from its own window by the same weights; auto: so from four on")
      .kept_unless("joint");
  t.add("head", o.head, forecast_head_names(), "What the net says of each step: a number, quantiles, a distribution")
      .automatic("quantiles; point where one number is fed back, or for another --loss")
      .kept_unless("point");
  t.add("zero-inflated", o.zero_inflated, "Mix the distribution with a point mass at 0").kept_unless("false");
  t.add("levels", o.levels, "Percent of the values that each interval should hold").kept_unless("80,95");
  t.add("median-weight", o.median_weight,
        "Of quantiles: what the median weighs in the loss, all other levels together 1; 0: as any of them")
      .range(0, 1000)
      .kept_unless("0");
  t.add("calibrate", o.calibrate, "Correct the intervals by the errors on the validation rows");
  t.add("interval-prior", o.interval_prior,
        "Weight of intervals by the training windows against these errors, in windows; 0: the errors alone")
      .range(0, 1000)
      .kept_unless("0");
  t.add("follow-errors", o.follow_errors, "Let calibrated intervals follow the errors of the newest forecasts")
      .kept_unless("false");
  t.group("Preparation");
  t.add("season", o.season, "Steps of one season; 1: none")
      .range(0, kMaxSteps)
      .automatic("detected in the training rows")
      .kept();
  t.add("difference", o.difference, difference_names(),
        "Forecast changes since the last step, the last season, or the end of the window")
      .kept();
  t.add("scale", o.scale, scale_names(), "Fitted on training rows only").kept();
  t.add("scale-window", o.scale_window, scale_window_names(),
        "Put each window on its own scale: minus its last value, by its mean and deviation, or by its mean size")
      .kept_unless("none");
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
  t.add("tbptt", o.tbptt, "Steps of truncated back-propagation; 0: the whole window").range(0, kMaxSteps).kept();
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
  require(o.strategy == Strategy::direct || o.strategy == Strategy::segments, "head ", name, ": the strategy ",
          name_of(strategy_names(), o.strategy),
          " feeds one number back; use --head point, whose intervals come from its errors, or --strategy direct");
  require(o.loss.kind == ops::LossKind::mae, "loss ", name_of(loss_names(), o.loss.kind), ": the head ", name,
          " has a loss of its own; use --head point");
  if (!keeps_zero(head_of(o))) return;
  const std::string kind = concat("head ", name, o.zero_inflated ? ", zero-inflated" : "");
  require(!o.log && !o.log1p, kind, ": works on the values themselves; leave out ", o.log ? "--log" : "--log1p");
  require(o.difference == DifferenceKind::none || o.difference == DifferenceKind::automatic, kind,
          ": 0 must stay 0, so difference ", name_of(difference_names(), o.difference), " cannot be used");
}

void check_scale_window(const ForecastOptions& o) {
  using ops::WindowScaling;
  const WindowScaling scaling = o.scale_window.value_or(WindowScaling::none);
  if (scaling == WindowScaling::none) return;
  const std::string name = concat("scale-window ", name_of(ops::window_scaling_names(), scaling));
  const bool zero = o.head && keeps_zero(head_of(o)), open = o.difference == DifferenceKind::automatic;
  require(scaling != WindowScaling::last || open || o.difference == DifferenceKind::last, name,
          ": it is what --difference last does, so difference ", name_of(difference_names(), o.difference),
          " cannot be had too");
  require(scaling == WindowScaling::last || o.difference != DifferenceKind::last, name,
          ": difference last is a scale of each window too; leave one of the two out");
  require(!zero || scaling == WindowScaling::mean_size, name, ": 0 must stay 0 with the head ",
          name_of(forecast_head_names(), o.head), "; use --scale-window mean-size");
  require(scaling != WindowScaling::standard || o.scale != ScaleKind::none, name,
          ": needs --scale, which tells how large the deviation of an ordinary window is");
  require(scaling == WindowScaling::last || o.strategy != Strategy::recursive, name,
          ": the strategy recursive would need a new scale at each step; use --strategy direct or --difference last");
}

void check_shape(const ForecastOptions& o) {
  require(o.channels != Channels::independent || o.strategy != Strategy::decoder,
          "channels independent: the strategy decoder writes all targets of a step together; use --strategy direct "
          "or segments");
  if (o.strategy != Strategy::segments) {
    require(o.segment == 0, "segment: goes with --strategy segments, found ", name_of(strategy_names(), o.strategy));
    return;
  }
  require(!o.bidirectional && !o.from_end,
          "strategy segments: the horizon goes on from the window's last state; leave bidirectional and from-end out");
  require(o.tbptt == 0, "strategy segments: has few steps to cut gradients at; leave tbptt out");
  require(o.lookback == 0 || o.segment <= o.lookback, "segment: expected at most the lookback, ", o.lookback,
          ", found ", o.segment);
}

}  // namespace

void check_options(const ForecastOptions& o) {
  check_ranges(o);
  check_head_options(o);
  check_scale_window(o);
  check_shape(o);
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
  require<FormatError>(o.channels != Channels::automatic, r.where(), ": expected the channels, found \"auto\"");
  require<FormatError>(o.scale_window.has_value(), r.where(), ": expected a scale of windows, found \"auto\"");
  require<FormatError>(o.strategy != Strategy::segments || o.segment > 0, r.where(), ": expected a segment");
  if (o.strategy == Strategy::decoder) static_cast<void>(TeacherForcing(o.forcing));
  check_options(o);
  return o;
}

}  // namespace recurra
