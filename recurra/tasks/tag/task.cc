// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/task.h"

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/tag/report.h"
#include "recurra/tasks/tag/results.h"

namespace recurra {
namespace {

constexpr const char* kDataHelp =
    "One line per token, an empty line between sentences: a token and its tag, CoNLL-2003 or CoNLL-U; JSON Lines "
    "(.jsonl); - for standard input";

void add_data_option(OptionTable& t, std::string& path) {
  t.group("Data");
  t.add("data", path, kDataHelp).argument().path(FileUse::read);
}

/// Text in columns from standard input for "-".
TaggedSentences read_sentences(const VerbContext& context, const std::string& path, const ConllColumns& columns) {
  return path == "-" ? read_conll(input_of(context), "standard input", columns) : read_tagged(path, columns);
}

struct Train {
  std::string data, test;
  TagOptions options;
  RunFiles files;

  void add_to(OptionTable& t) {
    add_data_option(t, data);
    t.add("test", test, "Tagged sentences on which to score the model and baselines").path(FileUse::read);
    add_options(t, options);
    files.add_to(t, "HTML report to write, with the scores of --test");
    t.find("report")->with("test");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    settle_options(files, options);
    const TaggedSentences set = read_sentences(context, data, options.columns);
    std::optional<TaggedSentences> tested;
    if (!test.empty()) tested = read_sentences(context, test, options.columns);
    const auto train = [&](TrainObserver* observer) {
      return train_tagger(context.context, set, options, observer, files.resume);
    };
    return run_training_verb(context, files, options.train, "sentences", train, save_tagger,
                             [&](const TrainedTagger& trained) {
                               if (!tested) return MoreResult();
                               const TagEvaluation scores = evaluate_tagger(context.context, trained.model, *tested);
                               context.notes(scores.notes);
                               if (!files.report.empty())
                                 write_file_atomically(files.report, tag_report(trained.model, scores));
                               return MoreResult{{{"test", to_json(scores)}}, to_text(scores)};
                             });
  }
};

/// The columns of a file that another model was not trained on.
struct OtherColumns {
  ConllColumns columns;

  void add_to(OptionTable& t) {
    t.add("token-column", columns.token, "Column of the tokens, as for training").automatic("the model's");
    t.add("tag-column", columns.tag, "Column of the tags, as for training").automatic("the model's");
  }
  ConllColumns or_else(const ConllColumns& standard) const {
    return {columns.token.empty() ? standard.token : columns.token, columns.tag.empty() ? standard.tag : columns.tag};
  }
};

struct Evaluate {
  std::string model, data, report;
  OtherColumns columns;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    add_data_option(t, data);
    columns.add_to(t);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto tagger = model_of(context, model, load_tagger);
    const TaggedSentences test = read_sentences(context, data, columns.or_else(tagger->options.columns));
    const TagEvaluation scores = evaluate_tagger(context.context, *tagger, test);
    context.notes(scores.notes);
    if (!report.empty()) write_file_atomically(report, tag_report(*tagger, scores));
    return {.json = json_line(to_json(scores)), .text = to_text(scores)};
  }
};

struct Predict {
  std::string model, data, out = "-";
  OtherColumns columns;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    add_data_option(t, data);
    columns.add_to(t);
    t.group("Output");
    t.add("out", out, "File to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto tagger = model_of(context, model, load_tagger);
    const TaggedSentences set =
        read_sentences(context, data, columns.or_else({.token = tagger->options.columns.token}));
    context.notes(set.notes);
    const Tagged tagged = tag(context.context, *tagger, set);
    if (tagged.unknown > 0)
      context.note(concat(set.source, ": ", tagged.unknown, " of ", set.total_tokens(),
                          " tokens are not in the vocabulary and count as unknown"));
    return {.json = json_lines(*tagger, set, tagged),
            .text = to_text(*tagger, set, tagged),
            .out = out,
            .what = concat("tags of ", set.count(), " sentences")};
  }
};

VerbResult inspect(VerbContext&, const std::any& opened, const InspectArguments& arguments) {
  arguments.refuse_data("a tagger");
  const auto& model = *std::any_cast<const std::shared_ptr<const TagModel>&>(opened);
  return {.json = json_line(inspection(model)), .text = describe(model, arguments.model)};
}

}  // namespace

const Task& tag_task() {
  static const Task task = {"tag",
                            "Give each step of a sequence a label",
                            {{"train", "Train a net on tagged sentences", &verb_call<Train>},
                             {"evaluate", "Score a model and baselines on tagged sentences", &verb_call<Evaluate>},
                             {"predict", "Tag sentences; tags in the file are ignored", &verb_call<Predict>}},
                            &open_as<TagModel, tagger_from>,
                            &bytes_as<TagModel, tagger_bytes>,
                            &inspect};
  return task;
}

}  // namespace recurra
