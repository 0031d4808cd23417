// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/task.h"

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/regress/report.h"
#include "recurra/tasks/regress/results.h"

namespace recurra {
namespace {

struct Train {
  SequenceInput input;
  InputEncoding encoding;
  std::string test;
  RegressOptions options;
  RunFiles files;

  void add_to(OptionTable& t) {
    input.add_to(t);
    add_options(t, encoding);
    t.remove("label");  // --target takes its place
    t.add("test", test, "Sequences with their numbers on which to score the model and baselines").path(FileUse::read);
    add_options(t, options);
    files.add_to(t, "HTML report to write, with the scores of --test");
    t.find("report")->with("test");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    settle_options(files, options);
    check_usage([&] { check_options(encoding.mel); });
    const MeasuredSequences data = read_measured(context, input, input.table.path, encoding, options.targets);
    std::optional<MeasuredSequences> tested;
    if (!test.empty()) {
      InputEncoding same = encoding;
      tested = read_measured(context, input, test, same, options.targets);
    }
    const auto train = [&](TrainObserver* observer) {
      return train_regressor(context.context, data, encoding, options, observer, files.resume);
    };
    return run_training_verb(context, files, options.train, "sequences", train, save_regressor,
                             [&](const TrainedRegressor& trained) {
                               if (!tested) return MoreResult();
                               const auto scores = evaluate_regressor(context.context, trained.model, *tested, &data);
                               context.notes(scores.notes);
                               if (!files.report.empty())
                                 write_file_atomically(files.report, regress_report(trained.model, scores));
                               return MoreResult{{{"test", to_json(scores)}}, to_text(scores)};
                             });
  }
};

struct Evaluate {
  std::string model, train, report;
  SequenceInput input;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    input.add_to(t);
    t.add("train", train, "Training sequences, for the baselines that need them").path(FileUse::read);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto regressor = model_of(context, model, load_regressor);
    const auto read = [&](const std::string& path) {
      InputEncoding encoding = regressor->encoding;
      return read_measured(context, input, path, encoding, regressor->options.targets);
    };
    const MeasuredSequences test = read(input.table.path);
    std::optional<MeasuredSequences> trained;
    if (!train.empty()) trained = read(train);
    const auto scores = evaluate_regressor(context.context, *regressor, test, trained ? &*trained : nullptr);
    context.notes(scores.notes);
    if (!report.empty()) write_file_atomically(report, regress_report(*regressor, scores));
    return {.json = json_line(to_json(scores)), .text = to_text(scores)};
  }
};

struct Predict {
  std::string model, out = "-";
  SequenceInput input;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    input.add_to(t);
    t.group("Output");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto regressor = model_of(context, model, load_regressor);
    InputEncoding encoding = regressor->encoding;
    const LabelledSequences set =
        read_measured(context, input, input.table.path, encoding, regressor->options.targets, false).set;
    context.notes(set.warnings);
    const auto y = predict_numbers(context.context, *regressor, set);
    return {.json = json_line(to_json(*regressor, set, y)),
            .text = to_csv(*regressor, set, y),
            .out = out,
            .what = concat("numbers of ", set.count(), " sequences")};
  }
};

VerbResult inspect(VerbContext&, const std::any& opened, const InspectArguments& arguments) {
  arguments.refuse_data("a regressor");
  const auto& model = *std::any_cast<const std::shared_ptr<const RegressModel>&>(opened);
  return {.json = json_line(inspection(model)), .text = describe(model, arguments.model)};
}

}  // namespace

const Task& regress_task() {
  static const Task task = {
      "regress",
      "Predict one or several numbers for each sequence: remaining life, age, energy",
      {{"train", "Train a net on sequences with their numbers", &verb_call<Train>},
       {"evaluate", "Score a model and baselines on sequences with their numbers", &verb_call<Evaluate>},
       {"predict", "Predict the numbers of sequences", &verb_call<Predict>}},
      &open_as<RegressModel, regressor_from>,
      &bytes_as<RegressModel, regressor_bytes>,
      &inspect};
  return task;
}

}  // namespace recurra
