// SPDX-License-Identifier: Apache-2.0
// Reads a set of series that is larger than memory, and gathers windows from it: large_set SERIES STEPS FOLDER
// [by-series|by-time] [rivals|net THREADS] writes FOLDER/large_set_ORDER_SERIES_STEPS.csv (a line of about 25 bytes per
// step, kept if it is there) and reads it. With `rivals` it backtests the rivals on it; with `net` it trains an LSTM of
// 64 units for one epoch of up to 100,000 windows of 96 steps, and forecasts 24 steps of every series. It prints the
// times and the maximum of resident memory besides the mapped files.
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/time_stamps.h"
#include "recurra/data/window_source.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/set_backtest.h"

namespace {

using recurra::Index;

/// The maximum of megabytes that are resident and belong to no file, sampled a hundred times per second.
class MemoryWatch {
 public:
  MemoryWatch()
      : thread_([this] {
          while (!done_) {
            maximum_ = std::max<long>(maximum_, anonymous_kilobytes());
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
          }
        }) {}
  ~MemoryWatch() {
    done_ = true;
    thread_.join();
  }
  double megabytes() const { return static_cast<double>(maximum_) / 1024; }
  void restart() { maximum_ = 0; }

 private:
  static long anonymous_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("RssAnon:")) return std::stol(line.substr(8));
    return 0;
  }

  std::atomic<bool> done_ = false;
  std::atomic<long> maximum_ = 0;
  std::thread thread_;
};

void write_file(const std::string& path, Index series, Index steps, bool by_time) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return;
  std::ofstream file(path, std::ios::binary);
  file << "unique_id,ds,y\n";
  const Index outer = by_time ? steps : series, inner = by_time ? series : steps;
  recurra::TimeFormat day = recurra::parse_time("2020-01-01")->format;
  std::string text;
  for (Index o = 0; o < outer; ++o) {
    text.clear();
    for (Index i = 0; i < inner; ++i) {
      const Index s = by_time ? i : o, t = by_time ? o : i;
      const double noise = recurra::uniform_at(1, static_cast<std::uint64_t>(s), static_cast<std::uint64_t>(t));
      text += recurra::concat('s', s, ',', recurra::format_time((18'262 + t) * recurra::kTicksPerDay, day), ',',
                              static_cast<double>(s % 100 + t % 7) + noise, '\n');
    }
    file << text;
  }
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// All rivals, from one cut-off of each series.
void judge_rivals(const recurra::SeriesSet& set, int threads) {
  const auto begin = std::chrono::steady_clock::now();
  recurra::Context context(threads);
  const auto rivals = recurra::set_rivals(set, {.lookback = 96, .horizon = 24}, /*season=*/7);
  const recurra::SetBacktest result = recurra::backtest_set(context, set, rivals, {.horizon = 24, .season = 7});
  std::printf("scored %lld windows of 24 steps with %zu rivals in %.1f s on %d threads\n",
              static_cast<long long>(result.windows), result.targets[0].methods.size(), seconds_since(begin), threads);
  for (const recurra::SetMethodScore& m : result.targets[0].methods)
    std::printf("  %-15s MASE %.17g CRPS %.17g\n", m.name.c_str(), m.total.mase, m.total.crps);
}

/// One epoch of training, and a forecast of every series with intervals.
void train_and_forecast(const recurra::SeriesSet& set, int threads, MemoryWatch& watch) {
  recurra::Context context(threads);
  recurra::ForecastOptions options;
  options.horizon = 24;
  options.lookback = 96;
  options.season = 7;
  options.difference = recurra::DifferenceKind::none;
  options.scale_window = recurra::ops::WindowScaling::none;
  options.hidden = 64;
  options.train.epochs = 1;
  options.refit = false;
  watch.restart();
  auto begin = std::chrono::steady_clock::now();
  const recurra::ForecastModel model = recurra::train_forecaster(context, set, {}, options).model;
  std::printf(
      "trained one epoch of 64 units in %.1f s on %d threads; at most %.0f MB resident beside the mapped files\n",
      seconds_since(begin), threads, watch.megabytes());
  watch.restart();
  begin = std::chrono::steady_clock::now();
  const recurra::SetForecast forecast = recurra::forecast_next(context, model, set);
  std::printf("forecast %zu series x 24 steps in %.1f s; at most %.0f MB resident beside the mapped files\n",
              forecast.series.size(), seconds_since(begin), watch.megabytes());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc == 6) {
    std::cerr << "usage: large_set SERIES STEPS FOLDER [by-series|by-time] [rivals|net THREADS]\n";
    return 2;
  }
  const Index series = std::stoll(argv[1]), steps = std::stoll(argv[2]);
  const std::string folder = argv[3], order = argc > 4 ? argv[4] : "by-series";
  const std::string path = recurra::concat(folder, "/large_set_", order, "_", series, "_", steps, ".csv");
  write_file(path, series, steps, order == "by-time");
  MemoryWatch watch;
  auto begin = std::chrono::steady_clock::now();
  recurra::SetRequest request;
  request.storage.folder = folder;
  const recurra::SeriesSet set = recurra::read_series_set({path}, request);
  const double read = seconds_since(begin);
  std::printf("read %lld series in %.1f s; at most %.0f MB resident beside the mapped files\n",
              static_cast<long long>(set.count()), read, watch.megabytes());
  for (const std::string& note : set.notes) std::printf("  %s\n", note.c_str());

  begin = std::chrono::steady_clock::now();
  const recurra::WindowSource windows(set, {.lookback = 96, .horizon = 24}, recurra::whole_range(set));
  std::printf("counted %lld windows in %.1f s\n", static_cast<long long>(windows.count()), seconds_since(begin));
  begin = std::chrono::steady_clock::now();
  recurra::Random random(1, recurra::stream_id("large_set"));
  constexpr int kBatches = 200, kBatch = 256;
  double sum = 0;
  std::vector<recurra::Origin> origins(kBatch);
  for (int i = 0; i < kBatches; ++i) {
    for (auto& origin : origins)
      origin = windows.origin(static_cast<Index>(random.below(static_cast<std::uint64_t>(windows.count()))));
    sum += windows.gather(origins).future[0];
  }
  std::printf("gathered %d batches of %d windows, %.1f ms each (checksum %.6g)\n", kBatches, kBatch,
              1000 * seconds_since(begin) / kBatches, sum);
  std::printf("at most %.0f MB resident beside the mapped files\n", watch.megabytes());
  if (argc <= 6) return 0;
  const int threads = std::stoi(argv[6]);
  if (argv[5] == std::string("net"))
    train_and_forecast(set, threads, watch);
  else
    judge_rivals(set, threads);
}
