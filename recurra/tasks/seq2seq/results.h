// SPDX-License-Identifier: Apache-2.0
// Results of a translator's verbs as JSON and as text. Example:
//
//   auto tell = [](const recurra::Seq2SeqEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/seq2seq/evaluation.h"

namespace recurra {

nlohmann::json to_json(const Seq2SeqEvaluation& evaluation);
std::string to_text(const Seq2SeqEvaluation& evaluation);
/// Source, prediction and the listed targets of each, separated by tabs.
std::string predictions_tsv(const Seq2SeqEvaluation& evaluation);

nlohmann::json to_json(const Translations& translations, const std::vector<std::string>& sources);
/// One target per line; if there are `several`, the line number of the source, the score and the target.
std::string to_text(const Translations& translations, bool several);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const Seq2SeqModel& model);
std::string describe(const Seq2SeqModel& model, const std::string& path);

}  // namespace recurra
