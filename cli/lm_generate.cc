// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/lm.h"
#include "recurra/tasks/lm/generate.h"

namespace recurra {
namespace {

struct LmGenerateFlags {
  std::string model, prompt;
  Index length = 500;
  SamplingOptions sampling;
};

/// One JSON line.
Status generate_roll(const LmGenerateFlags& flags, const GlobalOptions& global, const LmModel& model) {
  require<UsageError>(flags.sampling.top_k == 0 && flags.sampling.top_p == 1,
                      "--top-k, --top-p: the model is of frames, whose labels are drawn one by one");
  FramePiece prompt;
  if (!flags.prompt.empty()) prompt = parse_frames(flags.prompt, "--prompt", model.options).train.at(0);
  CommandContext context(global);
  write_text(
      "-", frames_line(generate_frames(context, model, prompt, flags.length, flags.sampling.temperature, global.seed)));
  return kDone;
}

/// Shows each token as it comes.
Status generate_verb(const LmGenerateFlags& flags, const GlobalOptions& global) {
  check_usage([&] { check_sampling(flags.sampling); });
  const LmModel model = load_lm(flags.model);
  if (model.options.format == LmFormat::frames) return generate_roll(flags, global, model);
  const Vocabulary& vocabulary = *model.vocabulary;
  Index unknown = 0;
  std::vector<Index> tokens = vocabulary.encode(flags.prompt, "--prompt", &unknown);
  if (unknown > 0)
    print_notes(global, {concat("--prompt: ", unknown, " of ", tokens.size(),
                                " tokens are not in the vocabulary; they count as the unknown symbol")});
  CommandContext context(global);
  TextGenerator generator(context, model, flags.sampling, global.seed);
  generator.read(tokens);
  std::string text = vocabulary.decode(tokens);
  if (!global.json) std::cout << text << std::flush;
  const std::size_t prompt_bytes = text.size();
  for (Index i = 0; i < flags.length && std::cout.good(); ++i) {
    const Index token = generator.next();
    if (token == vocabulary.begin()) break;  // the document is at its end
    const std::size_t shown = text.size();
    vocabulary.append(token, text);
    if (!global.json) std::cout << std::string_view(text).substr(shown) << std::flush;
  }
  if (global.json) {
    std::cout << nlohmann::json({{"prompt", text.substr(0, prompt_bytes)}, {"text", text.substr(prompt_bytes)}})
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::cout << '\n' << std::flush;
  require<IoError>(std::cout.good(), "standard output: cannot be written");
  return kDone;
}

}  // namespace

void add_lm_generate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("generate", "Write text, shown as it comes, or frames");
  auto flags = std::make_shared<LmGenerateFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  verb->add_option("--length", flags->length, "Tokens or frames to write")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--prompt", flags->prompt, "Text to go on from; for frames a JSON line {\"frames\": [[60, 64]]}");
  verb->add_option("--temperature", flags->sampling.temperature,
                   "Above 1 bolder, below 1 safer; 0: always the likeliest")
      ->capture_default_str();
  verb->add_option("--top-k", flags->sampling.top_k, "Only the k likeliest tokens; 0: all")->capture_default_str();
  verb->add_option("--top-p", flags->sampling.top_p, "Only the likeliest that together have this probability")
      ->capture_default_str();
  verb->callback([flags, &global, &action] { action = [flags, &global] { return generate_verb(*flags, global); }; });
}

}  // namespace recurra
