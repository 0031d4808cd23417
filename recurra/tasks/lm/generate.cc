// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/generate.h"

#include <limits>

namespace recurra {
namespace {

Index first_token(const Vocabulary& vocabulary) {
  if (vocabulary.begin()) return *vocabulary.begin();
  if (const auto line = vocabulary.find("\n")) return *line;
  return vocabulary.symbols();  // the most frequent token
}

}  // namespace

TextGenerator::TextGenerator(Context& context, const LmModel& model, const SamplingOptions& options, std::uint64_t seed)
    : context_(context), model_(model), options_(options), random_(seed, stream_id("generate")) {
  check_sampling(options);
  require(model.vocabulary.has_value(), "TextGenerator: the model is of frames, not of text");
  step(first_token(*model.vocabulary));
}

void TextGenerator::step(Index token) {
  Tape<float> tape(context_, {.record = false, .training = false});
  const Tensor<std::int64_t> ids({1, 1}, {token});
  const LmOutput out = model_.net->forward(tape, model_.net->embed(tape, ids), {}, state_);
  state_ = out.recurrent.state;
  logits_ = out.logits.value().values();
}

void TextGenerator::read(std::span<const Index> tokens) {
  for (const Index token : tokens) step(token);
}

Index TextGenerator::next() {
  if (const auto unknown = model_.vocabulary->unknown())
    logits_[static_cast<std::size_t>(*unknown)] = -std::numeric_limits<float>::infinity();
  const Index token = sample_token(logits_, options_, random_);
  step(token);
  return token;
}

std::string generate_text(Context& context, const LmModel& model, const std::string& prompt, Index length,
                          const SamplingOptions& options, std::uint64_t seed) {
  TextGenerator generator(context, model, options, seed);
  generator.read(model.vocabulary->encode(prompt, "prompt"));
  std::vector<Index> tokens;
  while (static_cast<Index>(tokens.size()) < length) {
    tokens.push_back(generator.next());
    if (tokens.back() == model.vocabulary->begin()) break;
  }
  return model.vocabulary->decode(tokens);
}

}  // namespace recurra
