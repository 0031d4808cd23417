// SPDX-License-Identifier: Apache-2.0
// recurra completions SHELL, recurra man: scripts and a page generated from all options of the command.
#include <functional>
#include <map>
#include <memory>

#include "cli/command.h"
#include "cli/command_tree.h"
#include "recurra/base/version.h"

namespace recurra {
namespace {

using Tree = std::vector<TreeNode>;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

/// Quoted with single quotes for a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

/// The options of a verb, including those of the whole command.
std::vector<TreeOption> options_at(const Tree& tree, const TreeNode& node) {
  std::vector<TreeOption> out = node.options;
  if (!node.path.empty()) out.insert(out.end(), tree[0].options.begin(), tree[0].options.end());
  return out;
}

/// A line of a loop over the words so far that descends to the verb which a word names.
std::string path_case(const Tree& tree) {
  std::string places;
  for (const TreeNode& node : tree)
    if (!node.path.empty()) places += (places.empty() ? "" : "|") + quoted(node.path_text());
  return "    case \"$path $word\" in " + places + ") path=\"$path $word\" ;; esac\n";
}

/// Calls `each` for every option with choices and every name of it.
void for_each_choice(const Tree& tree, const std::function<void(const std::string& where, const TreeOption&)>& each) {
  for (const TreeNode& node : tree)
    for (const TreeOption& option : options_at(tree, node))
      if (!option.choices.empty() && !option.positional)
        for (const std::string& name : option.names) each(node.path_text() + " " + name, option);
}

std::string fish_condition(const TreeNode& node) {
  std::string out;
  for (const std::string& word : node.path)
    out += (out.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
  if (!node.verbs.empty())
    out += (out.empty() ? "" : "; and ") + ("not __fish_seen_subcommand_from " + joined(node.verbs));
  return out;
}

/// Text escaped for man(7).
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  return !out.empty() && (out[0] == '.' || out[0] == '\'') ? "\\&" + out : out;
}

std::string man_option(const TreeOption& o) {
  std::string out = ".TP\n";
  for (std::size_t i = 0; i < o.names.size(); ++i) out += (i == 0 ? "\\fB" : ", \\fB") + roff(o.names[i]) + "\\fR";
  if (!o.positional && !o.type.empty()) out += " \\fI" + roff(o.type) + "\\fR";
  out += "\n" + roff(o.help.empty() ? o.names[0] : o.help);
  if (!o.choices.empty()) out += roff(". One of " + joined(o.choices));
  if (!o.standard.empty()) out += roff(". Default: " + o.standard);
  return out + "\n";
}

}  // namespace

std::string bash_completions(const Tree& tree) {
  std::string out =
      "# Completes the recurra command in bash: source it, or put it into /etc/bash_completion.d.\n"
      "_recurra() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= word words=\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n" +
      path_case(tree) + "  done\n  case \"$path $before\" in\n";
  for_each_choice(tree, [&](const std::string& where, const TreeOption& option) {
    out += "    " + quoted(where) + ") COMPREPLY=($(compgen -W " + quoted(joined(option.choices)) +
           " -- \"$current\")); return ;;\n";
  });
  out += "  esac\n  case \"$path\" in\n";
  for (const TreeNode& node : tree) {
    std::vector<std::string> names;
    for (const TreeOption& option : options_at(tree, node))
      if (!option.positional) names.insert(names.end(), option.names.begin(), option.names.end());
    out += "    " + quoted(node.path_text()) + ") words=" + quoted(joined(names)) + " ;;\n";
  }
  out += "  esac\n  if [[ $current != -* ]]; then\n    words=\n    case \"$path\" in\n";
  for (const TreeNode& node : tree)
    if (!node.verbs.empty())
      out += "      " + quoted(node.path_text()) + ") words=" + quoted(joined(node.verbs)) + " ;;\n";
  return out +
         "    esac\n    if [[ -z $words ]]; then COMPREPLY=($(compgen -f -- \"$current\")); return; fi\n  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -o filenames -F _recurra recurra\n";
}

std::string zsh_completions(const Tree& tree) {
  std::string out =
      "#compdef recurra\n# Completes the recurra command in zsh: save it as _recurra in a folder of $fpath.\n"
      "_recurra() {\n  local before=${words[CURRENT-1]} path= word\n  local -a options verbs\n"
      "  for word in ${words[2,CURRENT-1]}; do\n" +
      path_case(tree) + "  done\n  case \"$path $before\" in\n";
  for_each_choice(tree, [&](const std::string& where, const TreeOption& option) {
    out += "    " + quoted(where) + ") compadd -- " + joined(option.choices) + "; return ;;\n";
  });
  out += "  esac\n  case \"$path\" in\n";
  for (const TreeNode& node : tree) {
    out += "    " + quoted(node.path_text()) + ")\n      options=(";
    for (const TreeOption& option : options_at(tree, node))
      if (!option.positional)
        for (const std::string& name : option.names) out += "\n        " + quoted(name + ":" + option.help);
    out += ")\n      verbs=(";
    for (std::size_t i = 0; i < node.verbs.size(); ++i)
      out += "\n        " + quoted(node.verbs[i] + ":" + node.verb_help[i]);
    out += ") ;;\n";
  }
  return out +
         "  esac\n  if [[ $PREFIX == -* ]]; then _describe option options\n"
         "  elif (( $#verbs )); then _describe verb verbs\n  else _files\n  fi\n}\n_recurra \"$@\"\n";
}

std::string fish_completions(const Tree& tree) {
  std::string out = "# Completes the recurra command in fish: save it as ~/.config/fish/completions/recurra.fish.\n";
  for (const TreeNode& node : tree) {
    const std::string condition = fish_condition(node);
    const std::string start = "complete -c recurra" + (condition.empty() ? "" : " -n " + quoted(condition));
    for (std::size_t i = 0; i < node.verbs.size(); ++i)
      out += start + " -f -a " + node.verbs[i] + " -d " + quoted(node.verb_help[i]) + "\n";
    for (const TreeOption& option : node.options) {
      if (option.positional) continue;
      // The options of the whole command may appear anywhere.
      const std::string place = node.path.empty() ? "complete -c recurra" : start;
      for (const std::string& name : option.names)
        out += place + " -l " + name.substr(2) +
               (option.flag              ? ""
                : option.choices.empty() ? " -r"
                                         : " -x -a " + quoted(joined(option.choices))) +
               " -d " + quoted(option.help) + "\n";
    }
  }
  return out;
}

std::string man_page(const Tree& tree) {
  std::string out = concat(".TH RECURRA 1 \"\" \"recurra ", kVersion, "\" \"User Commands\"\n.SH NAME\nrecurra \\- ",
                           "recurrent nets for sequences: train, score, predict, inspect\n.SH SYNOPSIS\n",
                           ".B recurra\n\\fITASK VERB\\fR [\\fIoption\\fR ...]\n");
  for (const TreeNode& node : tree) {
    if (!node.path.empty() && !node.verbs.empty()) continue;  // only a parent of verbs
    out += node.path.empty() ? ".SH OPTIONS OF EVERY VERB\n" : ".SH RECURRA" + node.path_text() + "\n";
    out += roff(node.help) + "\n";
    std::vector<std::string> groups;
    for (const TreeOption& option : node.options)
      if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
    for (const std::string& group : groups) {
      if (groups.size() > 1) out += ".SS " + group + "\n";
      for (const TreeOption& option : node.options)
        if (option.group == group) out += man_option(option);
    }
  }
  return out +
         ".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage, 130 interrupted.\n"
         ".SH SEE ALSO\n.B recurra lesson\nserves an interactive introduction; the package recurra\\-doc holds a "
         "tutorial and recipes.\n"
         ".SH ENVIRONMENT\n.TP\n.B RECURRA_ISA\nThe instruction set to use, one that \\fBrecurra info\\fR lists.\n"
         ".TP\n.B RECURRA_RANK_TIMEOUT\nSeconds after which a silent rank ends a run under mpirun, 300 unless given.\n";
}

void add_completions(CLI::App& app, const GlobalOptions&, Action& action) {
  CLI::App* verb = app.add_subcommand("completions", "Print a shell's completion script for this command");
  const auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, "Shell")->check(CLI::IsMember({"bash", "zsh", "fish"}))->required();
  verb->callback([&app, shell, &action] {
    action = [&app, shell] {
      const Tree tree = command_tree(app);
      write_text("-", *shell == "bash"  ? bash_completions(tree)
                      : *shell == "zsh" ? zsh_completions(tree)
                                        : fish_completions(tree));
      return kDone;
    };
  });
  CLI::App* man = app.add_subcommand("man", "Print the man page: recurra man > recurra.1");
  man->callback([&app, &action] {
    action = [&app] {
      write_text("-", man_page(command_tree(app)));
      return kDone;
    };
  });
}

}  // namespace recurra
