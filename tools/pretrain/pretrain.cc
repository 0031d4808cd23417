// SPDX-License-Identifier: Apache-2.0
// Trains the net of `recurra forecast now` on made-up series and writes its weights after each epoch. Public series
// beside the project (shared/data/forecast) are scored for the log and never trained on.
//   ./run pretrain --minutes 60 --out recurra/tasks/forecast/now/weights.safetensors
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "recurra/io/atomic_file.h"
#include "recurra/kernels/cell_names.h"
#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/now/pretraining.h"
#include "recurra/train/batch_step.h"
#include "recurra/train/forecast_scores.h"

namespace {

using recurra::Index;
using Clock = std::chrono::steady_clock;

constexpr Index kEpochBatches = 200;
volatile std::sig_atomic_t stopped = 0;

struct Arguments {
  double minutes = 60, rate = 2e-3;
  Index steps = 0, batch = 128;
  int threads = 1;
  std::uint64_t seed = 1;
  recurra::NowNetOptions net;
  recurra::Precision precision = recurra::Precision::bf16;
  std::string out = "now.safetensors", from, resume, data;
  bool must_beat_naive = false;
};

const char* const kUsage =
    "usage: ./run pretrain [--minutes N | --steps N] [--out FILE] [--from FILE] [--resume FILE.checkpoint]\n"
    "  [--cell NAME] [--patch N] [--units N] [--layers N] [--width N] [--batch N] [--lr X] [--seed N] [--threads N]\n"
    "  [--f32] [--data FOLDER] [--must-beat-naive]\n"
    "--minutes are turned into steps by the speed of the first ones; a checkpoint lies beside the weights, and a run\n"
    "resumed from it must be given the same --steps.\n";

Arguments parse(int count, char** words) {
  Arguments a;
  for (int i = 1; i < count; ++i) {
    const std::string flag = words[i];
    if (flag == "--help") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    if (flag == "--f32" || flag == "--must-beat-naive") {
      (flag == "--f32" ? void(a.precision = recurra::Precision::f32) : void(a.must_beat_naive = true));
      continue;
    }
    recurra::require(i + 1 < count, flag, ": unknown, or without its value\n", kUsage);
    const std::string value = words[++i];
    const auto number = [&] {
      std::size_t end = 0;
      const double x = std::stod(value, &end);
      recurra::require(end == value.size(), flag, ": expected a number, found ", value);
      return x;
    };
    const auto whole = [&] { return static_cast<Index>(number()); };
    if (flag == "--minutes")
      a.minutes = number();
    else if (flag == "--steps")
      a.steps = whole();
    else if (flag == "--lr")
      a.rate = number();
    else if (flag == "--batch")
      a.batch = whole();
    else if (flag == "--threads")
      a.threads = static_cast<int>(whole());
    else if (flag == "--seed")
      a.seed = static_cast<std::uint64_t>(whole());
    else if (flag == "--patch")
      a.net.patch = whole();
    else if (flag == "--units")
      a.net.units = whole();
    else if (flag == "--layers")
      a.net.layers = whole();
    else if (flag == "--width")
      a.net.width = whole();
    else if (flag == "--cell")
      a.net.cell = recurra::parse_name(recurra::cell_names(), value);
    else if (flag == "--out")
      a.out = value;
    else if (flag == "--from")
      a.from = value;
    else if (flag == "--resume")
      a.resume = value;
    else if (flag == "--data")
      a.data = value;
    else
      recurra::require(false, flag, ": unknown\n", kUsage);
  }
  return a;
}

/// One series a line: a quoted name, then its values.
std::vector<std::vector<double>> m4_series(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<double>> out;
  std::string line, cell;
  for (std::getline(file, line); std::getline(file, line);) {
    std::istringstream cells(line);
    std::vector<double>& values = out.emplace_back();
    for (std::getline(cells, cell, ','); std::getline(cells, cell, ',');) {
      std::erase(cell, '"');
      if (!cell.empty()) values.push_back(std::stod(cell));
    }
  }
  return out;
}

/// The last 48 hours of M4 Hourly's training parts, beside seasonal-naive.
void score_m4(recurra::Context& context, const recurra::NowModel& model, const std::string& folder) {
  constexpr Index H = 48;
  const auto series = m4_series(folder + "/m4/Hourly-train.csv");
  if (series.empty()) return;
  const std::vector<double>& levels = recurra::now_levels();
  const auto Q = static_cast<Index>(levels.size());
  recurra::ForecastScores net({.horizon = H, .levels = levels, .coverages = {0.8}}), naive({.horizon = H});
  for (std::size_t s = 0; s < series.size(); ++s) {
    const std::span<const double> all = series[s], past = all.first(all.size() - H);
    const std::vector<recurra::NowReading> reading = {{past, 24, 168}};
    const auto q = recurra::now_quantiles(context, *model.net, reading);
    const std::vector<double> repeated = recurra::seasonal_naive({past.begin(), past.end()}, 24, H);
    net.begin_series(std::to_string(s), past, 24);
    naive.begin_series(std::to_string(s), past, 24);
    for (Index h = 0; h < H; ++h) {
      std::vector<double> quantiles;
      for (Index k = 0; k < Q; ++k) quantiles.push_back(reading[0].value(h, static_cast<double>(q[h * Q + k])));
      const double actual = all[past.size() + static_cast<std::size_t>(h)];
      const std::size_t last = quantiles.size() - 2;
      net.add(h, {.actual = actual,
                  .point = quantiles[quantiles.size() / 2],
                  .quantiles = quantiles,
                  .lower = {&quantiles[1], 1},
                  .upper = {&quantiles[last], 1}});
      naive.add(h, {.actual = actual, .point = repeated[static_cast<std::size_t>(h)]});
    }
  }
  const recurra::Scores a = net.total(), b = naive.total();
  std::printf(
      "  M4 Hourly, training part: MASE %.3f (seasonal-naive %.3f), sMAPE %.2f (%.2f), weighted quantile loss %.4f, "
      "80 %% interval covers %.2f\n",
      a.mase, b.mase, a.smape, b.smape, a.mean_weighted_quantile_loss, a.coverage[0]);
}

class Log : public recurra::TrainObserver {
 public:
  Log(recurra::Context& context, recurra::NowModel& model, const Arguments& arguments)
      : context_(context),
        model_(model),
        arguments_(arguments),
        before_(model.made.empty() ? "" : model.made + "; then ") {}

  void on_epoch(const recurra::EpochRecord& record, bool) override {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const auto scores = recurra::score_pretraining(context_, model_, {.seed = arguments_.seed});
    std::printf(
        "epoch %d, %.0f s: loss %.4f, validation %.4f; MAE %.3f of seasonal-naive, 80 %% interval covers %.2f, "
        "%.2f below the median, gradient %.2f\n",
        static_cast<int>(record.epoch), seconds, record.train_loss, record.validation_loss,
        scores.mae / scores.mae_naive, scores.coverage, scores.held_half, record.gradient_norm);
    if (record.epoch % 5 == 0 && !arguments_.data.empty()) score_m4(context_, model_, arguments_.data);
    std::fflush(stdout);
    model_.made = recurra::concat(before_, record.epoch * kEpochBatches * arguments_.batch, " made-up series in ",
                                  static_cast<Index>(seconds / 60), " minutes on ", arguments_.threads,
                                  arguments_.threads == 1 ? " thread" : " threads");
    recurra::write_file_atomically(arguments_.out, recurra::now_model_bytes(model_));
  }
  void on_note(const std::string& note) override { std::printf("note: %s\n", note.c_str()); }
  bool stop_requested() override { return stopped != 0; }

 private:
  recurra::Context& context_;
  recurra::NowModel& model_;
  const Arguments& arguments_;
  const std::string before_;  ///< how the weights that the run begins with were made
  Clock::time_point start_ = Clock::now();
};

/// How many steps fit into the minutes, by the speed of a few on a net of the same sizes.
Index steps_of(recurra::Context& context, const Arguments& arguments, const recurra::TrainOptions& options) {
  constexpr int kTried = 8;
  const recurra::NowModel model = recurra::new_now_model(arguments.net, arguments.seed);
  const recurra::Pretraining problem(model, {.items = kEpochBatches * arguments.batch});
  recurra::SteppedTraining steps(problem, options);
  (void)steps.step(context);
  const auto start = Clock::now();
  for (int i = 0; i < kTried; ++i) (void)steps.step(context);
  const double per_step = std::chrono::duration<double>(Clock::now() - start).count() / kTried;
  return std::max<Index>(kEpochBatches, static_cast<Index>(arguments.minutes * 60 / per_step));
}

int pretrain(const Arguments& arguments) {
  recurra::Context context(arguments.threads);
  recurra::NowModel model = recurra::new_now_model(arguments.net, arguments.seed);
  if (!arguments.from.empty())
    model = recurra::parse_now_model(recurra::read_file(arguments.from, 1 << 26), arguments.from);
  recurra::TrainOptions options;
  options.batch_size = arguments.batch;
  options.shuffle = false;
  options.patience = 0;
  options.optimizer = {.kind = recurra::OptimizerKind::adamw, .learning_rate = arguments.rate, .weight_decay = 1e-3};
  options.seed = arguments.seed;
  options.precision = arguments.precision;
  options.checkpoint = arguments.out + ".checkpoint";
  options.epochs = 1;
  const Index steps = arguments.steps > 0 ? arguments.steps : steps_of(context, arguments, options);
  options.epochs = std::max<Index>(1, steps / kEpochBatches);
  options.schedule = {.kind = recurra::ScheduleKind::cosine, .warmup_steps = 100, .minimum = arguments.rate * 0.005};
  const auto& net = model.net->options();
  std::printf(
      "%s of %d units over patches of %d, width %d: %d weights; %d epochs of %d batches of %d series (--steps %d)\n",
      recurra::name_of(recurra::cell_names(), net.cell).c_str(), static_cast<int>(net.units),
      static_cast<int>(net.patch), static_cast<int>(net.width), static_cast<int>(model.net->parameter_count()),
      static_cast<int>(options.epochs), static_cast<int>(kEpochBatches), static_cast<int>(arguments.batch),
      static_cast<int>(options.epochs * kEpochBatches));
  std::fflush(stdout);
  recurra::Pretraining problem(model, {.seed = arguments.seed, .items = kEpochBatches * arguments.batch});
  Log log(context, model, arguments);
  const auto result = recurra::train(context, problem, options, &log, arguments.resume);
  if (result.reason == recurra::StopReason::interrupted) {
    std::printf("stopped; go on with --steps %d --resume %s\n", static_cast<int>(options.epochs * kEpochBatches),
                options.checkpoint.c_str());
    return 130;
  }
  recurra::write_file_atomically(arguments.out, recurra::now_model_bytes(model));
  const auto scores = recurra::score_pretraining(context, model, {.seed = arguments.seed});
  const bool better = scores.mae < scores.mae_naive;
  std::printf("%s: MAE %.3f of seasonal-naive on made-up series\n", arguments.out.c_str(),
              scores.mae / scores.mae_naive);
  return arguments.must_beat_naive && !better ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGINT, [](int) { stopped = 1; });
  std::signal(SIGTERM, [](int) { stopped = 1; });
  try {
    return pretrain(parse(count, words));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pretrain: %s\n", error.what());
    return 2;
  }
}
