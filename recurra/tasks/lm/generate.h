// SPDX-License-Identifier: Apache-2.0
// Generates text with a language model, one token at a time, so that it can be shown as it grows. Example:
//
//   auto write = [](const recurra::LmModel& model) {
//     recurra::Context one(1);
//     recurra::TextGenerator generator(one, model, {.temperature = 0.8}, /*seed=*/1);
//     generator.read(model.vocabulary->encode("ROMEO:", "prompt"));
//     std::string text;
//     for (int i = 0; i < 200; ++i) model.vocabulary->append(generator.next(), text);
//     return text;
//   };
#pragma once

#include "recurra/tasks/lm/language_model.h"
#include "recurra/tasks/lm/sampling.h"

namespace recurra {

class TextGenerator {
 public:
  /// Keeps references. Initially at the beginning of a document or, if the text has no documents, of a line.
  /// Errors: ValueError as check_sampling, and for a model of frames.
  TextGenerator(Context& context, const LmModel& model, const SamplingOptions& options, std::uint64_t seed);

  /// Continues after these tokens.
  void read(std::span<const Index> tokens);
  /// Draws a token and reads it. Never the unknown symbol. A begin symbol means the end of the document.
  Index next();

 private:
  void step(Index token);

  Context& context_;
  const LmModel& model_;
  SamplingOptions options_;
  Random random_;
  StateVariables<float> state_;
  std::vector<float> logits_;  ///< of the next token
};

/// `length` tokens after a prompt (fewer if the document ends), as text without the prompt.
/// Errors: as TextGenerator; FormatError for a prompt that is not UTF-8.
std::string generate_text(Context& context, const LmModel& model, const std::string& prompt, Index length,
                          const SamplingOptions& options, std::uint64_t seed);

}  // namespace recurra
