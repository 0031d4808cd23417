// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/forcing_flags.h"
#include "cli/seq2seq.h"
#include "cli/train_run.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/seq2seq/report.h"

namespace recurra {
namespace {

struct Seq2SeqTrainFlags {
  std::string data, validation;
  std::string source_unit = "character", target_unit = "character", attention = "dot";
  Seq2SeqOptions options;
  ForcingFlags forcing;
  TrainingFlags training{Seq2SeqOptions()};
  RunFlags run;

  void add_to(CLI::App& verb) {
    Seq2SeqOptions& o = options;
    add_input(verb, "data", data, "Pairs, one a line: source, tab, target; - for standard input")->required();
    add_input(verb, "--validation", validation, "Pairs to stop by (default: a share of the sources)");
    verb.add_option("--validation-share", o.validation, "Share of the sources kept aside to stop by")
        ->capture_default_str();
    add_choice(verb, "--source-tokens", source_unit, token_unit_names(), "What a source is made of");
    add_choice(verb, "--target-tokens", target_unit, token_unit_names(), "What a target is made of");
    verb.add_option("--min-count", o.min_count, "Tokens that are rarer are unknown")->capture_default_str();
    verb.add_option("--embedding", o.embedding, "Numbers that stand for a token")->capture_default_str();
    add_choice(verb, "--attention", attention, attention_names(), "How the decoder looks back at the source");
    verb.add_flag("--tied", o.tied, "One matrix for the decoder's embedding and its output");
    verb.add_flag("--reverse", o.reverse, "Read the source from its end");
    forcing.add_to(verb);
    training.add_to(verb);
    run.add_to(verb, "HTML report to write, with the scores on the validation pairs");
  }

  Seq2SeqOptions chosen(const GlobalOptions& global) const {
    Seq2SeqOptions o = options;
    training.apply_to(o, global);
    o.source_unit = parse_name(token_unit_names(), source_unit);
    o.target_unit = parse_name(token_unit_names(), target_unit);
    o.attention = parse_name(attention_names(), attention);
    o.forcing = forcing.options();
    check_usage([&] { check_options(o); });
    run.apply_to(o.train);
    return o;
  }
};

Status seq2seq_train_verb(const Seq2SeqTrainFlags& flags, const GlobalOptions& global) {
  const Seq2SeqOptions options = flags.chosen(global);
  const SourceText input = read_source(flags.data);
  Seq2SeqData data{parse_pairs(input.text, input.name), {}, input.name};
  if (!flags.validation.empty()) data.validation = read_pairs(flags.validation);
  data.validation_source = flags.validation;
  CommandContext context(global);
  const auto train = [&](TrainObserver* observer) {
    return train_seq2seq(context, data, options, observer, flags.run.resume);
  };
  return run_training_verb(
      global, flags.run, options.train, "pairs", train, save_seq2seq, [&](const TrainedSeq2Seq& trained) {
        if (flags.run.report.empty()) return Outcome();
        const bool validated = !trained.validation.empty();
        const auto& scored = validated ? trained.validation : trained.training;
        const auto evaluation = evaluate_seq2seq(context, trained.model, scored, trained.training, {});
        write_text(flags.run.report,
                   seq2seq_report(context, trained.model, evaluation, validated ? "validation" : "training"));
        return Outcome();
      });
}

}  // namespace

void add_seq2seq_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train an encoder-decoder on pairs");
  auto flags = std::make_shared<Seq2SeqTrainFlags>();
  flags->add_to(*verb);
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return seq2seq_train_verb(*flags, global); }; });
}

}  // namespace recurra
