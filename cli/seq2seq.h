// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra seq2seq`, one file each.
#pragma once

#include "cli/training_flags.h"
#include "recurra/tasks/seq2seq/evaluation.h"

namespace recurra {

void add_seq2seq_train(CLI::App& task, const GlobalOptions& global, Action& action);
void add_seq2seq_evaluate(CLI::App& task, const GlobalOptions& global, Action& action);
void add_seq2seq_translate(CLI::App& task, const GlobalOptions& global, Action& action);

/// --beam, --length-penalty, --max-length.
struct SearchFlags {
  TranslateOptions options;

  void add_to(CLI::App& verb);
  /// Errors: UsageError for a beam of 0 and the like.
  void check() const;
};

/// Pairs of a file; standard input for "-".
std::vector<TextPair> read_pairs(const std::string& path);

}  // namespace recurra
