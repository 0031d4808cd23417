// SPDX-License-Identifier: Apache-2.0
#include "cli/task_verbs.h"

#include <iostream>
#include <memory>

#include "cli/progress.h"
#include "recurra/tasks/tasks.h"

namespace recurra {
namespace {

CLI::Option* add_flag(CLI::App& verb, const Option& o) {
  const std::string off = !o.negative.empty() ? o.negative : o.words()[0] == "true" ? "no-" + o.name : "";
  return verb.add_flag("--" + o.name + (off.empty() ? "" : ",!--" + off), o.help);
}

CLI::Option* add_value(CLI::App& verb, const Option& o) {
  CLI::Option* parsed =
      verb.add_option((o.positional ? "" : "--") + o.name, [](const CLI::results_t&) { return true; }, o.help);
  parsed->type_name(o.type_text())->default_str(o.default_text())->required(o.required);
  if (o.is_list() || std::holds_alternative<std::array<double, 3>*>(o.value))
    parsed->expected(1, CLI::detail::expected_max_vector_size)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (o.file == FileUse::read) mark_read(parsed);
  if (o.file == FileUse::written) mark_written(parsed);
  if (o.file == FileUse::report) refuse_standard_output(mark_written(parsed));
  return parsed;
}

/// The words of an option with several values, as in --split 0.7 0.1 0.2 and --split 0.7,0.1,0.2.
std::vector<std::string> words_of(const Option& o, const CLI::Option& parsed) {
  const CLI::results_t words = parsed.reduced_results();
  if (!std::holds_alternative<std::array<double, 3>*>(o.value)) return words;
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ",") + word;
  return {joined};
}

/// With several ranks: an error on all of them is printed once; an error on some also ends the others.
Status give_up(const CommandContext& context, const std::exception& error) {
  Ranks& ranks = *context.ranks();
  const bool all = ranks.all_give_up();
  if (!all) std::cerr << "recurra: rank " << ranks.rank() << ": " << error.what() << std::endl;
  if (!all) ranks.end_all();
  if (all && context.speaks()) std::cerr << "recurra: " << error.what() << std::endl;
  return dynamic_cast<const UsageError*>(&error) ? kWrongUsage : kFailed;
}

/// Verbs whose work ranks divide.
bool is_shared(std::string_view verb) {
  return verb == "train" || verb == "search" || verb == "compare";
}

void add_verb(CLI::App& parent, const Verb& verb, const GlobalOptions& global, Action& action) {
  CLI::App* app = parent.add_subcommand(verb.name, verb.summary);
  const auto call = std::make_shared<VerbCall>(verb.begin());
  const auto flags = std::make_shared<TableFlags>(*app, call->options);
  const Sharing sharing = is_shared(verb.name) ? Sharing::ranks : Sharing::none;
  app->callback([call, flags, sharing, &global, &action] {
    flags->read(global);
    action = [call, &global, sharing] {
      CommandContext context(global, sharing);
      GlobalOptions own = global;
      own.quiet = global.quiet || !context.speaks();
      VerbContext here = verb_context(context, own);
      try {
        const VerbResult result = run_verb(*call, here);
        return context.speaks() ? show_result(result, global) : status_of(result);
      } catch (const std::exception& error) {
        if (!context.ranks()) throw;
        return give_up(context, error);
      }
    };
  });
}

}  // namespace

TableFlags::TableFlags(CLI::App& verb, OptionTable& table) {
  for (Option& o : table.options()) {
    CLI::Option* parsed = o.everywhere ? nullptr : o.is_flag() ? add_flag(verb, o) : add_value(verb, o);
    if (parsed) parsed->group(o.group);
    flags_.push_back({&o, parsed});
  }
}

void TableFlags::read(const GlobalOptions& global) const {
  for (const auto& [option, parsed] : flags_) {
    if (!parsed)
      set_option(*option, {option->name == "seed" ? std::to_string(global.seed) : global.precision}, "--");
    else if (parsed->count() > 0)
      set_option(*option, words_of(*option, *parsed), option->positional ? "" : "--");
  }
}

VerbContext verb_context(Context& context, const GlobalOptions& global) {
  VerbContext out(context);
  out.input = &std::cin;
  out.on_note = [&global](const std::string& line) { print_notes(global, {line}); };
  out.on_progress = [&global](const std::string& line) {
    if (!global.quiet) std::cerr << line << '\n';
  };
  if (!global.json)
    out.on_text = [](std::string_view piece) {
      std::cout << piece << std::flush;
      require<IoError>(std::cout.good(), "standard output: cannot be written");
    };
  out.observer = [&global](bool each_epoch) { return std::make_unique<Progress>(global.quiet || !each_epoch); };
  return out;
}

Status status_of(const VerbResult& result) {
  return result.outcome == Outcome::stopped ? kInterrupted : result.outcome == Outcome::incomplete ? kFailed : kDone;
}

Status show_result(const VerbResult& result, const GlobalOptions& global) {
  if (result.outcome == Outcome::stopped) {
    std::cerr << "recurra: " << result.text << '\n';
    return status_of(result);
  }
  write_text(result.out, global.json && !result.json.empty() ? result.json : result.text);
  if (result.out != "-" && !global.quiet) std::cerr << result.what << " in " << result.out << '\n';
  if (!result.trouble.empty()) std::cerr << "recurra: " << result.trouble << '\n';
  return status_of(result);
}

void add_tasks(CLI::App& app, const GlobalOptions& global, Action& action) {
  for (const Task* task : all_tasks()) {
    CLI::App* parent = app.add_subcommand(task->name, task->summary);
    parent->require_subcommand(1);
    parent->fallthrough();
    for (const Verb& verb : task->verbs) add_verb(*parent, verb, global, action);
  }
}

}  // namespace recurra
