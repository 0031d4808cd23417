// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra tag`.
#pragma once

#include "cli/training_flags.h"
#include "recurra/tasks/tag/evaluate.h"

namespace recurra {

void add_tag_train(CLI::App& task, const GlobalOptions& global, Action& action);

/// A file of tagged sentences, and which of its columns are read.
struct SentenceFlags {
  std::string path;
  ConllColumns columns;

  void add_to(CLI::App& verb);
  /// Of `other_path`, which may be another file than the flags'; text in columns from standard input for "-".
  /// `standard`: the columns where no flag says otherwise.
  TaggedSentences read(const std::string& other_path, const ConllColumns& standard = {}) const;
};

nlohmann::json to_json(const TagEvaluation& evaluation);
std::string to_text(const TagEvaluation& evaluation);

}  // namespace recurra
