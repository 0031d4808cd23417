// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/regressor.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recurra/autograd/functions/losses.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/sequence_problem.h"

namespace recurra {
namespace {

constexpr const char* kTask = "regress";

struct Parts {
  std::vector<Index> train, validation;
};

/// A part that is a fraction of the sequences is one of round(1 / fraction) folds. Numbers are not balanced over folds.
Parts split(LabelledSequences set, const RegressOptions& o) {
  Parts parts;
  if (*o.validation == 0) {
    parts.train.resize(static_cast<std::size_t>(set.count()));
    std::iota(parts.train.begin(), parts.train.end(), Index{0});
    return parts;
  }
  std::fill(set.labels.begin(), set.labels.end(), "");
  const auto fold_of = grouped_folds(set, static_cast<Index>(std::round(1 / *o.validation)), o.seed);
  for (Index i = 0; i < set.count(); ++i)
    (fold_of[static_cast<std::size_t>(i)] == 0 ? parts.validation : parts.train).push_back(i);
  return parts;
}

/// Fits scale and mean of each target on the training part.
void fit_targets(RegressModel& model, const MeasuredSequences& data, const std::vector<Index>& items) {
  for (std::size_t k = 0; k < data.targets.size(); ++k) {
    std::vector<double> values;
    for (const Index i : items)
      if (const double y = data.y[static_cast<std::size_t>(i)][k]; !std::isnan(y)) values.push_back(y);
    require(!values.empty() && std::any_of(values.begin(), values.end(), [&](double y) { return y != values[0]; }),
            data.set.source, ": the target '", data.targets[k], "' has ", values.empty() ? "no number" : "one number",
            " in all training sequences; there is nothing to learn");
    model.target_scalers.push_back(model.options.scale == ScaleKind::none ? Scaler{}
                                                                          : fit_scaler(model.options.scale, values));
    model.target_means.push_back(std::accumulate(values.begin(), values.end(), 0.0) /
                                 static_cast<double>(values.size()));
  }
}

SequenceLoss loss_of(const RegressModel& model, const Sequences<float>& inputs, const MeasuredSequences& data) {
  return [&](Tape<float>& tape, std::span<const Index> items) {
    const PaddedBatch<float> batch = gather(inputs, items);
    add_noise(batch, tape, model.options.noise);
    const auto B = static_cast<Index>(items.size()), K = static_cast<Index>(model.targets.size());
    Tensor<float> target({B, K}), weight({B, K});
    double total = 0;
    for (Index b = 0; b < B; ++b)
      for (Index k = 0; k < K; ++k) {
        const auto target_of = static_cast<std::size_t>(k);
        const double y = data.y[static_cast<std::size_t>(items[static_cast<std::size_t>(b)])][target_of];
        if (std::isnan(y)) continue;
        target[b * K + k] = static_cast<float>(model.target_scalers[target_of].apply(y));
        weight[b * K + k] = 1;
        total += 1;
      }
    const auto prediction = model.net->forward(tape, Variable<float>(batch.x), batch.lengths);
    return Problem::Loss{element_loss(tape, model.options.loss, prediction, target, weight), total};
  };
}

std::uint64_t digest_of(const MeasuredSequences& data) {
  std::uint64_t sum = digest(digest(0, data.set.x.values()), data.set.x.lengths());
  for (const auto& row : data.y) sum = digest(sum, row);
  return sum;
}

std::shared_ptr<SequenceNet> make_net(const RegressModel& model) {
  return std::make_shared<SequenceNet>(model.options, model.options.readout, model.scaling.input_size(),
                                       static_cast<Index>(model.targets.size()));
}

Envelope envelope_of(const RegressModel& model) {
  nlohmann::json targets = nlohmann::json::array();
  for (std::size_t k = 0; k < model.targets.size(); ++k)
    targets.push_back({{"name", model.targets[k]},
                       {"shift", model.target_scalers[k].shift},
                       {"factor", model.target_scalers[k].factor},
                       {"mean", model.target_means[k]}});
  return {kTask,
          to_json(model.options),
          {{"input", to_json(model.encoding)}, {"scaling", to_json(model.scaling)}, {"targets", targets}},
          model.summary};
}

}  // namespace

RegressModel regressor_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  RegressModel model;
  model.options = regress_options_from(JsonReader(envelope.options, path + ".options"));
  model.encoding = input_encoding_from(reader.child("input"));
  model.scaling = sequence_scaling_from(reader.child("scaling"));
  model.encoding.channels = given_names(model.scaling.channels);
  for (const JsonReader& target : reader.children("targets")) {
    model.targets.push_back(target.text("name"));
    model.target_scalers.push_back({target.number("shift"), target.number("factor")});
    model.target_means.push_back(target.number("mean"));
    require<FormatError>(model.target_scalers.back().factor != 0, path, ": the target ", model.targets.back(),
                         " has the factor 0");
  }
  require<FormatError>(!model.targets.empty(), path, ": expected at least one target");
  model.summary = envelope.summary;
  check_weights_fit(path, model.options, 0, file.tensors);
  model.net = make_net(model);
  load_weights(*model.net, file.tensors, path);
  return model;
}

TrainedRegressor train_regressor(Context& context, const MeasuredSequences& data, const InputEncoding& encoding,
                                 const RegressOptions& given, TrainObserver* observer, const std::string& resume) {
  check_options(given);
  TrainedRegressor out;
  RegressModel& model = out.model;
  std::string choice;
  const RegressOptions& options = model.options = chosen_by_data(given, data.set, choice);
  out.notes = data.set.warnings;
  if (!choice.empty()) out.notes.push_back(choice);
  model.encoding = encoding;
  model.targets = data.targets;
  const Parts parts = split(data.set, options);
  // A mix of letters is not a channel that should be scaled.
  model.scaling =
      fit_scaling(data.set, parts.train, encoding.kind == InputKind::symbols ? ScaleKind::none : options.scale);
  fit_targets(model, data, parts.train);
  const Sequences<float> inputs = apply_scaling(model.scaling, data.set);
  model.net = make_net(model);
  initialize(model.net->parameters(), options.seed, options.init);
  SequenceProblem problem(*model.net, inputs.lengths(), parts.train, parts.validation, loss_of(model, inputs, data));
  out.notes.push_back(problem.padding_note(options.train));
  check_envelope(envelope_of(model));
  RegressOptions suspected = options;
  suspected.train.suspects = large_inputs(inputs.values(), name_of(scale_names(), options.scale));
  const RunInputs run{to_json(options), digest_of(data), data.set.source, kTask, {}, {}};
  out.reason = run_training(context, problem, suspected, run, model.summary, observer, resume);
  return out;
}

std::string regressor_bytes(const RegressModel& model) {
  return model_bytes(model_file(envelope_of(model), model.net->state()));
}

void save_regressor(const std::string& path, const RegressModel& model) {
  write_model(path, model_file(envelope_of(model), model.net->state()));
}

RegressModel load_regressor(const std::string& path) {
  return regressor_from(read_model(path, kTask), path);
}

std::vector<std::vector<double>> predict_numbers(Context& context, const RegressModel& model,
                                                 const LabelledSequences& set) {
  const Sequences<float> inputs = apply_scaling(model.scaling, set);
  std::vector<std::vector<double>> out(static_cast<std::size_t>(set.count()));
  for (const auto& items : evaluation_batches(inputs.lengths())) {
    const PaddedBatch<float> batch = gather(inputs, std::span<const Index>(items));
    Tape<float> tape(context, {.record = false, .training = false});
    const Tensor<float> y = model.net->forward(tape, Variable<float>(batch.x), batch.lengths).value();
    const Index K = y.dim(1);
    for (std::size_t b = 0; b < items.size(); ++b)
      for (Index k = 0; k < K; ++k)
        out[static_cast<std::size_t>(items[b])].push_back(model.target_scalers[static_cast<std::size_t>(k)].invert(
            static_cast<double>(y[static_cast<Index>(b) * K + k])));
  }
  return out;
}

}  // namespace recurra
