// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "recurra/autograd/functions/losses.h"
#include "recurra/io/model_file.h"
#include "recurra/ops/softmax.h"
#include "recurra/tasks/common/sequence_problem.h"

namespace recurra {
namespace {

constexpr const char* kTask = "classify";

std::vector<std::string> classes_of(const LabelledSequences& set) {
  std::set<std::string> classes;
  for (Index i = 0; i < set.count(); ++i) {
    const std::string& label = set.labels[static_cast<std::size_t>(i)];
    require(!label.empty(), set.source, ": the sequence ", set.ids[static_cast<std::size_t>(i)], " has no label");
    classes.insert(label);
  }
  require(classes.size() >= 2, set.source, ": expected at least two classes, found ", classes.size(),
          classes.empty() ? "" : " ('" + *classes.begin() + "')");
  return {classes.begin(), classes.end()};
}

struct Parts {
  std::vector<Index> train, validation;
};

/// A share of the sequences is one fold of as many as fit.
Parts split(const LabelledSequences& set, const ClassifyOptions& o) {
  Parts parts;
  if (o.validation == 0) {
    parts.train.resize(static_cast<std::size_t>(set.count()));
    std::iota(parts.train.begin(), parts.train.end(), Index{0});
    return parts;
  }
  const auto fold_of = grouped_folds(set, static_cast<Index>(std::round(1 / o.validation)), o.seed);
  for (Index i = 0; i < set.count(); ++i)
    (fold_of[static_cast<std::size_t>(i)] == 0 ? parts.validation : parts.train).push_back(i);
  return parts;
}

/// Each class weighs as if all were equally frequent; the mean weight over the training sequences is 1.
std::vector<float> weights_of(const ClassifierModel& model) {
  std::vector<float> out(model.classes.size(), 1.0f);
  if (!model.options.class_weights) return out;
  const auto total =
      static_cast<double>(std::accumulate(model.class_counts.begin(), model.class_counts.end(), Index{0}));
  for (std::size_t k = 0; k < out.size(); ++k)
    out[k] = static_cast<float>(
        total / (static_cast<double>(out.size()) * static_cast<double>(std::max<Index>(1, model.class_counts[k]))));
  return out;
}

void add_noise(const PaddedBatch<float>& batch, const Tape<float>& tape, double deviation) {
  if (deviation == 0 || !tape.options().training) return;
  Random random(tape.options().seed, stream_id(concat("noise/", tape.options().step)));
  for (float& v : batch.x.span()) v += static_cast<float>(random.normal(0, deviation));
}

SequenceLoss loss_of(const ClassifierModel& model, const Sequences<float>& inputs, const std::vector<Index>& labels) {
  return [&model, &inputs, &labels, weights = weights_of(model)](Tape<float>& tape, std::span<const Index> items) {
    const PaddedBatch<float> batch = gather(inputs, items);
    add_noise(batch, tape, model.options.noise);
    const auto B = static_cast<Index>(items.size());
    Tensor<std::int64_t> target({B});
    Tensor<float> weight({B});
    double total = 0;
    for (Index b = 0; b < B; ++b) {
      target[b] = labels[static_cast<std::size_t>(items[static_cast<std::size_t>(b)])];
      weight[b] = weights[static_cast<std::size_t>(target[b])];
      total += static_cast<double>(weight[b]);
    }
    const auto logits = model.net->forward(tape, Variable<float>(batch.x), batch.lengths);
    return Problem::Loss{cross_entropy_loss(tape, logits, target, weight), total};
  };
}

std::uint64_t digest_of(const LabelledSequences& set) {
  return digest(digest(digest(0, set.x.values()), set.labels), set.x.lengths());
}

ClassifierModel model_from(const ModelFile& file, const std::string& path) {
  const JsonReader reader(file.description, path);
  ClassifierModel model;
  model.options = classify_options_from(reader.child("options"));
  model.encoding = input_encoding_from(reader.child("input"));
  model.scaling = sequence_scaling_from(reader.child("scaling"));
  model.classes = reader.texts("classes");
  for (const double count : reader.numbers("class_counts")) {
    require<FormatError>(count >= 0 && count < 1e15, path, ": expected counts in \"class_counts\", found ", count);
    model.class_counts.push_back(static_cast<Index>(count));
  }
  require<FormatError>(model.classes.size() >= 2 && model.class_counts.size() == model.classes.size(), path,
                       ": expected at least two classes and a count for each, found ", model.classes.size(), " and ",
                       model.class_counts.size());
  static_cast<void>(reader.child("summary"));
  model.summary = training_summary_from(file.description["summary"], path + ".summary");
  check_weights_fit(path, model.options, 0, file.tensors);
  model.net = std::make_shared<ClassifierNet>(model.options, model.scaling.input_size(),
                                              static_cast<Index>(model.classes.size()));
  load_weights(*model.net, file.tensors, path);
  return model;
}

}  // namespace

TrainedClassifier train_classifier(ThreadTeam& team, const LabelledSequences& set, const InputEncoding& encoding,
                                   const ClassifyOptions& options, TrainObserver* observer, const std::string& resume) {
  check_options(options);
  TrainedClassifier out;
  out.notes = set.warnings;
  ClassifierModel& model = out.model;
  model.options = options;
  model.encoding = encoding;
  model.classes = classes_of(set);
  model.class_counts.resize(model.classes.size());
  const Parts parts = split(set, options);
  std::vector<Index> labels;
  for (const auto& label : set.labels)
    labels.push_back(std::lower_bound(model.classes.begin(), model.classes.end(), label) - model.classes.begin());
  for (const Index item : parts.train)
    ++model.class_counts[static_cast<std::size_t>(labels[static_cast<std::size_t>(item)])];
  // An equal mix of letters is no channel with a scale of its own.
  model.scaling = fit_scaling(set, parts.train, encoding.kind == InputKind::symbols ? ScaleKind::none : options.scale);
  const Sequences<float> inputs = apply_scaling(model.scaling, set);

  model.net =
      std::make_shared<ClassifierNet>(options, model.scaling.input_size(), static_cast<Index>(model.classes.size()));
  initialize(model.net->parameters(), options.seed, options.init);
  if (options.layers == 1 && options.dropout > 0)
    out.notes.push_back("dropout: with one layer it acts before the head alone");
  SequenceProblem problem(*model.net, inputs.lengths(), parts.train, parts.validation, loss_of(model, inputs, labels));
  out.notes.push_back(problem.padding_note(options.train));
  out.reason = run_training(team, problem, options, {to_json(options), digest_of(set), set.source}, model.summary,
                            observer, resume);
  return out;
}

void save_classifier(const std::string& path, const ClassifierModel& model) {
  write_model(path, {kTask,
                     {{"options", to_json(model.options)},
                      {"input", to_json(model.encoding)},
                      {"scaling", to_json(model.scaling)},
                      {"classes", model.classes},
                      {"class_counts", model.class_counts},
                      {"summary", to_json(model.summary)}},
                     model.net->state()});
}

ClassifierModel load_classifier(const std::string& path) {
  return model_from(read_model(path, kTask), path);
}

ClassifierModel parse_classifier(std::string_view bytes, const std::string& name) {
  return model_from(parse_model(bytes, name, kTask), name);
}

Tensor<float> classify(ThreadTeam& team, const ClassifierModel& model, const LabelledSequences& set) {
  const Sequences<float> inputs = apply_scaling(model.scaling, set);
  const auto K = static_cast<Index>(model.classes.size());
  auto out = Tensor<float>::uninitialized({set.count(), K});
  for (const auto& items : evaluation_batches(inputs.lengths())) {
    const PaddedBatch<float> batch = gather(inputs, std::span<const Index>(items));
    Tape<float> tape(team, {.record = false, .training = false});
    const auto logits = model.net->forward(tape, Variable<float>(batch.x), batch.lengths);
    const Tensor<float> p = ops::softmax_forward(team, logits.value());
    for (std::size_t b = 0; b < items.size(); ++b)
      std::copy_n(p.data() + static_cast<Index>(b) * K, K, out.data() + items[b] * K);
  }
  return out;
}

Index best_class(const Tensor<float>& probabilities, Index i) {
  const Index K = probabilities.dim(1);
  const float* row = probabilities.data() + i * K;
  return std::max_element(row, row + K) - row;
}

}  // namespace recurra
