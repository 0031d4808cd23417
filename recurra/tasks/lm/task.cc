// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/task.h"

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/lm/generate.h"
#include "recurra/tasks/lm/mapped_text.h"
#include "recurra/tasks/lm/report.h"
#include "recurra/tasks/lm/results.h"
#include "recurra/train/distributed/once_per_host.h"

namespace recurra {
namespace {

struct Train {
  std::string data;
  LmOptions options;
  RunFiles files;

  void add_to(OptionTable& t) {
    t.group("Data");
    t.add("data", data, "Text, or frames as JSON or JSON Lines; - for standard input").argument().path(FileUse::read);
    add_options(t, options);
    files.add_to(t, "HTML report to write, with the evaluation");
  }

  /// Trains, saves, and writes the report that `report` gives for the model.
  template <class TrainModel, class MakeReport>
  VerbResult train(const VerbContext& context, const char* items, TrainModel train_model, MakeReport report) const {
    return run_training_verb(context, files, options.train, items, train_model, save_lm, [&](const TrainedLm& trained) {
      if (!files.report.empty()) write_file_atomically(files.report, report(trained.model));
      return MoreResult();
    });
  }

  LmText read_text(const VerbContext& context) const {
    const SourceText source = read_source(context, data);  // freed when its tokens are numbered
    if (options.train.from.empty()) return prepare_text(source.text, source.name, options);
    const LmModel old = load_lm(options.train.from);
    require<UsageError>(old.vocabulary.has_value(), "--from: ", options.train.from,
                        " is a model of frames, not of text");
    return prepare_text(source.text, source.name, options, *old.vocabulary);
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    settle_options(files, options);
    Context& c = context.context;
    if (options.format == LmFormat::text) {
      const LmText text = once_per_host<LmText>(
          c, [&] { return read_text(context); }, map_text, open_mapped_text);
      context.notes(size_notes(text, options));
      return train(
          context, "chunks of the streams",
          [&](TrainObserver* observer) { return train_lm(c, text, options, observer, files.resume); },
          [&](const LmModel& model) { return lm_report(c, model, evaluate_lm(c, model, text)); });
    }
    const SourceText source = read_source(context, data);
    const LmFrames frames = parse_frames(source.text, source.name, options);
    return train(
        context, "pieces",
        [&](TrainObserver* observer) { return train_frames(c, frames, options, observer, files.resume); },
        [&](const LmModel& model) { return frames_report(c, model, evaluate_frames(c, model, frames)); });
  }
};

struct Evaluate {
  std::string model, data, report;
  LmEvaluateOptions options;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    t.add("data", data, "Text or frames, as for training; - for standard input").argument().path(FileUse::read);
    t.add("whole", options.whole, "Score every token: for a text that the model was not trained on");
    t.add("streams", options.streams, "Parts read in parallel: faster, but each starts without memory").at_least(1);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] { t.check_ranges(); });
    const auto lm = model_of(context, model, load_lm);
    const SourceText source = read_source(context, data);
    if (lm->options.format == LmFormat::frames) {
      const LmFrames frames = parse_frames(source.text, source.name, lm->options);
      const FramesEvaluation scores = evaluate_frames(context.context, *lm, frames);
      if (!report.empty()) write_file_atomically(report, frames_report(context.context, *lm, scores));
      return {.json = json_line(to_json(scores)), .text = to_text(scores)};
    }
    const LmText text = prepare_text(source.text, source.name, lm->options, *lm->vocabulary);
    const LmEvaluation scores = evaluate_lm(context.context, *lm, text, options);
    context.notes(scores.notes);
    if (!report.empty()) write_file_atomically(report, lm_report(context.context, *lm, scores));
    return {.json = json_line(to_json(scores)), .text = to_text(scores)};
  }
};

struct Generate {
  std::string model, prompt;
  Index length = 500;
  SamplingOptions sampling;
  std::uint64_t seed = 1;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    t.group("Text");
    t.add("length", length, "Tokens or frames to generate").at_least(0);
    t.add("prompt", prompt, "Text to continue; for frames a JSON line {\"frames\": [[60, 64]]}");
    t.add("temperature", sampling.temperature, "Above 1 more random, below 1 less; 0: always the most likely");
    t.add("top-k", sampling.top_k, "Only the k most likely tokens; 0: all");
    t.add("top-p", sampling.top_p, "Only the most likely tokens with this total probability");
    t.add("seed", seed, "Seed of the sampling").global();
  }

  /// One JSON line.
  VerbResult write_roll(VerbContext& context, const LmModel& lm) const {
    require<UsageError>(sampling.top_k == 0 && sampling.top_p == 1,
                        "--top-k, --top-p: the model is of frames, whose labels are drawn one by one");
    FramePiece opening;
    if (!prompt.empty()) opening = parse_frames(prompt, "--prompt", lm.options).train.at(0);
    return {.text = frames_line(generate_frames(context.context, lm, opening, length, sampling.temperature, seed))};
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] {
      t.check_ranges();
      check_sampling(sampling);
    });
    const auto lm = model_of(context, model, load_lm);
    if (lm->options.format == LmFormat::frames) return write_roll(context, *lm);
    const Vocabulary& vocabulary = *lm->vocabulary;
    Index unknown = 0;
    const std::vector<Index> tokens = vocabulary.encode(prompt, "--prompt", &unknown);
    if (unknown > 0)
      context.note(concat("--prompt: ", unknown, " of ", tokens.size(),
                          " tokens are not in the vocabulary; they count as the unknown symbol"));
    TextGenerator generator(context.context, *lm, sampling, seed);
    generator.read(tokens);
    std::string text = vocabulary.decode(tokens);
    const std::size_t prompt_bytes = text.size();
    std::size_t shown = 0;
    const auto show = [&](std::string_view piece) {
      if (context.on_text) context.on_text(piece);
      shown += piece.size();
    };
    show(text);
    const auto observer = context.observe(false);
    for (Index i = 0; i < length && !observer->stop_requested(); ++i) {
      const Index token = generator.next();
      if (token == vocabulary.begin()) break;  // the document is at its end
      vocabulary.append(token, text);
      show(std::string_view(text).substr(shown));
    }
    const nlohmann::json json = {{"prompt", text.substr(0, prompt_bytes)}, {"text", text.substr(prompt_bytes)}};
    return {.json = json_line(json), .text = context.on_text ? "\n" : text + "\n"};
  }
};

VerbResult inspect(VerbContext& context, const std::any& opened, const InspectArguments& arguments) {
  const auto& model = *std::any_cast<const std::shared_ptr<const LmModel>&>(opened);
  nlohmann::json json = inspection(model);
  std::string shown = describe(model, arguments.model);
  if (!arguments.data.path.empty()) {
    const SourceText source = read_source(context, arguments.data.path);
    require(model.vocabulary.has_value(), arguments.model,
            ": a model of frames has no text to follow; leave the data out");
    const LmText text = prepare_text(source.text, source.name, model.options, *model.vocabulary);
    context.notes(text.notes());
    const UnitStudy study = study_units(context.context, model, text);
    json["units"] = to_json(study);
    shown += '\n' + to_text(study);
    if (!arguments.report.empty()) write_file_atomically(arguments.report, units_report(model, text, study));
  }
  return {.json = json_line(json), .text = shown};
}

}  // namespace

const Task& lm_task() {
  static const Task task = {
      "lm",
      "Model a text, or frames of labels such as piano rolls, and generate more",
      {{"train", "Train a net on the first part of a text", &verb_call<Train>},
       {"evaluate", "Score a model and baselines on the last part of the model's data", &verb_call<Evaluate>},
       {"generate", "Generate text, shown as it grows, or frames", &verb_call<Generate>}},
      &open_as<LmModel, lm_from>,
      &bytes_as<LmModel, lm_bytes>,
      &inspect};
  return task;
}

}  // namespace recurra
