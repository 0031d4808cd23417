// SPDX-License-Identifier: Apache-2.0
#include "cli/seq2seq.h"

#include <fmt/format.h>

#include <filesystem>

#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

constexpr Index kMostTargetTokens = 100'000;  // a net that never ends a target would go on for hours

}  // namespace

void add_seq2seq(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* task =
      app.add_subcommand("seq2seq", "Turn sequences of symbols into other sequences: spelling, dates, ...");
  task->require_subcommand(1);
  task->fallthrough();
  add_seq2seq_train(*task, global, action);
  add_seq2seq_evaluate(*task, global, action);
  add_seq2seq_translate(*task, global, action);
}

void SearchFlags::add_to(CLI::App& verb) {
  verb.add_option("--beam", options.beam, "Hypotheses kept at each step; 1: greedy")->capture_default_str();
  verb.add_option("--length-penalty", options.length_penalty,
                  "Alpha of the length normalisation; 0: plain log-probability")
      ->capture_default_str();
  verb.add_option("--max-length", options.max_length, "Tokens of a target (default: by the training targets)");
}

void SearchFlags::check() const {
  require<UsageError>(options.beam >= 1, "--beam: expected at least 1, found ", options.beam);
  require<UsageError>(options.best >= 1 && options.best <= options.beam, "--best: expected 1 to the beam of ",
                      options.beam, ", found ", options.best);
  require<UsageError>(options.length_penalty >= 0, "--length-penalty: expected at least 0, found ",
                      options.length_penalty);
  require<UsageError>(options.max_length >= 0 && options.max_length <= kMostTargetTokens,
                      "--max-length: expected 1 to ", kMostTargetTokens, ", found ", options.max_length);
}

std::vector<TextPair> read_pairs(const std::string& path) {
  const SourceText source = read_source(path);
  return parse_pairs(source.text, source.name);
}

}  // namespace recurra
