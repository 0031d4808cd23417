// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/common/training_report.h"
#include "recurra/tasks/forecast/importance.h"
#include "recurra/tasks/forecast/inspect.h"

namespace recurra {
namespace {

constexpr Index kShownHistory = 4;  // horizons before the forecast, at least a season, at most kMaxShown steps
constexpr Index kMaxShown = 1000;
constexpr double kFar = 4;  // a baseline this many times worse than the best is left out of line charts

/// Counting numbers as doubles: a, a + 1, ...
std::vector<double> counting(double first, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = first + static_cast<double>(i);
  return out;
}

class Writer {
 public:
  Writer(Context& context, const ForecastModel& model, const Series& series, const Backtest& backtest)
      : context_(context),
        model_(model),
        options_(model.options),
        series_(series),
        backtest_(backtest),
        report_(concat("Forecast of ", title()), subtitle()) {}

  std::string html() {
    for (const std::string& line : verdict(backtest_)) report_.callout(line + ".");
    forecast_section();
    for (const TargetScore& target : backtest_.targets) backtest_section(target);
    add_importance_section(report_, importance(context_, model_, series_));
    training_section();
    gradient_section();
    add_repeat_section(report_, training_command(model_, "model.safetensors"));
    return report_.html();
  }

 private:
  std::string title() const {
    std::string out;
    for (const auto& name : options_.targets) out += (out.empty() ? "" : ", ") + name;
    return out;
  }
  std::string subtitle() const {
    return fmt::format("{} steps ahead from {} steps, {} of {} units, data: {} ({} rows)", options_.horizon,
                       options_.lookback, name_of(cell_names(), options_.cell), options_.hidden, series_.source,
                       series_.length());
  }

  /// To the minute; the date alone at midnight.
  std::string short_stamp(Index t) const {
    std::string stamp = series_.axis->stamp(t);
    if (stamp.size() > 16) stamp.resize(16);
    if (stamp.ends_with("T00:00")) stamp.resize(10);
    std::replace(stamp.begin(), stamp.end(), 'T', ' ');
    return stamp;
  }

  /// A few stamps instead of row numbers, where there is a time axis: of each part of the range its first midnight.
  std::vector<std::pair<double, std::string>> stamps(Index first, Index last) const {
    std::vector<std::pair<double, std::string>> out;
    constexpr Index kTicks = 4;
    for (Index i = 0; i < kTicks && series_.axis; ++i) {
      const Index begin = first + (last - first) * (4 * i + 1) / (4 * kTicks);
      const Index end = first + (last - first) * (4 * i + 4) / (4 * kTicks);
      Index t = begin;
      while (t < end && short_stamp(t).size() > 10) ++t;
      if (t == end) t = begin;
      out.emplace_back(static_cast<double>(t + 1), short_stamp(t));
    }
    return out;
  }

  void forecast_section() {
    report_.heading("The next " + std::to_string(options_.horizon) + " steps");
    const Forecast forecast = forecast_next(context_, model_, series_, {}, /*follow=*/true);
    const Index end = series_.length();
    const Index shown =
        std::min({end, kMaxShown, std::max(kShownHistory * options_.horizon, options_.season + options_.horizon)});
    for (std::size_t target = 0; target < options_.targets.size(); ++target) {
      const auto& past = series_.column(options_.targets[target]);
      LineChart chart{.title = "Forecast of " + options_.targets[target],
                      .x_label = series_.axis ? "time" : "row",
                      .y_label = options_.targets[target]};
      chart.series.push_back({"forecast", counting(static_cast<double>(end + 1), forecast.values[target].size()),
                              forecast.values[target]});
      chart.series.push_back({"history",
                              counting(static_cast<double>(end - shown + 1), static_cast<std::size_t>(shown)),
                              {past.end() - shown, past.end()}});
      const auto& intervals = forecast.intervals[target];
      for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval)
        chart.bands.push_back({fmt::format("{} % interval", interval->level),
                               counting(static_cast<double>(end + 1), interval->lower.size()), interval->lower,
                               interval->upper});
      chart.x_ticks = stamps(end - shown, end + options_.horizon - 1);
      chart.marker = static_cast<double>(end) + 0.5;
      chart.marker_label = "end of data";
      report_.figure(chart.svg(), concat("The end of the history and the forecast that follows it, in the unit of the "
                                         "data.",
                                         intervals.empty() ? ""
                                                           : " A value should lie within a band as often as it "
                                                             "says; the backtest shows how often values did."));
    }
  }

  void backtest_section(const TargetScore& target) {
    report_.heading("Backtest: " + target.target);
    report_.paragraph(
        concat("Rolling origin over the part that neither training nor validation has seen: all ", backtest_.windows,
               " windows of ", backtest_.horizon, " steps from step ", backtest_.first_row + 1,
               " on. Every method forecasts the same windows; the linear method is a ridge regression on the same "
               "prepared data as the net."));
    std::vector<std::vector<std::string>> rows;
    BarChart bars{.title = "Mean absolute error", .x_label = "mean absolute error, in the unit of " + target.target};
    double best = INFINITY;
    for (const MethodScore& m : target.methods) {
      rows.push_back({m.name, short_number(m.errors.mae), short_number(m.errors.rmse), short_number(m.errors.smape),
                      short_number(m.errors.mase)});
      bars.bars.emplace_back(m.name, m.errors.mae);
      best = std::min(best, m.errors.mae);
    }
    report_.table({"method", "MAE", "RMSE", "sMAPE %", concat("MASE (season ", target.season, ")")}, rows, 0);
    report_.figure(bars.svg(), "Shorter is better.");

    LineChart steps{.title = "Error by horizon step",
                    .x_label = "steps ahead",
                    .y_label = "mean absolute error",
                    .y_from_zero = true};
    std::string left_out;
    for (const MethodScore& m : target.methods) {
      if (m.errors.mae > kFar * best) {
        left_out += (left_out.empty() ? "" : ", ") + m.name;
      } else {
        steps.series.push_back({m.name, counting(1, m.mae_by_step.size()), m.mae_by_step});
      }
    }
    report_.figure(steps.svg(), concat("Error by distance into the future.",
                                       left_out.empty() ? "" : " Far above, and left out: " + left_out + "."));
    interval_section(target);
  }

  void interval_section(const TargetScore& target) {
    if (!target.methods[0].quantiles) return;
    report_.paragraph(concat(
        "Intervals on the same windows: how many percent of the values each held, and how wide it was on average. ",
        model_.calibration ? concat("The net's were calibrated on the validation rows",
                                    options_.interval_prior > 0 ? ", weighed against the training rows; the" : "; the")
                           : "The",
        " rivals' are made of their errors on the validation rows. CRPS measures all quantiles at once, in the "
        "unit of the data, and less is better; for a single number it would be the MAE. MSIS is the width plus a "
        "penalty for what was missed, relative to the seasonal naive forecast."));
    std::vector<std::string> header = {"method"};
    for (const double level : backtest_.levels)
      for (const std::string& column :
           {fmt::format("{} % holds %", level), std::string("width"), fmt::format("MSIS {}", level)})
        header.push_back(column);
    header.push_back("CRPS");
    std::vector<std::vector<std::string>> rows;
    for (const MethodScore& m : target.methods) {
      if (!m.quantiles) continue;
      auto& row = rows.emplace_back(std::vector<std::string>{m.name});
      for (std::size_t i = 0; i < backtest_.levels.size(); ++i) {
        row.push_back(fmt::format("{:.1f}", 100 * m.quantiles->coverage[i]));
        row.push_back(short_number(m.quantiles->width[i]));
        row.push_back(short_number(m.quantiles->msis[i]));
      }
      row.push_back(short_number(m.quantiles->crps));
    }
    report_.table(header, rows, 0);
  }

  void training_section() {
    std::string remark = options_.skip ? " Epoch 0 is the linear model that the skip begins at." : "";
    if (model_.tested)
      remark += concat(" The net that forecasts was then made anew in as many epochs over all ", model_.rows,
                       " rows; the backtest scores the one before it.");
    add_training_section(report_, model_.summary, "windows", remark);
  }

  void gradient_section() {
    const Diagnosis diagnosis = diagnose(context_, model_, series_);
    report_.heading("Inside the net");
    report_.list(advice(model_, diagnosis));
    LineChart flow{.title = "Gradient flow through time",
                   .x_label = "steps before the forecast",
                   .y_label = "|dy/dx|",
                   .log_y = true};
    const auto distances = counting(0, diagnosis.whole.norm.size());
    flow.series.push_back({"recurrent net", distances, diagnosis.recurrent.norm});
    if (options_.skip) flow.series.push_back({"net and linear skip", distances, diagnosis.whole.norm});
    report_.figure(flow.svg(),
                   concat("How strongly the forecast depends on an input, by its distance in time; mean over ",
                          diagnosis.windows, " windows. A line that falls steeply is a gradient that vanishes."));
  }

  Context& context_;
  const ForecastModel& model_;
  const ForecastOptions& options_;
  const Series& series_;
  const Backtest& backtest_;
  Report report_;
};
}  // namespace

std::string training_command(const ForecastModel& model, const std::string& out) {
  const ForecastOptions& o = model.options;
  return "recurra forecast train " + shell_word(model.summary.source) + options_as_flags(o, ForecastOptions()) +
         (o.refit ? "" : " --no-refit") + run_flags(model.summary, o, out);
}

std::string forecast_report(Context& context, const ForecastModel& model, const Series& series,
                            const Backtest& backtest) {
  return Writer(context, model, series, backtest).html();
}

}  // namespace recurra
