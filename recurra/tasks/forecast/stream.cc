// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/stream.h"

#include <algorithm>

#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {
namespace {

const ForecastModel& streamable(const ForecastModel& model) {
  const ForecastOptions& o = model.options;
  const auto refuse = [](bool refused, const char* reason) {
    require<UnsupportedError>(!refused, "stream: the forecaster cannot be streamed: ", reason);
  };
  refuse(o.bidirectional, "it reads in both directions, and the reverse one needs the whole window");
  refuse(model.net->has_decoder(), "its decoder looks back at the whole window; train with --strategy direct");
  refuse(o.difference == DifferenceKind::last,
         "its inputs are relative to the last value of each window; train with another --difference");
  refuse(scaling_of(o) != ops::WindowScaling::none,
         "its inputs are on the scale of each window; train with --scale-window none");
  refuse(o.strategy == Strategy::segments, "it reads the window in segments; train with --strategy direct");
  refuse(independent(o), "it reads each target by itself; train with --channels joint, or a model a target");
  refuse(o.strategy == Strategy::recursive && o.horizon > 1,
         "it feeds its own forecasts back, which would enter its state; train with --strategy direct");
  return model;
}

/// The last rows of the columns that the model reads: what a window needs, and as many before it from which a missing
/// value is filled.
Series tail_of(const Series& past, const ForecastOptions& o, Index needed) {
  require(past.length() >= needed, past.source, ": too few rows: expected at least ", needed,
          " (lookback and difference), found ", past.length());
  const Index first = std::max<Index>(0, past.length() - 2 * needed);
  Series out{past.source, o.targets, {}, past.axis, {}};
  out.names.insert(out.names.end(), o.features.begin(), o.features.end());
  for (const std::string& name : out.names)
    out.columns.emplace_back(past.column(name).begin() + first, past.column(name).end());
  if (out.axis) out.axis->start = past.axis->ticks(first);
  return out;
}

}  // namespace

ForecastStream::ForecastStream(const ForecastModel& model, const Series& past, StepperOptions options)
    : model_(streamable(model)), stepper_(model.net->recurrent(), model.net->head(), options) {
  read_past(past);
}

void ForecastStream::read_past(const Series& past) {
  const Index lookback = model_.options.lookback, F = model_.preparation.input_size();
  tail_ = tail_of(past, model_.options, model_.preparation.lag + lookback);
  prepared_ = apply_preparation(model_.preparation, model_.options, tail_);
  stepper_.reset();
  for (Index t = tail_.length() - lookback; t < tail_.length(); ++t) {
    const auto y = stepper_.step(prepared_.windows.inputs.data() + t * F);
    y_.assign(y.begin(), y.end());
  }
}

void ForecastStream::push(std::span<const double> row) {
  require<ShapeError>(row.size() == tail_.columns.size(), "ForecastStream::push: expected ", tail_.columns.size(),
                      " values, one for each target and feature, found ", row.size());
  for (std::size_t c = 0; c < row.size(); ++c) {
    std::rotate(tail_.columns[c].begin(), tail_.columns[c].begin() + 1, tail_.columns[c].end());
    tail_.columns[c].back() = row[c];
  }
  if (tail_.axis) tail_.axis->start = tail_.axis->ticks(1);
  prepared_ = apply_preparation(model_.preparation, model_.options, tail_);
  const auto y =
      stepper_.step(prepared_.windows.inputs.data() + (tail_.length() - 1) * model_.preparation.input_size());
  y_.assign(y.begin(), y.end());
}

float ForecastStream::linear_part(Index output) const {
  const ForecastOptions& o = model_.options;
  const auto O = static_cast<Index>(o.targets.size());
  const Index F = model_.preparation.input_size(), L = o.lookback, first = tail_.length() - L;
  const auto input = [&](Index t, Index target) { return prepared_.windows.inputs[(first + t) * F + target]; };
  const Tensor<float>&weight = model_.net->skip()->weight().value(), &bias = model_.net->skip()->bias().value();
  if (o.skip_shared) {  // one map for all targets
    const Index h = output / O;
    float sum = bias[h];
    for (Index t = 0; t < L; ++t) sum += weight[h * L + t] * input(t, output % O);
    return sum;
  }
  float sum = bias[output];
  for (Index t = 0; t < L; ++t)
    for (Index target = 0; target < O; ++target) sum += weight[(output * L + t) * O + target] * input(t, target);
  return sum;
}

Forecast ForecastStream::forecast() const {
  const ForecastOptions& o = model_.options;
  const auto O = static_cast<Index>(o.targets.size());
  const Index end = tail_.length();
  const Head head = head_of(o);
  const Index N = o.horizon * O, K = head_width(head);
  Tensor<float> y({N, K}, y_);
  for (Index i = 0; i < N && model_.net->skip(); ++i) y[i * K + location_of(head)] += linear_part(i);
  if (head.kind != HeadKind::point) {
    Context one(1);
    y = head_parameters(one, head, y);
  }
  const std::vector<double> levels = has_intervals(model_) ? o.levels : std::vector<double>();
  Forecast out;
  for (Index h = 0; tail_.axis && h < o.horizon; ++h) out.stamps.push_back(tail_.axis->stamp(end + h));
  for (Index target = 0; target < O; ++target) {
    const auto t = static_cast<std::size_t>(target);
    add_target(out, model_, forecast_target(model_, prepared_, t, end, y.span(), quantile_levels(levels)), levels);
  }
  return out;
}

ForecastStream stream(const ForecastModel& model, const Series& past, StepperOptions options) {
  return {model, past, options};
}

}  // namespace recurra
