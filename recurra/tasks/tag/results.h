// SPDX-License-Identifier: Apache-2.0
// Results of a tagger's verbs as JSON and as text. Example:
//
//   auto tell = [](const recurra::TagEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/tag/evaluate.h"

namespace recurra {

nlohmann::json to_json(const TagEvaluation& evaluation);
std::string to_text(const TagEvaluation& evaluation);

/// One line per sentence, {"tokens": [...], "tags": [...]}. Errors: ValueError for text that is not UTF-8.
std::string json_lines(const TagModel& model, const TaggedSentences& set, const Tagged& tagged);
/// A token, a tab and its tag per line, an empty line after each sentence.
std::string to_text(const TagModel& model, const TaggedSentences& set, const Tagged& tagged);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const TagModel& model);
std::string describe(const TagModel& model, const std::string& path);

}  // namespace recurra
