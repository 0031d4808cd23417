// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/base/process_memory.h"
#include "recurra/data/split.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/forecast/linear_rival.h"
#include "recurra/tasks/forecast/net_parts.h"

namespace recurra {
namespace {

constexpr const char* kRefit = "refit";   // the second part of a run
constexpr double kMostSkipWeights = 8e6;  // 32 MB; above, one map is shared by all targets
constexpr double kCopies = 6;             // of the weights: values, gradients, two moments, best values, a second net

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
    return loss_of(tape, items, std::nullopt);
  }
  Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const override {
    std::optional<bool> always;
    if (net_.has_decoder()) {
      const WindowBatch whole = gather_windows(windows_, origins_of(batch));
      always =
          always_fed({whole.y, whole.weights, forcing_}, tape.options().seed, tape.options().step, windows_.horizon);
    }
    return loss_of(tape, batch.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)),
                   always);
  }

  std::optional<double> validation_loss(Context& context) const override {
    if (validation_.empty()) return std::nullopt;
    double sum = 0, weight = 0;
    for_each_chunk(validation_, [&](std::size_t, std::span<const Index> origins) {
      const WindowBatch batch = gather_windows(windows_, origins);
      const ForecastInputs in{Variable<float>(batch.x), net_.known_ahead(windows_, origins)};
      const Tensor<float> y = run_silently(context, net_, in);
      const double w = ops::total_weight(context, batch.weights, batch.y.size());
      sum += w * static_cast<double>(ops::element_loss_forward(context, loss_, y, batch.y, batch.weights).item());
      weight += w;
    });
    return sum / weight;
  }

 private:
  std::vector<Index> origins_of(std::span<const Index> items) const {
    std::vector<Index> out;
    for (const Index item : items) out.push_back(train_[static_cast<std::size_t>(item)]);
    return out;
  }

  Loss loss_of(Tape<float>& tape, std::span<const Index> items, std::optional<bool> always) const {
    const std::vector<Index> origins = origins_of(items);
    const WindowBatch batch = gather_windows(windows_, origins);
    const ForecastInputs in{Variable<float>(batch.x), net_.known_ahead(windows_, origins)};
    const Variable<float> y = net_.forward_forced(tape, in, {batch.y, batch.weights, forcing_, always});
    return {element_loss(tape, loss_, y, batch.y, batch.weights),
            ops::total_weight(tape.context(), batch.weights, batch.y.size())};
  }

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

LinearKind skip_kind(const ForecastOptions& o) {
  return o.skip_shared ? LinearKind::shared : LinearKind::joint;
}

/// Shares the skip where it would be large, and refuses a net that memory cannot hold.
void plan_memory(const Series& series, ForecastOptions& o, const Preparation& preparation,
                 std::vector<std::string>& notes) {
  if (o.skip && !o.skip_shared && skip_weights(o) > kMostSkipWeights) {
    o.skip_shared = true;
    notes.push_back(concat("linear skip: one map of ", o.lookback, " steps is shared by the ", targets_of(o),
                           " targets; one of all of them would have ", skip_weights(o), " weights"));
  }
  const double outputs = static_cast<double>(net_horizon(o) * targets_of(o)), H = static_cast<double>(o.hidden);
  const double F = static_cast<double>(preparation.input_size()), G = gate_count(o.cell);
  const double ways = o.bidirectional ? 2 : 1;
  const double weights = static_cast<double>(o.layers) * ways * G * H * (H + std::max(F, H) + 2) +
                         outputs * (H * ways + 1) + (o.skip ? skip_weights(o) : 0);
  const double batch = static_cast<double>(o.train.batch_size) * static_cast<double>(o.lookback) *
                       (F + static_cast<double>(o.layers) * ways * (G + 3) * H);
  const double table = static_cast<double>(series.length()) * (F + static_cast<double>(targets_of(o)));
  const double bytes = 4 * (kCopies * weights + batch + 2 * table),
               machine = static_cast<double>(physical_memory_bytes());
  require(machine == 0 || bytes < machine, series.source, ": training would need about ", std::round(bytes / 1e8) / 10,
          " GB of memory, and this machine has ", std::round(machine / 1e8) / 10, " GB: ", outputs, " outputs and ", F,
          " inputs; name fewer targets, or train several models, or choose a lower --hidden, --lookback or --batch");
}

/// A run that begins with a model's weights reads its windows as that model does, where the user leaves it open.
void adopt_windows(ForecastOptions& o, std::vector<std::string>& notes) {
  const ForecastOptions old = load_forecaster(o.train.from).options;
  if (o.season == 0) o.season = old.season;
  if (o.lookback == 0) o.lookback = old.lookback;
  if (o.difference == DifferenceKind::automatic) o.difference = old.difference;
  o.skip_shared = old.skip_shared;
  notes.push_back(concat("windows as in ", o.train.from, ": lookback ", o.lookback, ", season ", o.season,
                         ", difference ", name_of(difference_names(), o.difference)));
}

/// The weights that a run begins with: random ones, but the skip at the linear model of the training windows.
LinearRival start_net(ForecastTraining& training, const std::vector<Index>& train, const std::vector<Index>& validation,
                      const std::vector<double>& penalties) {
  const ForecastOptions& o = training.model.options;
  training.model.net = make_forecast_net(o, training.model.preparation);
  initialize(training.model.net->parameters(), o.seed, o.init);
  if (!o.skip) return {};
  LinearRival linear = fit_linear_rival(training.prepared.windows, train, validation, skip_kind(o), penalties);
  training.model.net->start_from(linear.whole(o.lookback));
  return linear;
}

/// All of it: what the net of a tested model becomes once it learns from every row.
std::unique_ptr<ForecastTraining> begin_refit(const Series& series, const ForecastTraining& tested) {
  auto out = std::make_unique<ForecastTraining>();
  const ForecastOptions& o = tested.model.options;
  out->model.options = o;
  out->model.preparation = fit_resolved(series, o, series.length());
  out->prepared = apply_preparation(out->model.preparation, o, series);
  out->prepared.windows.horizon = net_horizon(o);
  const auto all = window_origins(out->prepared.windows, 0, series.length());
  start_net(*out, all, {}, tested.penalties);
  out->problem =
      std::make_unique<ForecastProblem>(*out->model.net, o, out->prepared.windows, all, std::vector<Index>());
  return out;
}

}  // namespace

std::unique_ptr<ForecastTraining> begin_forecaster(const Series& series, ForecastOptions options) {
  auto out = std::make_unique<ForecastTraining>();
  out->notes = series.warnings;
  ForecastModel& model = out->model;
  model.preparation = fit_preparation(series, options, out->notes);
  plan_memory(series, options, model.preparation, out->notes);
  model.options = options;
  model.rows = series.length();
  model.data = remember(series);
  out->prepared = apply_preparation(model.preparation, options, series);
  WindowSet& windows = out->prepared.windows;
  windows.horizon = net_horizon(options);
  const Split split = chronological_split(series.length(), options.split);
  const auto train_origins = window_origins(windows, 0, split.train_end);
  const auto validation = window_origins(windows, split.train_end, split.validation_end);
  require(!train_origins.empty(), series.source, ": no training window has a present target");
  out->penalties = start_net(*out, train_origins, validation, {}).penalties;
  if (options.layers == 1 && options.dropout > 0)
    out->notes.push_back("dropout: with one layer it acts before the head alone");
  out->problem = std::make_unique<ForecastProblem>(*model.net, options, windows, train_origins, validation);
  return out;
}

namespace {

/// Trains the tested net again on all rows: as many epochs as it had made at its best, the same course of the learning
/// rate. Its checkpoint holds the end of the first part too.
StopReason refit(Context& context, const Series& series, const ForecastTraining& tested, const RunInputs& inputs,
                 std::shared_ptr<const ModelFile> before, ForecastModel& model, TrainObserver* observer,
                 const std::string& resume) {
  const std::unique_ptr<ForecastTraining> again = begin_refit(series, tested);
  ForecastOptions o = tested.model.options;
  const Index items = again->problem->training_items(), best = model.summary.best_epoch;
  if (o.train.schedule.total_steps == 0)
    o.train.schedule.total_steps = o.train.epochs * ((items + o.train.batch_size - 1) / o.train.batch_size);
  o.train.epochs = best;
  o.train.patience = 0;
  o.train.phase = kRefit;
  o.train.before = std::move(before);
  if (observer)
    observer->on_phase(concat("now on all ", series.length(), " rows, ", best, best == 1 ? " epoch" : " epochs",
                              ", for the net that forecasts"));
  TrainingSummary summary;
  const StopReason reason = run_training(context, *again->problem, o, inputs, summary, observer, resume);
  model.tested = PreparedNet{model.preparation, model.net};
  model.preparation = again->model.preparation;
  model.net = again->model.net;
  model.summary.seconds += summary.seconds;
  if (best > 0) model.summary.checkpoint_error = summary.checkpoint_error;  // its checkpoints hold both parts
  return reason;
}

}  // namespace

TrainedForecaster train_forecaster(Context& context, const Series& series, ForecastOptions options,
                                   TrainObserver* observer, const std::string& resume) {
  std::vector<std::string> notes;
  if (!options.train.from.empty()) adopt_windows(options, notes);
  const std::unique_ptr<ForecastTraining> training = begin_forecaster(series, std::move(options));
  notes.insert(notes.begin(), training->notes.begin(), training->notes.end());
  TrainedForecaster out{training->model, StopReason::finished, std::move(notes)};
  check_envelope(envelope_of(out.model));
  ForecastOptions resolved = out.model.options;
  resolved.train.keep_state = resolved.refit;
  resolved.train.suspects =
      large_inputs(training->prepared.windows.inputs.span(), name_of(scale_names(), resolved.scale));
  const RunInputs inputs{to_json(resolved), digest_of(series), series.source, kForecastTask,
                         concat(series.length(), " rows")};
  std::shared_ptr<const ModelFile> state;
  out.reason = run_training(context, *training->problem, resolved, inputs, out.model.summary, observer, resume, &state);
  const bool all_rows = chronological_split(series.length(), resolved.split).train_end == series.length();
  if (out.reason == StopReason::interrupted || !resolved.refit || all_rows) return out;
  try {
    const StopReason reason = refit(context, series, *training, inputs, std::move(state), out.model, observer, resume);
    if (reason == StopReason::interrupted) out.reason = reason;
  } catch (const DivergenceError& error) {
    out.notes.push_back(concat("the net is not refitted on all rows: ", error.what()));
  }
  return out;
}

}  // namespace recurra
