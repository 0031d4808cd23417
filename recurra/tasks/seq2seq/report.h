// SPDX-License-Identifier: Apache-2.0
// The report of a translator as one HTML page: scores of the net and the baseline, errors, attention of each target
// symbol, the course of the training. Example:
//
//   auto page = [](const recurra::Seq2SeqModel& model, const recurra::Seq2SeqEvaluation& evaluation) {
//     recurra::Context two(2);
//     return recurra::seq2seq_report(two, model, evaluation, "test pairs");
//   };
#pragma once

#include "recurra/tasks/seq2seq/evaluation.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const Seq2SeqModel& model, const std::string& out);

/// `scored`: the pairs of the evaluation in words. The attention is that of a greedy search.
std::string seq2seq_report(Context& context, const Seq2SeqModel& model, const Seq2SeqEvaluation& evaluation,
                           const std::string& scored);

}  // namespace recurra
