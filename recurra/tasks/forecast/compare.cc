// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/compare.h"

#include <cmath>

#include "recurra/tasks/forecast/net_parts.h"

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
    for (int i = 0; i < seeds; ++i) {
      ForecastOptions o = resolved;
      o.cell = cell;
      o.refit = false;  // only tested nets are compared
      o.hidden = score.hidden;
      o.seed = options.seed + static_cast<std::uint64_t>(i);
      if (progress) progress(cell, o.seed);
      const TrainedForecaster trained = train_forecaster(context, series, o, observer);
      if (trained.reason == StopReason::interrupted) return {};
      out.baselines = backtest(context, trained.model, series);
      score.parameters = trained.model.net->parameter_count();
      score.mae.push_back(out.baselines.targets[0].methods[0].errors.mae);
    }
    summarise(score);
  }
  return out;
}

}  // namespace recurra
