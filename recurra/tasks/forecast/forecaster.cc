// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/forecaster.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/difference.h"
#include "recurra/data/split.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/forecast/linear_rival.h"

namespace recurra {
namespace {

constexpr const char* kTask = "forecast";
constexpr std::size_t kEvaluatedAtOnce = 256;  // windows of a batch that only goes forward

Index targets_of(const ForecastOptions& o) {
  return static_cast<Index>(o.targets.size());
}

/// Steps that the net itself puts out.
Index net_horizon(const ForecastOptions& o) {
  return o.strategy == Strategy::recursive ? 1 : o.horizon;
}

std::shared_ptr<ForecastNet> make_net(const ForecastOptions& o, const Preparation& preparation) {
  return std::make_shared<ForecastNet>(recurrent_options(o, preparation.input_size()),
                                       ForecastNetOptions{.lookback = o.lookback,
                                                          .targets = targets_of(o),
                                                          .outputs = net_horizon(o) * targets_of(o),
                                                          .skip = o.skip,
                                                          .dropout = o.dropout,
                                                          .tbptt = o.tbptt,
                                                          .decoder = o.strategy == Strategy::decoder,
                                                          .known = preparation.known_ahead()});
}

/// Calls fn(origins) for runs of at most kEvaluatedAtOnce.
template <class Fn>
void for_each_chunk(std::span<const Index> origins, Fn fn) {
  for (std::size_t first = 0; first < origins.size(); first += kEvaluatedAtOnce)
    fn(first, origins.subspan(first, std::min(kEvaluatedAtOnce, origins.size() - first)));
}

Tensor<float> run_silently(ThreadTeam& team, const ForecastNet& net, const ForecastInputs& in) {
  Tape<float> tape(team, {.record = false, .training = false});
  return net.forward(tape, in).value();
}

class ForecastProblem : public Problem {
 public:
  ForecastProblem(const ForecastNet& net, const ForecastOptions& options, const WindowSet& windows,
                  std::vector<Index> train, std::vector<Index> validation)
      : net_(net),
        loss_(options.loss),
        forcing_(options.forcing),
        windows_(windows),
        train_(std::move(train)),
        validation_(std::move(validation)),
        block_(net.parameters()) {}

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return static_cast<Index>(train_.size()); }

  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    std::vector<Index> origins;
    for (const Index item : items) origins.push_back(train_[static_cast<std::size_t>(item)]);
    const WindowBatch batch = gather_windows(windows_, origins);
    const ForecastInputs in{Variable<float>(batch.x), net_.known_ahead(windows_, origins)};
    const Variable<float> y = net_.forward_forced(tape, in, {batch.y, batch.weights, forcing_});
    return {element_loss(tape, loss_, y, batch.y, batch.weights),
            ops::total_weight(tape.team(), batch.weights, batch.y.size())};
  }

  std::optional<double> validation_loss(ThreadTeam& team) const override {
    if (validation_.empty()) return std::nullopt;
    double sum = 0, weight = 0;
    for_each_chunk(validation_, [&](std::size_t, std::span<const Index> origins) {
      const WindowBatch batch = gather_windows(windows_, origins);
      const ForecastInputs in{Variable<float>(batch.x), net_.known_ahead(windows_, origins)};
      const Tensor<float> y = run_silently(team, net_, in);
      const double w = ops::total_weight(team, batch.weights, batch.y.size());
      sum += w * static_cast<double>(ops::element_loss_forward(team, loss_, y, batch.y, batch.weights).item());
      weight += w;
    });
    return sum / weight;
  }

 private:
  const ForecastNet& net_;
  ops::ElementLoss loss_;
  TeacherForcing forcing_;
  const WindowSet& windows_;
  std::vector<Index> train_, validation_;
  ParameterBlock<float> block_;
};

std::uint64_t digest_of(const Series& series) {
  std::uint64_t sum = 0;
  for (const auto& column : series.columns) sum = digest(sum, column);
  return sum;
}

/// A forecast that feeds its own steps back. Shapes: x [L, B, F] -> [B, horizon * O].
Tensor<float> forecast_recursively(ThreadTeam& team, const ForecastModel& model, const Prepared& prepared,
                                   std::span<const Index> origins) {
  const ForecastOptions& o = model.options;
  const Index O = targets_of(o), L = o.lookback, F = model.preparation.input_size();
  const auto B = static_cast<Index>(origins.size());
  Tensor<float> x = gather_inputs(prepared.windows, origins), out({B, o.horizon * O});
  for (Index h = 0; h < o.horizon; ++h) {
    const Tensor<float> y = run_silently(team, *model.net, {Variable<float>(x)});
    for (Index b = 0; b < B; ++b) std::copy_n(y.data() + b * O, O, out.data() + (b * o.horizon + h) * O);
    Tensor<float> next = Tensor<float>(x.shape());
    std::copy_n(x.data() + B * F, (L - 1) * B * F, next.data());
    for (Index b = 0; b < B; ++b) {
      // The new row: the forecast itself, nothing missing; what lies behind the flags is the calendar, known ahead.
      float* row = next.data() + ((L - 1) * B + b) * F;
      std::copy_n(y.data() + b * O, O, row);
      const Index known = prepared.windows.known, t = origins[static_cast<std::size_t>(b)] + h;
      if (known == 0) continue;
      require(t < prepared.windows.inputs.dim(0), "forecast_windows: the calendar of row ", t, " is not prepared");
      std::copy_n(prepared.windows.inputs.data() + (t + 1) * F - known, known, row + F - known);
    }
    x = next;
  }
  return out;
}

/// The series with `count` more rows, all missing, so that their calendar can be prepared.
Series extended(Series series, Index count) {
  for (auto& column : series.columns) column.resize(column.size() + static_cast<std::size_t>(count), std::nan(""));
  return series;
}

/// What the newest forecast of a target lacks or replaces.
void note_stand_ins(const ForecastModel& model, const Prepared& prepared, std::size_t target, Forecast& out) {
  const std::string& name = model.options.targets[target];
  const auto history = std::span(prepared.levels[target])
                           .first(prepared.levels[target].size() - static_cast<std::size_t>(model.options.horizon));
  const auto& values = out.values[target];
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
    out.notes.push_back(concat("column '", name, "': ",
                               std::isnan(last_value(history)) ? "it has no value, so there is nothing to forecast from"
                                                               : "some forecasts are beyond the range of numbers"));
    return;
  }
  if (model.preparation.lag == 0) return;
  const Index count = steps_without_base(history, model.options.horizon, model.preparation.lag);
  if (count > 0)
    out.notes.push_back(concat("column '", name, "': ", count, " of ", model.options.horizon,
                               " steps have no value one or more seasons before them (", model.preparation.lag,
                               " steps each); the last value stands in for it"));
}

ForecastModel model_from(const ModelFile& file, const std::string& path) {
  const JsonReader reader(file.description, path);
  ForecastModel model;
  model.options = forecast_options_from(reader.child("options"));
  model.preparation = preparation_from(reader.child("preparation"), model.options);
  static_cast<void>(reader.child("summary"));
  model.summary = training_summary_from(file.description["summary"], path + ".summary");
  model.rows = reader.integer("rows", 0, std::numeric_limits<Index>::max());
  const ForecastOptions& o = model.options;
  const double skip = static_cast<double>(o.lookback) * static_cast<double>(net_horizon(o));
  check_weights_fit(path, o, o.skip ? skip : 0, file.tensors);
  model.net = make_net(o, model.preparation);
  load_weights(*model.net, file.tensors, path);
  return model;
}

}  // namespace

std::unique_ptr<ForecastTraining> begin_forecaster(const Series& series, ForecastOptions options) {
  auto out = std::make_unique<ForecastTraining>();
  out->notes = series.warnings;
  ForecastModel& model = out->model;
  model.preparation = fit_preparation(series, options, out->notes);
  model.options = options;
  model.rows = series.length();
  out->prepared = apply_preparation(model.preparation, options, series);
  WindowSet& windows = out->prepared.windows;
  windows.horizon = net_horizon(options);
  const Split split = chronological_split(series.length(), options.split);
  const auto train_origins = window_origins(windows, 0, split.train_end);
  const auto validation = window_origins(windows, split.train_end, split.validation_end);
  require(!train_origins.empty(), series.source, ": no training window has a present target");

  model.net = make_net(options, model.preparation);
  initialize(model.net->parameters(), options.seed, options.init);
  if (options.skip) {
    if (const auto linear = fit_linear_rival(windows, train_origins, validation)) {
      model.net->start_from(*linear);
    } else {
      out->notes.push_back(concat("the linear skip starts at random: ", options.lookback * targets_of(options),
                                  " inputs are more than the ", kMostRivalInputs, " that are solved exactly"));
    }
  }
  if (options.layers == 1 && options.dropout > 0)
    out->notes.push_back("dropout: with one layer it acts before the head alone");
  out->problem = std::make_unique<ForecastProblem>(*model.net, options, windows, train_origins, validation);
  return out;
}

TrainedForecaster train_forecaster(ThreadTeam& team, const Series& series, ForecastOptions options,
                                   TrainObserver* observer, const std::string& resume) {
  const std::unique_ptr<ForecastTraining> training = begin_forecaster(series, std::move(options));
  TrainedForecaster out{std::move(training->model), StopReason::finished, std::move(training->notes)};
  const ForecastOptions& resolved = out.model.options;
  out.reason =
      run_training(team, *training->problem, resolved,
                   {to_json(resolved), digest_of(series), series.source, kTask, concat(series.length(), " rows")},
                   out.model.summary, observer, resume);
  return out;
}

namespace {

ModelFile file_of(const ForecastModel& model) {
  return {kTask,
          {{"options", to_json(model.options)},
           {"preparation", to_json(model.preparation)},
           {"summary", to_json(model.summary)},
           {"rows", model.rows}},
          model.net->state()};
}

}  // namespace

std::string forecaster_bytes(const ForecastModel& model) {
  return model_bytes(file_of(model));
}

void save_forecaster(const std::string& path, const ForecastModel& model) {
  write_model(path, file_of(model));
}

ForecastModel load_forecaster(const std::string& path) {
  return model_from(read_model(path, kTask), path);
}

ForecastModel parse_forecaster(std::string_view bytes, const std::string& name) {
  return model_from(parse_model(bytes, name, kTask), name);
}

ForecastInputs inputs_of(const ForecastModel& model, const Prepared& prepared, std::span<const Index> origins) {
  return {Variable<float>(gather_inputs(prepared.windows, origins)), model.net->known_ahead(prepared.windows, origins)};
}

Tensor<float> forecast_windows(ThreadTeam& team, const ForecastModel& model, const Prepared& prepared,
                               std::span<const Index> origins) {
  const Index width = model.options.horizon * targets_of(model.options);
  auto out = Tensor<float>::uninitialized({static_cast<Index>(origins.size()), width});
  for_each_chunk(origins, [&](std::size_t first, std::span<const Index> chunk) {
    const Tensor<float> y = model.options.strategy == Strategy::recursive
                                ? forecast_recursively(team, model, prepared, chunk)
                                : run_silently(team, *model.net, inputs_of(model, prepared, chunk));
    std::copy_n(y.data(), y.size(), out.data() + static_cast<Index>(first) * width);
  });
  return out;
}

bool Forecast::has_gaps() const {
  return std::any_of(values.begin(), values.end(), [](const auto& target) {
    return !std::all_of(target.begin(), target.end(), [](double v) { return std::isfinite(v); });
  });
}

Forecast forecast_next(ThreadTeam& team, const ForecastModel& model, const Series& series) {
  const ForecastOptions& o = model.options;
  const Index end = series.length(), needed = model.preparation.lag + o.lookback;
  require(end >= needed, series.source, ": too few rows: expected at least ", needed, " (",
          model.preparation.lag > 0 ? "difference + " : "", "lookback), found ", end);
  const Prepared prepared = apply_preparation(model.preparation, o, extended(series, o.horizon));
  const Index origin[] = {end};
  const Tensor<float> y = forecast_windows(team, model, prepared, origin);
  Forecast out;
  const Index O = targets_of(o);
  for (Index target = 0; target < O; ++target) {
    std::vector<double> scaled;
    for (Index h = 0; h < o.horizon; ++h) scaled.push_back(static_cast<double>(y[h * O + target]));
    const auto column = static_cast<std::size_t>(target);
    out.values.push_back(undo_preparation(model.preparation, o, prepared, column, end, scaled));
    note_stand_ins(model, prepared, column, out);
  }
  for (Index h = 0; h < o.horizon && series.axis; ++h) out.stamps.push_back(series.axis->stamp(end + h));
  return out;
}

}  // namespace recurra
