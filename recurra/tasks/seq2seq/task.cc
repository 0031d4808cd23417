// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/task.h"

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/seq2seq/report.h"
#include "recurra/tasks/seq2seq/results.h"

namespace recurra {
namespace {

constexpr Index kMaxTargetTokens = 100'000;  // a net that never ends a target would run for hours

std::vector<TextPair> read_pairs(const VerbContext& context, const std::string& path) {
  const SourceText source = read_source(context, path);
  return parse_pairs(source.text, source.name);
}

void add_search_options(OptionTable& t, TranslateOptions& o) {
  t.group("Search");
  t.add("beam", o.beam, "Hypotheses kept at each step; 1: greedy").at_least(1);
  t.add("length-penalty", o.length_penalty, "Alpha of the length normalisation; 0: plain log-probability").at_least(0);
  t.add("max-length", o.max_length, "Maximum tokens of a target")
      .range(1, kMaxTargetTokens)
      .automatic("by the training targets", 0);
}

struct Train {
  std::string data, validation;
  Seq2SeqOptions options;
  RunFiles files;

  void add_to(OptionTable& t) {
    t.group("Data");
    t.add("data", data, "Pairs, one per line: source, tab, target; - for standard input")
        .argument()
        .path(FileUse::read);
    t.add("validation", validation, "Pairs for early stopping").automatic("a share of the sources").path(FileUse::read);
    add_options(t, options);
    files.add_to(t, "HTML report to write, with the scores on the validation pairs");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_forcing(t, options.forcing);
    settle_options(files, options);
    const SourceText input = read_source(context, data);
    Seq2SeqData pairs{parse_pairs(input.text, input.name), {}, input.name};
    if (!validation.empty()) pairs.validation = read_pairs(context, validation);
    pairs.validation_source = validation;
    const auto train = [&](TrainObserver* observer) {
      return train_seq2seq(context.context, pairs, options, observer, files.resume);
    };
    return run_training_verb(
        context, files, options.train, "pairs", train, save_seq2seq, [&](const TrainedSeq2Seq& trained) {
          if (files.report.empty()) return MoreResult();
          const bool validated = !trained.validation.empty();
          const auto& scored = validated ? trained.validation : trained.training;
          const auto scores = evaluate_seq2seq(context.context, trained.model, scored, trained.training, {});
          write_file_atomically(files.report, seq2seq_report(context.context, trained.model, scores,
                                                             validated ? "validation" : "training"));
          return MoreResult();
        });
  }
};

struct Evaluate {
  std::string model, data, training, predictions, report;
  TranslateOptions options;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    t.add("data", data, "Pairs; several lines with one source list its correct targets").argument().path(FileUse::read);
    t.add("training", training, "Training pairs, for the longest-prefix lookup").path(FileUse::read);
    add_search_options(t, options);
    t.group("Output");
    t.add("predictions", predictions, "TSV file to write: source, prediction, targets").path(FileUse::report);
    add_report_option(t, report, "HTML report to write, with attention plots");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] { t.check_ranges(); });
    const auto translator = model_of(context, model, load_seq2seq);
    const std::vector<TextPair> pairs = read_pairs(context, data);
    std::vector<TextPair> trained;
    if (!training.empty()) trained = read_pairs(context, training);
    options.attention = !report.empty();
    const Seq2SeqEvaluation scores = evaluate_seq2seq(context.context, *translator, pairs, trained, options);
    context.notes(scores.notes);
    if (trained.empty()) context.note("no baseline: --training PAIRS looks each source up among them");
    if (!predictions.empty()) write_file_atomically(predictions, predictions_tsv(scores));
    if (!report.empty()) write_file_atomically(report, seq2seq_report(context.context, *translator, scores, data));
    return {.json = json_line(to_json(scores)), .text = to_text(scores)};
  }
};

struct Translate {
  std::string model, data = "-", out = "-";
  TranslateOptions options;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    t.add("data", data, "Sources, one per line; - for standard input").argument(false).path(FileUse::read);
    add_search_options(t, options);
    t.add("best", options.best, "Targets per source, with their scores").at_least(1);
    t.group("Output");
    t.add("out", out, "File to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] {
      t.check_ranges();
      require(options.best <= options.beam, "best: expected 1 to the beam of ", options.beam, ", found ", options.best);
    });
    const auto translator = model_of(context, model, load_seq2seq);
    const SourceText input = read_source(context, data);
    const std::vector<std::string> sources = parse_sources(input.text, input.name);
    const Translations found = translate(context.context, *translator, sources, options);
    if (found.unknown_tokens > 0)
      context.note(concat("source tokens that are not in the vocabulary, read as unknown: ", found.unknown_tokens));
    if (found.cut > 0) context.note(concat("targets that did not end and were cut (--max-length): ", found.cut));
    return {.json = json_line(to_json(found, sources)),
            .text = to_text(found, options.best > 1),
            .out = out,
            .what = concat("targets of ", sources.size(), " sources")};
  }
};

VerbResult inspect(VerbContext&, const std::any& opened, const InspectArguments& arguments) {
  arguments.refuse_data("a translator");
  const auto& model = *std::any_cast<const std::shared_ptr<const Seq2SeqModel>&>(opened);
  return {.json = json_line(inspection(model)), .text = describe(model, arguments.model)};
}

}  // namespace

const Task& seq2seq_task() {
  static const Task task = {
      "seq2seq",
      "Translate sequences of symbols into other sequences: spelling, dates, ...",
      {{"train", "Train an encoder-decoder on pairs", &verb_call<Train>},
       {"evaluate", "Score a model and a baseline on pairs that were not trained on", &verb_call<Evaluate>},
       {"translate", "Translate sources, one per line, into targets", &verb_call<Translate>}},
      &open_as<Seq2SeqModel, seq2seq_from>,
      &bytes_as<Seq2SeqModel, seq2seq_bytes>,
      &inspect};
  return task;
}

}  // namespace recurra
