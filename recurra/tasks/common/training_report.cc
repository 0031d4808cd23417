// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/training_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recurra/report/chart.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

std::vector<double> epochs_of(const TrainingSummary& s) {
  std::vector<double> out;
  for (const EpochRecord& r : s.history) out.push_back(static_cast<double>(r.epoch));
  return out;
}

/// Of a short run: round numbers would fall between its epochs.
std::vector<std::pair<double, std::string>> epoch_ticks(const TrainingSummary& s) {
  constexpr std::size_t kShort = 9;
  std::vector<std::pair<double, std::string>> out;
  if (s.history.size() > kShort) return out;
  for (const EpochRecord& r : s.history) out.emplace_back(static_cast<double>(r.epoch), concat(r.epoch));
  return out;
}

/// Of the state before training only the validation loss is known.
template <class Get>
std::vector<double> by_epoch(const TrainingSummary& s, Get get) {
  std::vector<double> out;
  for (const EpochRecord& r : s.history) out.push_back(r.epoch == 0 ? std::nan("") : get(r));
  return out;
}

std::string loss_chart(const TrainingSummary& s) {
  LineChart chart{.title = "Loss", .x_label = "epoch", .y_label = "loss", .x_ticks = epoch_ticks(s)};
  const auto validated = [](const EpochRecord& r) { return !std::isnan(r.validation_loss); };
  if (std::any_of(s.history.begin(), s.history.end(), validated)) {
    chart.series.push_back({"validation", epochs_of(s), {}});
    for (const EpochRecord& r : s.history) chart.series[0].y.push_back(r.validation_loss);
    chart.marker = static_cast<double>(s.best_epoch);
    chart.marker_label = "best";
  }
  chart.series.push_back({"training", epochs_of(s), by_epoch(s, [](const EpochRecord& r) { return r.train_loss; })});
  return chart.svg();
}

std::string norm_chart(const TrainingSummary& s) {
  LineChart chart{
      .title = "Gradient norm", .x_label = "epoch", .y_label = "norm", .log_y = true, .x_ticks = epoch_ticks(s)};
  chart.series.push_back(
      {"before clipping", epochs_of(s), by_epoch(s, [](const EpochRecord& r) { return r.gradient_norm; })});
  chart.series.push_back(
      {"after clipping", epochs_of(s), by_epoch(s, [](const EpochRecord& r) { return r.clipped_norm; }), true});
  chart.series.push_back({"largest before clipping", epochs_of(s),
                          by_epoch(s, [](const EpochRecord& r) { return r.largest_gradient_norm; })});
  return chart.svg();
}

}  // namespace

std::string epoch_count(const TrainingSummary& s) {
  const Index epochs = s.history.empty() ? 0 : s.history.back().epoch;
  return concat(epochs, epochs == 1 ? " epoch" : " epochs");
}

void add_training_section(Report& report, const TrainingSummary& s, const std::string& items,
                          const std::string& remark) {
  report.heading("Training");
  if (s.learned_nothing()) report.callout(nothing_learned(s) + ".");
  const bool validated = !s.history.empty() && !std::isnan(s.history.back().validation_loss);
  report.paragraph(fmt::format("{} {}, {} in {:.1f} s; the weights are those of epoch {}{}.{}", s.training_items, items,
                               epoch_count(s), s.seconds, s.best_epoch,
                               validated ? ", which had the lowest validation loss" : ", the last", remark));
  if (!s.start.empty()) report.paragraph("The run began with " + s.start + ".");
  report.figure(loss_chart(s), "Training is measured while the weights still move.");
  report.figure(norm_chart(s), "Global gradient norm, mean over the batches of an epoch, and the largest of them.");
}

void add_repeat_section(Report& report, const std::string& command) {
  report.heading("Repeat this run");
  report.code(command);
  report.paragraph(concat("Instruction set of this report: ", isa_in_use(),
                          ". On one instruction set, the same settings and data give the same bits on any number of "
                          "threads."));
}

std::string run_flags(const TrainingSummary& summary, const NetOptions& options, const std::string& out) {
  std::string flags;
  for (const auto& [name, value] : summary.training) flags += " --" + name + " " + shell_word(value);
  return flags + concat(" --seed ", options.seed, " --out ", shell_word(out));
}

}  // namespace recurra
