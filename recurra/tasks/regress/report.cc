// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/training_report.h"
#include "recurra/tasks/regress/results.h"

namespace recurra {
namespace {

/// Actual numbers in ascending order, and the net's prediction of each.
std::string ranked_chart(const RegressTarget& target) {
  std::vector<std::size_t> order(target.actual.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return target.actual[a] < target.actual[b]; });
  LineChart chart{.title = target.name, .x_label = "sequences, by their actual number", .y_label = target.name};
  chart.series = {{"actual", {}, {}}, {"predicted", {}, {}}};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const std::size_t s : {std::size_t{0}, std::size_t{1}}) {
      chart.series[s].x.push_back(static_cast<double>(i + 1));
      chart.series[s].y.push_back((s == 0 ? target.actual : target.guessed)[order[i]]);
    }
  return chart.svg();
}

}  // namespace

std::string training_command(const RegressModel& model, const std::string& out) {
  return "recurra regress train " + shell_word(model.summary.source) +
         options_as_flags(model.encoding, InputEncoding()) + options_as_flags(model.options, RegressOptions()) +
         run_flags(model.summary, model.options, out);
}

std::string regress_report(const RegressModel& model, const RegressEvaluation& e) {
  Report report(
      "Numbers of sequences",
      fmt::format("{} sequences of {} channels, {} x {} of {} units, readout {}, data: {}", e.count,
                  model.scaling.channels.size(), model.options.layers, name_of(cell_names(), model.options.cell),
                  model.options.hidden, name_of(readout_names(), model.options.readout), e.source));
  for (const std::string& line : verdict(e)) report.callout(line + ".");
  if (!e.notes.empty()) report.list(e.notes);
  for (const RegressTarget& target : e.targets) {
    report.heading("Scores: " + target.name);
    const TextTable rows = score_table(target);
    report.table(rows[0], {rows.begin() + 1, rows.end()}, 0);
    report.figure(ranked_chart(target), "A net that knew everything would draw one line.");
  }
  report.paragraph("MAE and RMSE are in the unit of the data; R2 is the share of the variance that is explained.");
  add_training_section(report, model.summary, "sequences", "");
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

}  // namespace recurra
