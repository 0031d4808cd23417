// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra tag`.
#pragma once

#include "cli/training_flags.h"
#include "recurra/tasks/tag/evaluate.h"

namespace recurra {

void add_tag_train(CLI::App& task, const GlobalOptions& global, Action& action);

/// Tagged sentences of a file; CoNLL from standard input for "-".
TaggedSentences read_sentences(const std::string& path);

nlohmann::json to_json(const TagEvaluation& evaluation);
std::string to_text(const TagEvaluation& evaluation);

}  // namespace recurra
