// SPDX-License-Identifier: Apache-2.0
#include "cli/parse_errors.h"

#include <iostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "recurra/data/nearest_name.h"

namespace recurra {
namespace {

/// The verbs that were parsed, beginning with the command itself.
std::vector<const CLI::App*> parsed(const CLI::App& app) {
  std::vector<const CLI::App*> chain = {&app};
  while (!chain.back()->get_subcommands().empty()) chain.push_back(chain.back()->get_subcommands().front());
  return chain;
}

/// Valid words in place of `word`: the flags of the verbs so far, or the verbs that may follow.
std::vector<std::string> candidates(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  const auto chain = parsed(app);
  if (word[0] != '-') {
    for (const CLI::App* verb : chain.back()->get_subcommands({})) names.push_back(verb->get_name());
    return names;
  }
  for (const CLI::App* verb : chain)
    for (const CLI::Option* option : verb->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// "forecast train, classify train or lm train" for a verb that lacks its task; empty if no task has it.
std::string with_its_task(const CLI::App& app, const std::string& word) {
  std::vector<std::string> found;
  for (const CLI::App* task : parsed(app).back()->get_subcommands({}))
    for (const CLI::App* verb : task->get_subcommands({}))
      if (verb->get_name() == word) found.push_back(task->get_name() + " " + word);
  std::string out;
  for (std::size_t i = 0; i < found.size(); ++i) out += (i == 0 ? "" : i + 1 < found.size() ? ", " : " or ") + found[i];
  return out;
}

std::string unknown(const CLI::App& app, const std::string& given) {
  const std::string word = given.substr(0, given.find('='));
  const std::vector<std::string> names = candidates(app, word);
  const char* kind = word[0] == '-' ? "unknown option " : names.empty() ? "unexpected argument " : "unknown verb ";
  const std::string near = nearest_name(word, names);
  const std::string meant = near.empty() ? with_its_task(app, word) : near;
  return kind + word + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

}  // namespace

void tell_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const bool about_names = code == CLI::ExitCodes::RequiredError || code == CLI::ExitCodes::ExtrasError;
  const std::vector<std::string> extras = about_names ? app.remaining(true) : std::vector<std::string>();
  const bool strange = !extras.empty() && !extras.front().empty();
  std::string command;
  for (const CLI::App* verb : parsed(app)) command += verb->get_name() + " ";
  std::cerr << "recurra: " << (strange ? unknown(app, extras.front()) : error.what()) << "\n`" << command
            << "--help` lists what it takes\n";
}

}  // namespace recurra
