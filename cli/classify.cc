// SPDX-License-Identifier: Apache-2.0
#include "cli/classify.h"

#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "recurra/tasks/classify/report.h"

namespace recurra {
namespace {

/// Mean and deviation of the folds.
std::pair<double, double> spread(const std::vector<double>& x) {
  double mean = 0, squares = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) squares += (v - mean) * (v - mean);
  return {mean, x.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(x.size() - 1))};
}

}  // namespace

void SequenceFlags::add_to(CLI::App& verb, bool with_encoding) {
  data.add_to(verb);
  verb.get_option("data")->description(
      "A .ts file, a CSV file (- for standard input), JSON Lines (.jsonl), or a folder with a folder of .wav, .csv or "
      ".txt files for each label");
  if (!with_encoding) return;
  InputColumns& c = encoding.columns;
  verb.add_option("--id", c.id, "CSV: column that says which sequence a row belongs to");
  verb.add_option("--time", c.time, "CSV: column to sort the steps by (default: the order of the rows)");
  verb.add_option("--label", c.label, "CSV: column of labels");
  verb.add_option("--values", c.values, "CSV: columns of values (default: all others)")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--symbols", c.symbols, "CSV: column of symbol strings; each row is then a sequence");
  verb.add_option("--alphabet", alphabet, "dna, rna, protein, or letters and codes: ACGT,N=ACGT");
  verb.add_option("--mel-bands", encoding.mel.bands, "Sound: bands of a frame")->capture_default_str();
  verb.add_option("--frame-ms", encoding.mel.frame_ms, "Sound: length of a frame")->capture_default_str();
  verb.add_option("--hop-ms", encoding.mel.hop_ms, "Sound: distance of frames")->capture_default_str();
}

LabelledSequences SequenceFlags::read(const std::string& path, InputEncoding& input, bool labelled) const {
  return path == "-" ? labelled_table(read_csv(std::cin, "standard input", csv_of_input(data.csv())), input, labelled)
                     : read_labelled(path, data.csv(), input, labelled);
}

InputEncoding SequenceFlags::chosen_encoding() const {
  InputEncoding out = encoding;
  check_usage([&] {
    if (!alphabet.empty()) out.alphabet = Alphabet::parse(alphabet);
    check_options(out.mel);
  });
  return out;
}

nlohmann::json to_json(const ClassifyEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const ClassifyScore& m : e.methods) {
    nlohmann::json rows = nlohmann::json::array();
    const auto K = static_cast<Index>(m.confusion.labels().size());
    for (Index actual = 0; actual < K; ++actual) {
      rows.push_back(nlohmann::json::array());
      for (Index predicted = 0; predicted < K; ++predicted) rows.back().push_back(m.confusion.at(actual, predicted));
    }
    methods.push_back({{"method", m.name},
                       {"accuracy", m.confusion.accuracy()},
                       {"balanced_accuracy", m.confusion.balanced_accuracy()},
                       {"macro_f1", m.confusion.macro_f1()},
                       {"confusion", rows}});
  }
  return {{"sequences", e.count},
          {"folds", e.folds},
          {"fold_accuracy", e.fold_accuracy},
          {"classes", e.methods[0].confusion.labels()},
          {"methods", methods},
          {"notes", e.notes},
          {"verdict", verdict(e)}};
}

std::string to_text(const ClassifyEvaluation& e) {
  std::string out = concat(e.folds > 0 ? concat(e.folds, "-fold cross-validation: ") : "", e.count, " sequences\n");
  out += text_table(score_table(e)) + text_table(label_table(e.methods[0].confusion, "class", "sequences"));
  if (e.folds > 0) {
    const auto [mean, deviation] = spread(e.fold_accuracy);
    out += fmt::format("accuracy by fold: mean {:.4f}, deviation {:.4f}\n", mean, deviation);
  }
  for (const std::string& line : verdict(e)) out += line + '\n';
  return out;
}

void add_classify(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* task = app.add_subcommand("classify", "Give each sequence a label");
  task->require_subcommand(1);
  task->fallthrough();
  add_classify_train(*task, global, action);
  add_classify_evaluate(*task, global, action);
  add_classify_predict(*task, global, action);
}

}  // namespace recurra
