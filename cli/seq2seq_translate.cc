// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "cli/seq2seq.h"

namespace recurra {
namespace {

struct TranslateFlags {
  std::string model, data = "-", out = "-";
  SearchFlags search;
};

/// One target a line; with several, the number of the source's line, the score and the target.
std::string to_text(const Translations& translations, bool several) {
  std::string out;
  for (std::size_t i = 0; i < translations.targets.size(); ++i)
    for (const Translation& t : translations.targets[i])
      out += several ? fmt::format("{}\t{:.4f}\t{}\n", i + 1, t.found.score, t.text) : t.text + '\n';
  return out;
}

nlohmann::json to_json(const Translations& translations, const std::vector<std::string>& sources) {
  nlohmann::json out = nlohmann::json::array();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    nlohmann::json targets = nlohmann::json::array();
    for (const Translation& t : translations.targets[i])
      targets.push_back({{"target", t.text},
                         {"score", t.found.score},
                         {"log_probability", t.found.log_probability},
                         {"ended", t.found.ended}});
    out.push_back({{"source", sources[i]}, {"targets", targets}});
  }
  return {{"translations", out}, {"unknown_tokens", translations.unknown_tokens}, {"cut", translations.cut}};
}

Status translate_verb(const TranslateFlags& flags, const GlobalOptions& global) {
  flags.search.check();
  const Seq2SeqModel model = load_seq2seq(flags.model);
  const SourceText input = read_source(flags.data);
  const std::vector<std::string> sources = parse_sources(input.text, input.name);
  CommandContext context(global);
  const Translations found = translate(context, model, sources, flags.search.options);
  if (found.unknown_tokens > 0)
    print_notes(global,
                {concat("source tokens that are not in the vocabulary, read as unknown: ", found.unknown_tokens)});
  if (found.cut > 0) print_notes(global, {concat("targets that did not end and were cut (--max-length): ", found.cut)});
  write_text(flags.out,
             global.json ? json_line(to_json(found, sources)) : to_text(found, flags.search.options.best > 1));
  return kDone;
}

}  // namespace

void add_seq2seq_translate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("translate", "Turn sources, one a line, into targets");
  auto flags = std::make_shared<TranslateFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  add_input(*verb, "data", flags->data, "Sources, one a line; - for standard input")->capture_default_str();
  flags->search.add_to(*verb);
  verb->add_option("--best", flags->search.options.best, "Targets to give for each source, with their scores")
      ->capture_default_str();
  add_output(*verb, "--out", flags->out, "File to write; - for standard output")->capture_default_str();
  verb->callback([flags, &global, &action] { action = [flags, &global] { return translate_verb(*flags, global); }; });
}

}  // namespace recurra
