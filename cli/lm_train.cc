// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/lm.h"
#include "cli/train_run.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/lm/report.h"

namespace recurra {
namespace {

struct LmTrainFlags {
  std::string data, format = "text", unit = "character", document_line;
  LmOptions options;
  TrainingFlags training{LmOptions()};
  RunFlags run;
  std::vector<double> split = {0.8, 0.1, 0.1};
  bool replace_invalid = false;
  CLI::Option* document_line_given = nullptr;

  void add_to(CLI::App& verb) {
    add_input(verb, "data", data, "Text, or frames as JSON or JSON lines; - for standard input")->required();
    add_choice(verb, "--format", format, lm_format_names(), "Text, or frames of labels such as piano rolls");
    verb.add_option("--labels", options.labels, "Frames: how many labels there are")->capture_default_str();
    verb.add_option("--lowest", options.lowest, "Frames: the number of the first label")->capture_default_str();
    add_choice(verb, "--tokens", unit, token_unit_names(), "What the net reads and writes one of a step");
    verb.add_option("--min-count", options.min_count, "Rarer tokens become the unknown symbol")->capture_default_str();
    verb.add_option("--vocabulary", options.max_size, "Largest size, the most frequent tokens first; 0: no bound")
        ->capture_default_str();
    verb.add_flag("--replace-invalid", replace_invalid, "Read bytes that are not UTF-8 as U+FFFD instead of stopping");
    document_line_given = verb.add_option("--document-line", document_line,
                                          "A line that parts documents; nothing is remembered across it");
    verb.add_option("--split", split, "Fractions for training, validation and test, in the order of the text")
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(3)
        ->capture_default_str();
    verb.add_option("--chunk", options.chunk, "Steps that gradients flow back through; --batch streams run in parallel")
        ->capture_default_str();
    verb.add_option("--embedding", options.embedding, "Width of the table of tokens; 0: one-hot")
        ->capture_default_str();
    verb.add_flag("--tied", options.tied, "The head shares the table of tokens");
    training.add_to(verb);
    run.add_to(verb, "HTML report to write, with the evaluation");
  }

  LmOptions chosen(const GlobalOptions& global) const {
    LmOptions o = options;
    training.apply_to(o, global);
    o.format = parse_name(lm_format_names(), format);
    o.unit = parse_name(token_unit_names(), unit);
    o.invalid = replace_invalid ? InvalidUtf8::replace : InvalidUtf8::refuse;
    if (document_line_given->count() > 0) o.document_line = document_line;
    std::copy(split.begin(), split.end(), o.split.begin());
    check_usage([&] { check_options(o); });
    run.apply_to(o.train);
    return o;
  }
};

/// Trains, saves, and writes the report that `report` gives for the model.
template <class Train, class MakeReport>
Status run(const LmTrainFlags& flags, const LmOptions& options, const GlobalOptions& global, Train train,
           MakeReport report) {
  const char* items = options.format == LmFormat::text ? "chunks of the streams" : "pieces";
  return run_training_verb(global, flags.run, options.train, items, train, save_lm, [&](const TrainedLm& trained) {
    if (!flags.run.report.empty()) write_text(flags.run.report, report(trained.model));
    return Outcome();
  });
}

LmText read_lm_text(const std::string& path, const LmOptions& options) {
  const SourceText source = read_source(path);  // let go once its tokens are numbered
  if (options.train.from.empty()) return prepare_text(source.text, source.name, options);
  const LmModel old = load_lm(options.train.from);
  require<UsageError>(old.vocabulary.has_value(), "--from: ", options.train.from, " is a model of frames, not of text");
  return prepare_text(source.text, source.name, options, *old.vocabulary);
}

Status lm_train_verb(const LmTrainFlags& flags, const GlobalOptions& global) {
  const LmOptions options = flags.chosen(global);
  CommandContext context(global);
  if (options.format == LmFormat::text) {
    const LmText text = read_lm_text(flags.data, options);
    print_notes(global, size_notes(text, options));
    return run(
        flags, options, global,
        [&](TrainObserver* observer) { return train_lm(context, text, options, observer, flags.run.resume); },
        [&](const LmModel& model) { return lm_report(context, model, evaluate_lm(context, model, text)); });
  }
  const SourceText source = read_source(flags.data);
  const LmFrames frames = parse_frames(source.text, source.name, options);
  return run(
      flags, options, global,
      [&](TrainObserver* observer) { return train_frames(context, frames, options, observer, flags.run.resume); },
      [&](const LmModel& model) { return frames_report(context, model, evaluate_frames(context, model, frames)); });
}

}  // namespace

void add_lm_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on the first part of a text");
  auto flags = std::make_shared<LmTrainFlags>();
  flags->add_to(*verb);
  verb->callback([flags, &global, &action] { action = [flags, &global] { return lm_train_verb(*flags, global); }; });
}

}  // namespace recurra
