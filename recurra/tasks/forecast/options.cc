// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/options.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/split.h"
#include "recurra/data/time_pattern.h"

namespace recurra {

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

const Names<ops::LossKind>& loss_names() {
  using ops::LossKind;
  static const Names<LossKind> names = ops::loss_kind_names().only({LossKind::mse, LossKind::mae, LossKind::huber});
  return names;
}

void check_options(const ForecastOptions& o) {
  check_net_options(o);
  require(!o.targets.empty(), "target: expected at least one column");
  std::vector<std::string> columns = o.targets;
  columns.insert(columns.end(), o.features.begin(), o.features.end());
  columns.push_back(o.time_column);
  std::sort(columns.begin(), columns.end());
  const auto twice = std::adjacent_find(columns.begin(), columns.end());
  require(twice == columns.end(), "column '", twice == columns.end() ? "" : *twice,
          "' is named twice among target, features and time");
  if (!o.time_format.empty()) static_cast<void>(time_format_from(o.time_format));
  require(o.time_format.empty() || o.time_column != "none",
          "time format: there are no times to read where time is none");
  require(!o.log || !o.log1p, "log and log1p: expected one of them");
  check_range("horizon", o.horizon, 1, kMostSteps);
  require(o.lookback == 0 || (o.lookback >= 1 && o.lookback <= kMostSteps), "lookback: expected 1 to ", kMostSteps,
          ", found ", o.lookback);
  check_range("season", o.season, 0, kMostSteps);
  check_range("tbptt", o.tbptt, 0, kMostSteps);
  require(o.tbptt == 0 || !o.bidirectional,
          "tbptt: a bidirectional net reads the whole window in both directions; leave "
          "one of the two out");
  require(o.difference != DifferenceKind::seasonal || o.season != 1, "difference seasonal needs a season above 1");
  require(o.strategy != Strategy::recursive || o.features.empty(), "strategy recursive: the features ",
          o.features.empty() ? "" : "'" + o.features[0] + "'", " are not known ahead; use direct, or leave them out");
  require(o.loss.parameter > 0 && std::isfinite(o.loss.parameter), "huber: expected a finite number above 0, found ",
          o.loss.parameter);
  static_cast<void>(chronological_split(0, o.split));
}

nlohmann::json to_json(const ForecastOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json.update({{"targets", o.targets},
               {"features", o.features},
               {"time_column", o.time_column},
               {"lookback", o.lookback},
               {"horizon", o.horizon},
               {"season", o.season},
               {"difference", name_of(difference_names(), o.difference)},
               {"log", o.log},
               {"scale", name_of(scale_names(), o.scale)},
               {"split", o.split},
               {"skip", o.skip},
               {"strategy", name_of(strategy_names(), o.strategy)},
               {"tbptt", o.tbptt},
               {"loss", name_of(loss_names(), o.loss.kind)},
               {"huber", o.loss.parameter}});
  if (o.skip_shared) json["skip_shared"] = true;
  if (o.strategy == Strategy::decoder) json.update(forcing_to_json(o.forcing));
  if (!o.time_format.empty()) json["time_format"] = o.time_format;
  if (o.log1p) json["log1p"] = true;
  return json;
}

ForecastOptions forecast_options_from(const JsonReader& r) {
  ForecastOptions o;
  read_net_options(r, o);
  o.targets = r.texts("targets");
  o.features = r.texts("features");
  o.time_column = r.text("time_column");
  o.lookback = r.integer("lookback", 1, kMostSteps);
  o.horizon = r.integer("horizon", 1, kMostSteps);
  o.season = r.integer("season", 0, kMostSteps);
  o.difference = r.one_of("difference", difference_names());
  o.log = r.boolean("log");
  o.scale = r.one_of("scale", scale_names());
  const std::vector<double> split = r.numbers("split");
  require<FormatError>(split.size() == 3, "model: expected three numbers in \"split\", found ", split.size());
  std::copy(split.begin(), split.end(), o.split.begin());
  o.skip = r.boolean("skip");
  if (r.has("skip_shared")) o.skip_shared = r.boolean("skip_shared");
  o.strategy = r.one_of("strategy", strategy_names());
  if (o.strategy == Strategy::decoder) o.forcing = forcing_from(r);
  o.tbptt = r.integer("tbptt", 0, kMostSteps);
  o.loss.kind = r.one_of("loss", loss_names());
  if (r.has("time_format")) o.time_format = r.text("time_format");
  if (r.has("log1p")) o.log1p = r.boolean("log1p");
  if (r.has("huber")) o.loss.parameter = r.number("huber");  // older files do not say
  check_options(o);
  return o;
}

}  // namespace recurra
