// SPDX-License-Identifier: Apache-2.0
// What a translator's verbs found, as JSON and as text. Example:
//
//   auto tell = [](const recurra::Seq2SeqEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/seq2seq/evaluation.h"

namespace recurra {

nlohmann::json to_json(const Seq2SeqEvaluation& evaluation);
std::string to_text(const Seq2SeqEvaluation& evaluation);
/// Source, prediction and the listed targets of each, parted by tabs.
std::string predictions_tsv(const Seq2SeqEvaluation& evaluation);

nlohmann::json to_json(const Translations& translations, const std::vector<std::string>& sources);
/// A target per line; where there are `several`, the number of the source's line, the score and the target.
std::string to_text(const Translations& translations, bool several);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const Seq2SeqModel& model);
std::string describe(const Seq2SeqModel& model, const std::string& path);

}  // namespace recurra
