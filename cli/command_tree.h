// SPDX-License-Identifier: Apache-2.0
// The verbs and options of the command as plain data, from which completions and the man page are generated.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace recurra {

struct TreeOption {
  std::vector<std::string> names;  ///< "--cell", "--no-crf"; the bare name of an argument
  std::string help, group, type, standard;
  std::vector<std::string> choices;
  bool positional = false, flag = false;
};

/// A node of the command: itself, a task, a verb.
struct TreeNode {
  std::vector<std::string> path;  ///< {"forecast", "train"}; the command itself: empty
  std::string help;
  std::vector<TreeOption> options;
  std::vector<std::string> verbs, verb_help;

  /// " forecast train".
  std::string path_text() const;
};

/// Depth first, the command itself first.
std::vector<TreeNode> command_tree(const CLI::App& app);

/// A script that completes the command in bash, zsh or fish.
std::string bash_completions(const std::vector<TreeNode>& tree);
std::string zsh_completions(const std::vector<TreeNode>& tree);
std::string fish_completions(const std::vector<TreeNode>& tree);

/// The man page, in the macros of man(7).
std::string man_page(const std::vector<TreeNode>& tree);

}  // namespace recurra
