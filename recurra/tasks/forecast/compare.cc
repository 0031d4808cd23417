// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/compare.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "recurra/tasks/common/training.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/train/distributed/share_work.h"

namespace recurra {
namespace {

constexpr Cell kCells[] = {Cell::rnn_tanh, Cell::gru, Cell::lstm};

/// G H (D + H + 2) for each layer and direction, and those of the head.
double parameters_at(const ForecastOptions& o, Index inputs, Cell cell, Index hidden) {
  const double H = static_cast<double>(hidden), G = gate_count(cell), directions = o.bidirectional ? 2 : 1;
  double total = 0, width = static_cast<double>(inputs);
  for (Index layer = 0; layer < o.layers; ++layer) {
    total += directions * G * H * (width + H + 2);
    width = directions * H;
  }
  if (o.strategy == Strategy::decoder) return total;
  return total + width * static_cast<double>(net_horizon(o) * targets_of(o) * head_width(head_of(o)));
}

Index equal_hidden(const ForecastOptions& o, Index inputs, Cell cell) {
  const double wanted = parameters_at(o, inputs, Cell::lstm, o.hidden);
  Index hidden = o.hidden;
  while (parameters_at(o, inputs, cell, hidden) < wanted) ++hidden;
  const double above = parameters_at(o, inputs, cell, hidden) - wanted;
  const double below = wanted - parameters_at(o, inputs, cell, hidden - 1);
  return hidden > 1 && below < above ? hidden - 1 : hidden;
}

void summarise(CellScore& score) {
  const auto n = static_cast<double>(score.mae.size());
  double square = 0;
  for (const double mae : score.mae) score.mae_mean += mae / n;
  for (const double mae : score.mae) square += (mae - score.mae_mean) * (mae - score.mae_mean);
  score.mae_deviation = n > 1 ? std::sqrt(square / (n - 1)) : 0;
}

}  // namespace

Comparison compare_cells(Context& context, const Series& series, const ForecastOptions& options, int seeds,
                         TrainObserver* observer, const std::function<void(Cell, std::uint64_t)>& progress) {
  require(seeds >= 1, "seeds: expected at least 1, found ", seeds);
  Comparison out;
  ForecastOptions resolved = options;
  for (const Cell cell : kCells) {  // the options of cells must go with each
    ForecastOptions o = options;
    o.cell = cell;
    check_cell_options(o);
  }
  const Index inputs = fit_preparation(series, resolved, out.notes).input_size();
  for (const Cell cell : kCells) {
    CellScore& score = out.cells.emplace_back();
    score.cell = cell;
    score.hidden = equal_hidden(resolved, inputs, cell);
  }
  bool stopped = false;
  const auto run = [&](Index number) -> std::string {
    const CellScore& score = out.cells[static_cast<std::size_t>(number / seeds)];
    ForecastOptions o = resolved;
    o.cell = score.cell;
    o.refit = false;  // only tested nets are compared
    o.hidden = score.hidden;
    o.seed = options.seed + static_cast<std::uint64_t>(number % seeds);
    if (stopped) return "";
    if (progress) progress(o.cell, o.seed);
    const TrainedForecaster trained = train_forecaster(context, series, o, observer);
    stopped = trained.reason == StopReason::interrupted;
    if (stopped) return "";
    out.baselines = backtest(context, trained.model, series);
    const double mae = out.baselines.targets[0].methods[0].errors.mae;
    return nlohmann::json::array({trained.model.net->parameter_count(), mae}).dump();
  };
  std::uint64_t data = 0;
  for (const auto& column : series.columns) data = digest(data, column);
  const std::string what = concat("compare ", to_json(resolved).dump(), " ", options.seed, " ", seeds, " ", data);
  const std::vector<std::string> found = share_work(context, what, std::ssize(out.cells) * seeds, run);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].empty()) return {};
    const auto pair = nlohmann::json::parse(found[i]);  // NaN is written as null
    CellScore& score = out.cells[i / static_cast<std::size_t>(seeds)];
    pair[0].get_to(score.parameters);
    score.mae.push_back(pair[1].is_null() ? std::numeric_limits<double>::quiet_NaN() : pair[1].get<double>());
  }
  for (CellScore& score : out.cells) summarise(score);
  return out;
}

}  // namespace recurra
