// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/number.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/sequence_problem.h"

namespace recurra {
namespace {

constexpr const char* kTask = "classify";
constexpr Index kMaxClassesUnasked = 1000;  // above it, one class per two sequences is taken as a mistake
constexpr Index kFewClasses = 20;
constexpr double kLargeNoise = 3;  // deviations of a scaled input

std::vector<std::string> classes_of(const LabelledSequences& set) {
  std::set<std::string> classes;
  for (Index i = 0; i < set.count(); ++i) {
    const std::string& label = set.labels[static_cast<std::size_t>(i)];
    require(!label.empty(), set.source, ": the sequence ", set.ids[static_cast<std::size_t>(i)], " has no label");
    classes.insert(label);
  }
  const auto count = static_cast<Index>(classes.size());
  require(count <= kMaxClassesUnasked || 2 * count <= set.count(), set.source, ": ", count, " classes for ",
          set.count(), " sequences; the labels look like ids: is --label the right column?");
  require(classes.size() >= 2, set.source, ": expected at least two classes, found ", classes.size(),
          classes.empty() ? "" : " ('" + *classes.begin() + "')");
  return {classes.begin(), classes.end()};
}

struct Parts {
  std::vector<Index> train, validation;
};

/// A part that is a fraction of the sequences is one of round(1 / fraction) folds.
Parts split(const LabelledSequences& set, const ClassifyOptions& o) {
  Parts parts;
  if (*o.validation == 0) {
    parts.train.resize(static_cast<std::size_t>(set.count()));
    std::iota(parts.train.begin(), parts.train.end(), Index{0});
    return parts;
  }
  const auto fold_of = grouped_folds(set, static_cast<Index>(std::round(1 / *o.validation)), o.seed);
  for (Index i = 0; i < set.count(); ++i)
    (fold_of[static_cast<std::size_t>(i)] == 0 ? parts.validation : parts.train).push_back(i);
  return parts;
}

/// Weights that make all classes count equally; the mean weight over the training sequences is 1.
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

SequenceLoss loss_of(const ClassifierModel& model, const SequenceNet& net, const Sequences<float>& inputs,
                     const std::vector<Index>& labels) {
  return
      [&model, &net, &inputs, &labels, weights = weights_of(model)](Tape<float>& tape, std::span<const Index> items) {
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
        const auto logits = net.forward(tape, Variable<float>(batch.x), batch.lengths);
        return Problem::Loss{cross_entropy_loss(tape, logits, target, weight), total};
      };
}

/// One net of several, under the names that it has in the model file.
class NamedMember : public Module<float> {
 public:
  NamedMember(const ClassifierNets& nets, Index k) : nets_(nets), k_(k) {}
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    nets_.collect_net(k_, prefix, out);
  }

 private:
  const ClassifierNets& nets_;
  Index k_;
};

/// The training of one net of an ensemble. A checkpoint carries the nets that are finished.
class MemberProblem : public SequenceProblem {
 public:
  MemberProblem(const NamedMember& net, const std::vector<Index>& lengths, const Parts& parts, SequenceLoss loss,
                const NamedTensors<float>& finished)
      : SequenceProblem(net, lengths, parts.train, parts.validation, std::move(loss)), finished_(finished) {}

  NamedTensors<float> carried() const override { return finished_; }

 private:
  const NamedTensors<float>& finished_;
};

std::uint64_t digest_of(const LabelledSequences& set) {
  return digest(digest(digest(0, set.x.values()), set.labels), set.x.lengths());
}

Envelope envelope_of(const ClassifierModel& model) {
  return {kTask,
          to_json(model.options),
          {{"input", to_json(model.encoding)},
           {"scaling", to_json(model.scaling)},
           {"classes", model.classes},
           {"class_counts", model.class_counts}},
          model.summary};
}

}  // namespace

ClassifierModel classifier_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  ClassifierModel model;
  model.options = classify_options_from(JsonReader(envelope.options, path + ".options"));
  model.encoding = input_encoding_from(reader.child("input"));
  model.scaling = sequence_scaling_from(reader.child("scaling"));
  model.encoding.channels = given_names(model.scaling.channels);
  model.classes = reader.texts("classes");
  for (const double count : reader.numbers("class_counts")) {
    require<FormatError>(count >= 0 && count < 1e15, path, ": expected counts in \"class_counts\", found ", count);
    model.class_counts.push_back(static_cast<Index>(count));
  }
  require<FormatError>(model.classes.size() >= 2 && model.class_counts.size() == model.classes.size(), path,
                       ": expected at least two classes and a count for each, found ", model.classes.size(), " and ",
                       model.class_counts.size());
  model.summary = envelope.summary;
  const ClassifyOptions& o = model.options;
  check_weights_fit(path, o, static_cast<double>(o.ensemble - 1) * fewest_weights(o), file.tensors);
  model.net = std::make_shared<ClassifierNets>(o, model.scaling.input_size(), static_cast<Index>(model.classes.size()));
  load_weights(*model.net, file.tensors, path);
  return model;
}

namespace {

/// What a checkpoint carries: "net1", its weights, "seconds1", how long they took, and so on.
NamedTensors<float> finished_nets(const std::string& resume, const ClassifierNets& nets) {
  if (resume.empty()) return {};
  constexpr std::string_view kCarried = "carried.";
  NamedTensors<float> out;
  for (const auto& [name, tensor] : read_checkpoint(resume, "train").tensors)
    if (name.starts_with(kCarried)) out.emplace_back(name.substr(kCarried.size()), tensor);
  require(static_cast<Index>(out.size()) < 2 * nets.count(), resume,
          ": the checkpoint belongs to a run with other "
          "settings; it has ",
          out.size() / 2, " finished nets, which is not fewer than ", nets.count());
  return out;
}

/// Possible causes of divergence: see TrainOptions.
std::vector<std::string> suspects_of(const ClassifyOptions& o, const Sequences<float>& inputs) {
  std::vector<std::string> out = large_inputs(inputs.values(), name_of(scale_names(), o.scale));
  if (o.noise > kLargeNoise)
    out.push_back(concat("noise ", o.noise, " drowns the inputs, whose deviation is about 1 where they are scaled"));
  return out;
}

/// Trains the nets in turn, each as it would be with its seed alone. `resume` continues with the net it belongs to.
void train_nets(Context& context, TrainedClassifier& out, const Sequences<float>& inputs,
                const std::vector<Index>& labels, const Parts& parts, RunInputs run, TrainObserver* observer,
                const std::string& resume) {
  ClassifierModel& model = out.model;
  NamedTensors<float> finished = finished_nets(resume, *model.net);
  const auto resumed = static_cast<Index>(finished.size() / 2);
  double seconds = 0;
  for (Index k = 0; k < model.net->count(); ++k) {
    const SequenceNet& net = model.net->net(k);
    ClassifyOptions options = model.options;
    options.seed += static_cast<std::uint64_t>(k);
    options.train.suspects = suspects_of(options, inputs);
    run.settings["seed"] = options.seed;
    if (model.net->count() > 1)
      run.settings["epochs of each net"] = options.train.epochs;  // those finished had as many
    initialize(net.parameters(), options.seed, options.init);
    MemberProblem problem(NamedMember(*model.net, k), inputs.lengths(), parts, loss_of(model, net, inputs, labels),
                          finished);
    if (k == 0) out.notes.push_back(problem.padding_note(options.train));
    const Tensor<float>& weights = problem.parameters().values();
    if (k < resumed) {
      const Tensor<float>& kept = finished[static_cast<std::size_t>(2 * k)].second;
      require(kept.size() == weights.size(), resume, ": the checkpoint belongs to a run with other settings");
      weights.copy_from(kept);
      seconds += static_cast<double>(finished[static_cast<std::size_t>(2 * k + 1)].second.item());
      continue;
    }
    out.reason = run_training(context, problem, options, run, model.summary, observer, k == resumed ? resume : "");
    if (out.reason == StopReason::interrupted) return;
    finished.emplace_back(concat("net", k + 1), weights.clone());
    finished.emplace_back(concat("seconds", k + 1), Tensor<float>({1}, {static_cast<float>(model.summary.seconds)}));
    model.summary.seconds = seconds += model.summary.seconds;
  }
}

}  // namespace

TrainedClassifier train_classifier(Context& context, const LabelledSequences& set, const InputEncoding& encoding,
                                   const ClassifyOptions& given, TrainObserver* observer, const std::string& resume) {
  check_options(given);
  TrainedClassifier out;
  out.notes = set.warnings;
  ClassifierModel& model = out.model;
  std::optional<ClassifierModel> start;
  ClassifyOptions asked = given;
  if (!given.train.from.empty()) start = load_classifier(given.train.from);
  if (start && asked.ensemble == kByData) asked.ensemble = start->net->count();
  std::string choice;
  const ClassifyOptions& options = model.options = chosen_by_data(asked, set, choice);
  if (!choice.empty()) out.notes.push_back(choice);
  model.encoding = encoding;
  model.encoding.channels = given_names(set.channels);
  model.classes = start ? start->classes : classes_of(set);
  const auto classes = static_cast<Index>(model.classes.size());
  if (classes > kFewClasses && 2 * classes > set.count())
    out.notes.push_back(
        concat(set.source, ": ", classes, " classes for ", set.count(), " sequences; is --label right?"));
  model.class_counts.resize(model.classes.size());
  const Parts parts = split(set, options);
  std::vector<Index> labels;
  for (const auto& label : set.labels) {
    const auto found = std::lower_bound(model.classes.begin(), model.classes.end(), label);
    require(found != model.classes.end() && *found == label, set.source, ": the label ", quote_for_message(label),
            " is not one of the classes of ", options.train.from);
    labels.push_back(found - model.classes.begin());
  }
  for (const Index item : parts.train)
    ++model.class_counts[static_cast<std::size_t>(labels[static_cast<std::size_t>(item)])];
  // A mix of letters is not a channel that should be scaled.
  model.scaling = fit_scaling(set, parts.train, encoding.kind == InputKind::symbols ? ScaleKind::none : options.scale);
  const Sequences<float> inputs = apply_scaling(model.scaling, set);

  model.net = std::make_shared<ClassifierNets>(options, model.scaling.input_size(), classes);
  if (options.layers == 1 && options.dropout > 0)
    out.notes.push_back("dropout: with one layer it acts only before the head");
  const RunInputs run{to_json(options), digest_of(set), set.source, kTask, {}, {{"classes", model.classes}}};
  check_envelope(envelope_of(model));
  train_nets(context, out, inputs, labels, parts, run, observer, resume);
  return out;
}

std::string classifier_bytes(const ClassifierModel& model) {
  return model_bytes(model_file(envelope_of(model), model.net->state()));
}

void save_classifier(const std::string& path, const ClassifierModel& model) {
  write_model(path, model_file(envelope_of(model), model.net->state()));
}

ClassifierModel load_classifier(const std::string& path) {
  return classifier_from(read_model(path, kTask), path);
}

ClassifierModel parse_classifier(std::string_view bytes, const std::string& name) {
  return classifier_from(parse_model(bytes, name, kTask), name);
}

Tensor<float> classify(Context& context, const ClassifierModel& model, const LabelledSequences& set) {
  const Sequences<float> inputs = apply_scaling(model.scaling, set);
  const auto K = static_cast<Index>(model.classes.size());
  auto out = Tensor<float>::uninitialized({set.count(), K});
  for (const auto& items : evaluation_batches(inputs.lengths())) {
    const PaddedBatch<float> batch = gather(inputs, std::span<const Index>(items));
    const Tensor<float> p = model.net->probabilities(context, batch.x, batch.lengths);
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
