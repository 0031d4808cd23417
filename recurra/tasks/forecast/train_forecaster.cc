// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/base/process_memory.h"
#include "recurra/base/random.h"
#include "recurra/data/split.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/linear_rival.h"
#include "recurra/tasks/forecast/linear_start.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/tasks/forecast/preparation_choice.h"
#include "recurra/tasks/forecast/ridge_rows.h"
#include "recurra/tasks/forecast/set_preparation.h"
#include "recurra/train/run_settings.h"

namespace recurra {
namespace {

constexpr const char* kRefit = "refit";  // the second part of a run
constexpr double kMaxSkipWeights = 8e6;  // 32 MB; above, one map is shared by all targets
constexpr Index kSkipWindows = 20'000, kMaxValidationWindows = 20'000;
constexpr double kSkipNumbers = 25e6;   // of the windows that the skip is fitted to
constexpr Index kSpreadWindows = 2000;  // for the distribution of the errors of the linear start
constexpr double kCopies = 6;           // of the weights: values, gradients, two moments, best values, a second net

/// The windows that a net is trained on. If they are very many, each epoch uses some: item i is one of a stretch of
/// them, drawn anew at each training step.
class TrainingWindows {
 public:
  explicit TrainingWindows(std::vector<Origin> all)
      : count_(static_cast<Index>(all.size())),
        items_(count_),
        at_([all = std::move(all)](Index i) { return all[static_cast<std::size_t>(i)]; }) {}
  TrainingWindows(std::shared_ptr<const WindowSource> source, Index most)
      : count_(source->count()), items_(std::min(count_, most)), at_([source](Index i) { return source->origin(i); }) {}

  Index items() const { return items_; }
  Index count() const { return count_; }
  Origin origin(Index item, std::uint64_t seed, std::uint64_t step) const {
    if (items_ == count_) return at_(item);
    const auto first = static_cast<std::int64_t>(static_cast<double>(item) * spread());
    const auto last = std::min(static_cast<std::int64_t>(static_cast<double>(item + 1) * spread()), count_);
    const double place = static_cast<double>(uniform_at(seed, stream_id("windows of an epoch"), step));
    return at_(std::min(first + static_cast<Index>(place * static_cast<double>(last - first)), count_ - 1));
  }
  /// Evenly over all.
  std::vector<Origin> some(Index most) const {
    std::vector<Origin> out;
    const Index stride = most < count_ ? count_ / std::max<Index>(most, 1) + 1 : 1;
    for (Index i = 0; i < count_; i += stride) out.push_back(at_(i));
    return out;
  }

 private:
  double spread() const { return static_cast<double>(count_) / static_cast<double>(items_); }

  Index count_, items_;
  std::function<Origin(Index)> at_;
};

/// The loss of the head on windows.
class HeadLoss {
 public:
  explicit HeadLoss(const Head& head) : head_(head) {}

  /// Shapes: y [B, outputs * K]; returns [1].
  Variable<float> of(Tape<float>& tape, const Variable<float>& y, const WindowBatch& batch) const {
    const Index B = batch.y.dim(0), N = batch.y.dim(1), K = head_width(head_);
    const Variable<float> raw = K == 1 && !predicts_counts(head_) ? y : reshape(tape, y, {B, N, K});
    if (head_.kind == HeadKind::point) return element_loss(tape, head_.loss, raw, batch.y, batch.weights);
    if (!predicts_counts(head_)) return head_loss(tape, head_, raw, batch.y, batch.weights);
    // In their own unit, in which they are whole numbers.
    Tensor<float> counts({B, N}), factors({B, N});
    const Index O = batch.units.dim(1);
    for (Index i = 0; i < counts.size(); ++i) {
      factors[i] = batch.units[i / N * O + i % O];
      counts[i] = std::round(batch.y[i] * factors[i]);
    }
    return head_loss(tape, head_, raw, counts, batch.weights, factors);
  }

 private:
  Head head_;
};

class ForecastProblem : public Problem {
 public:
  ForecastProblem(const ForecastModel& model, const PreparedSet& prepared, TrainingWindows train,
                  std::vector<Origin> validation)
      : net_(*model.net),
        loss_(head_of(model.options)),
        forcing_(model.options.forcing),
        horizon_(net_horizon(model.options)),
        prepared_(prepared),
        train_(std::move(train)),
        validation_(std::move(validation)),
        block_(net_.parameters()) {}

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return train_.items(); }

  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    return loss_of(tape, items, std::nullopt);
  }
  Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const override {
    std::optional<bool> always;
    if (net_.has_decoder()) {
      const WindowBatch whole = prepared_.gather(origins_of(tape, batch));
      always = always_fed({whole.y, whole.weights, forcing_}, tape.options().seed, tape.options().step, horizon_);
    }
    return loss_of(tape, batch.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)),
                   always);
  }

  std::optional<double> validation_loss(Context& context) const override {
    if (validation_.empty()) return std::nullopt;
    double sum = 0, weight = 0;
    for_each_chunk(std::span<const Origin>(validation_), [&](std::size_t, std::span<const Origin> origins) {
      const WindowBatch batch = prepared_.gather(origins);
      const ForecastInputs in = inputs_with(batch, origins);
      Tape<float> tape(context, {.record = false, .training = false});
      const double w = ops::total_weight(context, batch.weights, batch.y.size());
      sum += w * static_cast<double>(loss_.of(tape, net_.forward(tape, in), batch).value().item());
      weight += w;
    });
    return sum / weight;
  }

 private:
  std::vector<Origin> origins_of(const Tape<float>& tape, std::span<const Index> items) const {
    std::vector<Origin> out;
    for (const Index item : items) out.push_back(train_.origin(item, tape.options().seed, tape.options().step));
    return out;
  }

  ForecastInputs inputs_with(const WindowBatch& batch, std::span<const Origin> origins) const {
    ForecastInputs in{Variable<float>(batch.x)};
    if (net_.known() > 0) in.known = prepared_.gather_known(origins, net_.known(), horizon_);
    return in;
  }

  Loss loss_of(Tape<float>& tape, std::span<const Index> items, std::optional<bool> always) const {
    const std::vector<Origin> origins = origins_of(tape, items);
    const WindowBatch batch = prepared_.gather(origins);
    const Variable<float> y =
        net_.forward_forced(tape, inputs_with(batch, origins), {batch.y, batch.weights, forcing_, always});
    return {loss_.of(tape, y, batch), ops::total_weight(tape.context(), batch.weights, batch.y.size())};
  }

  const ForecastNet& net_;
  HeadLoss loss_;
  TeacherForcing forcing_;
  Index horizon_;
  const PreparedSet& prepared_;
  TrainingWindows train_;
  std::vector<Origin> validation_;
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
void plan_memory(const std::string& source, double steps, ForecastOptions& o, const Preparation& preparation,
                 std::vector<std::string>& notes) {
  if (o.skip && !o.skip_shared && skip_weights(o) > kMaxSkipWeights) {
    o.skip_shared = true;
    notes.push_back(concat("linear skip: one map of ", o.lookback, " steps is shared by the ", targets_of(o),
                           " targets; one of all of them would have ", skip_weights(o), " weights"));
  }
  const double outputs = head_outputs(o), H = static_cast<double>(o.hidden);
  const double F = static_cast<double>(preparation.input_size()), G = gate_count(o.cell);
  const double ways = o.bidirectional ? 2 : 1;
  const double weights = static_cast<double>(o.layers) * ways * G * H * (H + std::max(F, H) + 2) +
                         outputs * (H * ways + 1) + (o.skip ? skip_weights(o) : 0);
  const double rows = static_cast<double>(o.train.batch_size * (independent(o) ? targets_of(o) : 1));
  const double batch =
      rows * static_cast<double>(o.lookback) * (F + static_cast<double>(o.layers) * ways * (G + 3) * H);
  const double table = steps * (F + static_cast<double>(targets_of(o)));
  const double bytes = 4 * (kCopies * weights + batch + 2 * table),
               machine = static_cast<double>(physical_memory_bytes());
  require(machine == 0 || bytes < machine, source, ": training would need about ", std::round(bytes / 1e8) / 10,
          " GB of memory, and this machine has ", std::round(machine / 1e8) / 10, " GB: ", outputs, " outputs and ", F,
          " inputs; name fewer targets, or train several models, or choose a lower --hidden, --lookback or --batch");
}

/// A run that begins with a model's weights reads its windows as that model does, where the user leaves it open.
void adopt_windows(ForecastOptions& o, std::vector<std::string>& notes) {
  const ForecastOptions old = load_forecaster(o.train.from).options;
  if (o.season == 0) o.season = old.season;
  if (o.lookback == 0) o.lookback = old.lookback;
  if (o.difference == DifferenceKind::automatic) o.difference = old.difference;
  if (!o.head) {
    o.head = old.head;
    o.zero_inflated = old.zero_inflated;
  }
  if (!o.scale_window) o.scale_window = old.scale_window;
  if (o.channels == Channels::automatic) o.channels = old.channels;
  if (o.segment == 0 && o.strategy == old.strategy) o.segment = old.segment;
  o.skip_shared = old.skip_shared;
  notes.push_back(concat("windows as in ", o.train.from, ": lookback ", o.lookback, ", season ", o.season,
                         ", difference ", name_of(difference_names(), o.difference), ", head ",
                         name_of(forecast_head_names(), o.head)));
}

/// Inputs and targets of the skip in some windows, one row each.
struct SkipRows {
  Index inputs = 0, outputs = 0;
  std::vector<float> values;

  Index count() const { return static_cast<Index>(values.size()) / std::max<Index>(inputs + outputs, 1); }
  RidgeRows rows() const {
    const Index width = inputs + outputs;
    return {count(), inputs, outputs, [this, width](Index row, double* x, double* y) {
              const float* from = values.data() + row * width;
              std::copy_n(from, inputs, x);
              std::copy_n(from + inputs, outputs, y);
            }};
  }
};

SkipRows skip_rows(const ForecastTraining& training, const std::vector<Origin>& origins) {
  const ForecastNet& net = *training.model.net;
  const Index O = net.skip() ? targets_of(training.model.options) : 1;
  const Index own = training.model.options.skip_shared ? 1 : O, steps = net_horizon(training.model.options);
  SkipRows out;
  for_each_chunk(std::span<const Origin>(origins), [&](std::size_t, std::span<const Origin> chunk) {
    const WindowBatch batch = training.prepared.gather(chunk);
    ForecastInputs in{Variable<float>(batch.x)};
    if (net.known() > 0) in.known = training.prepared.gather_known(chunk, net.known(), steps);
    const Tensor<float> x = net.skip_inputs(in);
    out.inputs = x.dim(1);
    out.outputs = steps * own;
    for (Index row = 0; row < x.dim(0); ++row) {
      out.values.insert(out.values.end(), x.data() + row * out.inputs, x.data() + (row + 1) * out.inputs);
      const Index b = row * own / O, first = row * own % O;
      for (Index h = 0; h < steps; ++h) {
        for (Index o = first; o < first + own; ++o) {
          const Index at = (b * steps + h) * O + o;
          const bool missing = batch.weights.defined() && batch.weights[at] == 0;
          out.values.push_back(missing ? std::nanf("") : batch.y[at]);
        }
      }
    }
  });
  return out;
}

std::vector<Origin> origins_at(const std::vector<Index>& rows) {
  std::vector<Origin> out;
  for (const Index row : rows) out.push_back({0, row});
  return out;
}

/// Initialises the skip with a linear model, and the bias of the head with the distribution of that model's errors in
/// training windows; the linear model is the median of quantiles, or the location of a distribution.
void start_at(ForecastTraining& training, const LinearMap& map, const std::vector<Origin>& windows) {
  const ForecastOptions& o = training.model.options;
  const Head head = head_of(o);
  std::vector<double> bias;
  if (head.kind != HeadKind::point) {
    const Index O = targets_of(o), own = o.skip_shared ? 1 : O;
    std::vector<std::vector<double>> errors(static_cast<std::size_t>(net_horizon(o) * O));
    const SkipRows read = skip_rows(training, thinned(windows, kSpreadWindows));
    const RidgeRows rows = read.rows();
    std::vector<double> x(static_cast<std::size_t>(rows.inputs)), y(static_cast<std::size_t>(rows.outputs));
    for (Index row = 0; row < rows.rows; ++row) {
      rows.row(row, x.data(), y.data());
      for (Index i = 0; i < rows.outputs; ++i) {
        const double error = y[static_cast<std::size_t>(i)] - map.apply_one(x.data(), i);
        const Index output = i / own * O + (o.skip_shared ? row % O : i % own);
        if (!std::isnan(error)) errors[static_cast<std::size_t>(output)].push_back(error);
      }
    }
    for (std::vector<double>& of_output : errors) {
      const std::vector<double> numbers = numbers_for_errors(head, std::move(of_output));
      bias.insert(bias.end(), numbers.begin(), numbers.end());
    }
  }
  training.model.net->start_from(map, bias);
}

/// The weights that a run begins with: random ones, but the skip at the linear model of the training windows. `train`
/// and `validation`: rows of the one series.
LinearRival start_net(ForecastTraining& training, const std::vector<Index>& train, const std::vector<Index>& validation,
                      const std::vector<double>& penalties) {
  const ForecastOptions& o = training.model.options;
  training.model.net = make_forecast_net(o, training.model.preparation);
  initialize(training.model.net->parameters(), o.seed, o.init);
  if (!o.skip) return {};
  LinearRival linear = fit_linear_rival(training.prepared.one().windows, train, validation, skip_kind(o), penalties);
  start_at(training, linear.whole(o.lookback), origins_at(train));
  return linear;
}

std::vector<Index> rows_of(const std::vector<Origin>& origins) {
  std::vector<Index> out;
  for (const Origin& origin : origins) out.push_back(origin.time);
  return out;
}

/// As start_net, of windows of a set. Returns the penalties.
std::vector<double> start_net(Context& context, ForecastTraining& training, const TrainingWindows& train,
                              const TrainingWindows& validation, const std::vector<double>& penalties) {
  const ForecastOptions& o = training.model.options;
  if (training.prepared.is_one() && o.known.empty()) {
    const auto rows = [](const TrainingWindows& windows) { return rows_of(windows.some(windows.count())); };
    return start_net(training, rows(train), rows(validation), penalties).penalties;
  }
  training.model.net = make_forecast_net(o, training.model.preparation);
  initialize(training.model.net->parameters(), o.seed, o.init);
  if (!o.skip) return {};
  double penalty = penalties.empty() ? 0 : penalties[0];
  const double width = skip_weights(o) / static_cast<double>(o.lookback) + static_cast<double>(kMaxSkipInputs);
  const Index most = std::min(kSkipWindows, static_cast<Index>(kSkipNumbers / width));
  const SkipRows fitted = skip_rows(training, train.some(most));
  LinearMap map;
  if (penalty > 0) {
    const SkipStart before{{}, penalty, training.effects_first};
    map = fit_skip(context, *training.model.net, o, fitted.rows(), {}, &before).map;
  } else {
    const SkipRows judged = skip_rows(training, validation.some(most));
    const SkipStart start = fit_skip(context, *training.model.net, o, fitted.rows(), judged.rows());
    map = start.map;
    penalty = start.penalty;
    training.effects_first = start.effects_first;
  }
  start_at(training, map, train.some(kSpreadWindows));
  return {penalty};
}

/// The training of the final net, on all rows.
std::unique_ptr<ForecastTraining> begin_refit(Context&, const Series& series, const ForecastTraining& tested) {
  auto out = std::make_unique<ForecastTraining>();
  const ForecastOptions& o = tested.model.options;
  out->model.options = o;
  out->model.preparation = fit_resolved(series, o, series.length());
  out->prepared = PreparedSet(apply_preparation(out->model.preparation, o, series), o.lookback, net_horizon(o));
  const auto all = window_origins(out->prepared.one().windows, 0, series.length());
  start_net(*out, all, {}, tested.penalties);
  out->problem = std::make_unique<ForecastProblem>(out->model, out->prepared, TrainingWindows(origins_at(all)),
                                                   std::vector<Origin>());
  return out;
}

/// Windows that are counted with the steps that a difference needs before them.
std::shared_ptr<const WindowSource> windows_of(const SeriesSet& set, const ForecastTraining& training,
                                               const SetRange& range) {
  const ForecastOptions& o = training.model.options;
  return std::make_shared<const WindowSource>(set, model_windows(training.model.preparation, o, net_horizon(o)), range);
}

std::unique_ptr<ForecastTraining> begin_refit(Context& context, const SeriesSet& set, const ForecastTraining& tested) {
  auto out = std::make_unique<ForecastTraining>();
  const ForecastOptions& o = tested.model.options;
  out->model.options = o;
  const SetRange all = whole_range(set);
  out->model.preparation = fit_set(set, o, all);
  out->effects_first = tested.effects_first;
  out->prepared = PreparedSet(context, set, out->model.preparation, o, all, net_horizon(o));
  const TrainingWindows train(windows_of(set, *out, all), set.count() > 1 ? kWindowsOfEpoch : kMaxSteps);
  start_net(context, *out, train, TrainingWindows(std::vector<Origin>()), tested.penalties);
  out->problem = std::make_unique<ForecastProblem>(out->model, out->prepared, train, std::vector<Origin>());
  return out;
}

void check_net(ForecastTraining& training) {
  const ForecastOptions& o = training.model.options;
  if (o.layers == 1 && o.dropout > 0) training.notes.push_back("dropout: with one layer it acts only before the head");
}

}  // namespace

std::unique_ptr<ForecastTraining> begin_forecaster(const Series& series, ForecastOptions options) {
  require(options.known.empty() && options.fixed.empty(), series.source,
          ": columns that are known ahead or static belong to a set of series; give a SeriesSet");
  auto out = std::make_unique<ForecastTraining>();
  out->notes = series.warnings;
  ForecastModel& model = out->model;
  model.preparation = fit_preparation(series, options, out->notes);
  resolve_shape(options, out->notes);
  plan_memory(series.source, static_cast<double>(series.length()), options, model.preparation, out->notes);
  model.options = options;
  model.rows = out->rows = series.length();
  model.data = remember(series);
  out->prepared =
      PreparedSet(apply_preparation(model.preparation, options, series), options.lookback, net_horizon(options));
  const WindowSet& windows = out->prepared.one().windows;
  const Split split = chronological_split(series.length(), options.split);
  const auto train_origins = window_origins(windows, 0, split.train_end);
  const auto validation = window_origins(windows, split.train_end, split.validation_end);
  require(!train_origins.empty(), series.source, ": no training window has a present target");
  out->penalties = start_net(*out, train_origins, validation, {}).penalties;
  check_net(*out);
  out->problem = std::make_unique<ForecastProblem>(model, out->prepared, TrainingWindows(origins_at(train_origins)),
                                                   origins_at(validation));
  return out;
}

std::unique_ptr<ForecastTraining> begin_forecaster(Context& context, const SeriesSet& set, ForecastOptions options) {
  auto out = std::make_unique<ForecastTraining>();
  out->notes = set.notes;
  ForecastModel& model = out->model;
  take_columns(set, options);
  check_options(options);
  resolve_head(options, out->notes);
  resolve_options(set, options, out->notes);
  resolve_shape(options, out->notes);
  const auto parts = split_series(set, options.split);
  model.preparation = fit_set(set, options, parts[0]);
  for (const SetEntry& entry : set.series) out->rows += entry.length;
  plan_memory(set.source, std::min(static_cast<double>(out->rows), kPreparedBytes / 8), options, model.preparation,
              out->notes);
  model.options = options;
  model.rows = out->rows;
  out->prepared = PreparedSet(context, set, model.preparation, options, parts[0], net_horizon(options));
  const auto train_windows = windows_of(set, *out, parts[0]), validation_windows = windows_of(set, *out, parts[1]);
  require(train_windows->count() > 0, set.source, ": no training window has a present target");
  out->notes.insert(out->notes.end(), train_windows->notes().begin(), train_windows->notes().end());
  const TrainingWindows train(train_windows, set.count() > 1 ? kWindowsOfEpoch : kMaxSteps);
  const TrainingWindows validation(validation_windows, kMaxSteps);
  if (train.items() < train.count())
    out->notes.push_back(concat("windows: each epoch learns from ", train.items(), " of the ", train.count(),
                                " of the training part, others each time"));
  out->penalties = start_net(context, *out, train, validation, {});
  check_net(*out);
  out->problem = std::make_unique<ForecastProblem>(model, out->prepared, train, validation.some(kMaxValidationWindows));
  return out;
}

namespace {

/// Trains the tested net again on all rows: as many epochs as it had made at its best, the same course of the learning
/// rate. Its checkpoint holds the end of the first part too.
template <class Data>
StopReason refit(Context& context, const Data& data, const ForecastTraining& tested, const RunInputs& inputs,
                 std::shared_ptr<const ModelFile> before, ForecastModel& model, TrainObserver* observer,
                 const std::string& resume) {
  const std::unique_ptr<ForecastTraining> again = begin_refit(context, data, tested);
  ForecastOptions o = tested.model.options;
  const Index items = again->problem->training_items(), best = model.summary.best_epoch;
  if (o.train.schedule.total_steps == 0)
    o.train.schedule.total_steps = o.train.epochs * ((items + o.train.batch_size - 1) / o.train.batch_size);
  o.train.epochs = best;
  o.train.patience = 0;
  o.train.phase = kRefit;
  o.train.before = std::move(before);
  if (observer)
    observer->on_phase(concat("now on all ", tested.rows, " rows, ", best, best == 1 ? " epoch" : " epochs",
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

std::unique_ptr<ForecastTraining> begin(Context&, const Series& series, const ForecastOptions& options) {
  return begin_forecaster(series, options);
}

std::unique_ptr<ForecastTraining> begin(Context& context, const SeriesSet& set, const ForecastOptions& options) {
  return begin_forecaster(context, set, options);
}

bool learns_from_all(const Series& series, const ForecastOptions& o) {
  return chronological_split(series.length(), o.split).train_end == series.length();
}

bool learns_from_all(const SeriesSet& set, const ForecastOptions& o) {
  return std::all_of(set.series.begin(), set.series.end(), [&](const SetEntry& entry) {
    return chronological_split(entry.length, o.split).train_end == entry.length;
  });
}

/// Windows of the training part (0) or the validation part (1) that hold the whole horizon.
std::vector<Origin> origins_of_part(const Series& series, const ForecastModel& model, const PreparedSet& prepared,
                                    std::size_t part) {
  const Split split = chronological_split(series.length(), model.options.split);
  return part == 0 ? origins_within(prepared, model.options.horizon, 0, split.train_end)
                   : origins_within(prepared, model.options.horizon, split.train_end, split.validation_end);
}

std::vector<Origin> origins_of_part(const SeriesSet& set, const ForecastModel& model, const PreparedSet&,
                                    std::size_t part) {
  const ForecastOptions& o = model.options;
  const auto source = std::make_shared<const WindowSource>(set, model_windows(model.preparation, o, o.horizon),
                                                           split_series(set, o.split)[part]);
  return TrainingWindows(source, kMaxSteps).some(kMaxValidationWindows);
}

/// `shape`: of a set.
template <class Data>
TrainedForecaster train_on(Context& context, const Data& data, const std::optional<SetShape>& shape,
                           ForecastOptions options, TrainObserver* observer, const std::string& resume) {
  std::vector<std::string> notes;
  if (!options.train.from.empty()) adopt_windows(options, notes);
  if (!options.head && !resume.empty() && !checkpoint_has_setting(resume, "head")) {
    options.head = HeadKind::point;  // as in all checkpoints of earlier versions
    notes.push_back(concat("head: point, as in ", resume));
  }
  if (!resume.empty()) {  // the behaviour of earlier versions, if a checkpoint lacks the setting
    if (!checkpoint_has_setting(resume, "median_weight")) options.median_weight = 0;
    if (!checkpoint_has_setting(resume, "interval_prior")) options.interval_prior = 0;
    if (!checkpoint_has_setting(resume, "follow_errors")) options.follow_errors = false;
    if (!options.scale_window && !checkpoint_has_setting(resume, "scale_window"))
      options.scale_window = ops::WindowScaling::none;
    if (options.channels == Channels::automatic && !checkpoint_has_setting(resume, "channels"))
      options.channels = Channels::joint;
  }
  const std::unique_ptr<ForecastTraining> training = begin(context, data, options);
  training->model.set = shape;
  notes.insert(notes.begin(), training->notes.begin(), training->notes.end());
  TrainedForecaster out{training->model, StopReason::finished, std::move(notes)};
  check_envelope(envelope_of(out.model));
  ForecastOptions resolved = out.model.options;
  resolved.train.keep_state = resolved.refit;
  if (training->prepared.is_one())
    resolved.train.suspects =
        large_inputs(training->prepared.one().windows.inputs.span(), name_of(scale_names(), resolved.scale));
  const RunInputs inputs{to_json(resolved), digest_of(data), data.source, kForecastTask,
                         concat(training->rows, " rows")};
  std::shared_ptr<const ModelFile> state;
  out.reason = run_training(context, *training->problem, resolved, inputs, out.model.summary, observer, resume, &state);
  if (resolved.calibrate)
    out.model.calibration = calibrate_intervals(context, out.model, training->prepared,
                                                origins_of_part(data, out.model, training->prepared, 0),
                                                origins_of_part(data, out.model, training->prepared, 1), out.notes);
  if (out.reason == StopReason::interrupted || !resolved.refit || learns_from_all(data, resolved)) return out;
  try {
    const StopReason reason = refit(context, data, *training, inputs, std::move(state), out.model, observer, resume);
    if (reason == StopReason::interrupted) out.reason = reason;
  } catch (const DivergenceError& error) {
    out.notes.push_back(concat("the net is not refitted on all rows: ", error.what()));
  }
  return out;
}

}  // namespace

TrainedForecaster train_forecaster(Context& context, const Series& series, ForecastOptions options,
                                   TrainObserver* observer, const std::string& resume) {
  return train_on(context, series, std::nullopt, std::move(options), observer, resume);
}

TrainedForecaster train_forecaster(Context& context, const SeriesSet& set, const SetRequest& asked,
                                   ForecastOptions options, TrainObserver* observer, const std::string& resume) {
  return train_on(context, set, shape_of(set, asked), std::move(options), observer, resume);
}

}  // namespace recurra
