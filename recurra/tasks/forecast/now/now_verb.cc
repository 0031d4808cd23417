// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_verb.h"

#include <nlohmann/json.hpp>

#include "recurra/data/digits.h"
#include "recurra/data/number.h"
#include "recurra/data/season.h"
#include "recurra/data/series.h"
#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/forecast/now/forecast_now.h"
#include "recurra/tasks/forecast/options.h"
#include "recurra/tasks/forecast/set_input.h"

namespace recurra {
namespace {

constexpr std::uint64_t kMostWeightBytes = 1 << 26;

/// The forecasts of all targets of one file.
struct NowResults {
  const Series& series;
  std::vector<std::string> targets;
  NowOptions options;
  std::vector<NowForecast> forecasts;  ///< of each target
  std::vector<std::string> stamps;     ///< empty without a time axis
  std::vector<std::string> notes;
};

nlohmann::json to_json(const NowResults& r) {
  nlohmann::json targets = nlohmann::json::array();
  const std::size_t levels = r.options.levels.size();
  for (std::size_t i = 0; i < r.targets.size(); ++i) {
    const NowForecast& f = r.forecasts[i];
    nlohmann::json quantiles = nlohmann::json::array();
    for (std::size_t h = 0; h < f.forecast.point.size(); ++h) {
      const auto row = f.forecast.quantiles.begin() + static_cast<std::ptrdiff_t>(h * levels);
      quantiles.push_back(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(levels)));
    }
    targets.push_back({{"target", r.targets[i]},
                       {"point", f.forecast.point},
                       {"quantiles", quantiles},
                       {"season", f.season},
                       {"long_season", f.long_season},
                       {"why", f.why}});
  }
  return {{"targets", targets}, {"levels", r.options.levels}, {"time", r.stamps}, {"notes", r.notes}};
}

/// A line per step; of each target its median, and its quantiles as target_0.1.
std::string to_csv(const NowResults& r) {
  std::string out = r.stamps.empty() ? "step" : csv_cell(r.series.time_column);
  std::vector<ForecastDigits> digits;
  for (const std::string& name : r.targets) {
    out += ',' + csv_cell(name);
    for (const double level : r.options.levels) out += ',' + csv_cell(concat(name, '_', level));
    digits.emplace_back(r.series.column(name));
  }
  out += '\n';
  const std::size_t levels = r.options.levels.size();
  for (std::size_t h = 0; h < static_cast<std::size_t>(r.options.horizon); ++h) {
    out += r.stamps.empty() ? std::to_string(h + 1) : csv_cell(r.stamps[h]);
    for (std::size_t i = 0; i < r.targets.size(); ++i) {
      const IntervalForecast& f = r.forecasts[i].forecast;
      out += ',' + digits[i].text(f.point[h]);
      for (std::size_t k = 0; k < levels; ++k) out += ',' + digits[i].text(f.quantiles[h * levels + k]);
    }
    out += '\n';
  }
  return out;
}

struct Now {
  TableInput data;
  std::vector<std::string> targets, levels = {"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"};
  ForecastOptions time;
  Index horizon = 1, season = 0;
  std::string weights, out = "-";

  void add_to(OptionTable& t) {
    data.add_to(t, "CSV file, or - for standard input");
    t.group("Data");
    t.add("target", targets, "Column to forecast; several: a,b, or the option again (a comma within a name: \\,)")
        .must();
    add_time_options(t, time);
    t.group("Forecast");
    t.add("horizon", horizon, "Steps to forecast").must().range(1, kNowMostHorizon);
    t.add("season", season, "Steps of one season; 1: none")
        .range(0, kMostSteps)
        .automatic("by the calendar and a short backtest", 0);
    t.add("levels", levels, "Quantiles beside the median, ascending").splits();
    t.add("weights", weights, "Weights that ./run pretrain wrote")
        .automatic("those in this program")
        .path(FileUse::read);
    t.group("Output");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  NowOptions now_options(const OptionTable& t, const Series& series) const {
    NowOptions options{.horizon = horizon, .levels = {}, .season = season};
    for (const std::string& word : levels) {
      double level = 0;
      const bool number = read_number(word, false, level) == CellKind::number && level > 0 && level < 1;
      require<UsageError>(number && (options.levels.empty() || level > options.levels.back()),
                          "--levels: expected ascending numbers between 0 and 1, found '", word, "'");
      options.levels.push_back(level);
    }
    check_usage([&] { t.check_ranges(); });
    if (series.axis) options.calendar_seasons = calendar_seasons(*series.axis);
    return options;
  }

  NowModel model() const {
    return weights.empty() ? shipped_now_model() : parse_now_model(read_file(weights, kMostWeightBytes), weights);
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    const Table table = data.read(context);
    std::vector<std::string> names = targets;
    split_names(names, table);
    const Series series = make_series(table, {.time_column = time.time_column,
                                              .columns = names,
                                              .time_format = time.time_format,
                                              .targets = names.size(),
                                              .tell_unread = true});
    NowResults r{series, names, now_options(t, series), {}, {}, series.warnings};
    const NowModel net = model();
    for (const std::string& name : names) {
      NowForecast f;
      try {
        f = forecast_now(context.context, net, series.column(name), r.options);
      } catch (const ValueError& error) {
        throw ValueError(concat(series.source, ": column '", name, "': ", error.what()));
      }
      r.notes.push_back(concat(name, ": ", f.why));
      for (const std::string& note : f.notes) r.notes.push_back(concat(name, ": ", note));
      r.forecasts.push_back(std::move(f));
    }
    for (Index h = 0; h < horizon && series.axis; ++h) r.stamps.push_back(series.axis->stamp(series.length() + h));
    context.notes(r.notes);
    return {.json = json_line(to_json(r)),
            .text = to_csv(r),
            .out = out,
            .what = concat("forecast of ", horizon, " steps")};
  }
};

}  // namespace

VerbCall begin_forecast_now() {
  return verb_call<Now>();
}

}  // namespace recurra
