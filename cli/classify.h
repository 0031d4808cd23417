// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra classify`, one file each.
#pragma once

#include "cli/training_flags.h"
#include "recurra/tasks/classify/evaluate.h"

namespace recurra {

void add_classify_train(CLI::App& task, const GlobalOptions& global, Action& action);
void add_classify_evaluate(CLI::App& task, const GlobalOptions& global, Action& action);
void add_classify_predict(CLI::App& task, const GlobalOptions& global, Action& action);

/// Where the sequences are, and how to read a table.
struct SequenceFlags {
  DataOptions data;
  std::string alphabet;
  InputEncoding encoding;

  /// `with_encoding`: also the flags of the columns, the alphabet and the frames of sound; else the model knows them.
  void add_to(CLI::App& verb, bool with_encoding);
  /// Of `path`, which may be another file than the flags'; a table from standard input for "-".
  LabelledSequences read(const std::string& path, InputEncoding& encoding, bool labelled = true) const;
  /// Errors: UsageError for an alphabet or frames that cannot be.
  InputEncoding chosen_encoding() const;
};

nlohmann::json to_json(const ClassifyEvaluation& evaluation);
std::string to_text(const ClassifyEvaluation& evaluation);

}  // namespace recurra
