// SPDX-License-Identifier: Apache-2.0
#include "cli/classify.h"

#include <fmt/format.h>

#include <cmath>

#include "recurra/tasks/common/confusion_report.h"

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
      "A .ts file, a CSV file, JSON Lines (.jsonl), or a folder with a folder of .wav, .csv or .txt files for each "
      "label");
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
  std::vector<std::vector<std::string>> rows = {{"method", "accuracy", "balanced", "macro F1"}};
  for (const ClassifyScore& m : e.methods)
    rows.push_back({m.name, share_text(m.confusion.accuracy()), share_text(m.confusion.balanced_accuracy()),
                    share_text(m.confusion.macro_f1())});
  out += text_table(rows);
  const ConfusionMatrix& net = e.methods[0].confusion;
  rows = {{"class", "sequences", "precision", "recall", "F1"}};
  for (Index k = 0; k < static_cast<Index>(net.labels().size()); ++k) {
    const LabelScore s = net.score(k);
    rows.push_back({net.labels()[static_cast<std::size_t>(k)], std::to_string(s.count), share_text(s.precision),
                    share_text(s.recall), share_text(s.f1)});
  }
  out += text_table(rows);
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
