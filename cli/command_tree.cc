// SPDX-License-Identifier: Apache-2.0
#include "cli/command_tree.h"

#include <sstream>

namespace recurra {
namespace {

/// "a", "b" of "TEXT:{a,b}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t open = type.find('{'), close = type.rfind('}');
  std::vector<std::string> out;
  if (open == std::string::npos || close == std::string::npos) return out;
  std::istringstream list(type.substr(open + 1, close - open - 1));
  for (std::string choice; std::getline(list, choice, ',');) out.push_back(choice);
  return out;
}

TreeOption option_of(const CLI::Option& o) {
  TreeOption out;
  for (const std::string& name : o.get_lnames()) out.names.push_back("--" + name);
  if (out.names.empty()) out.names.push_back(o.get_name());
  out.help = o.get_description();
  out.group = o.get_group();
  out.positional = o.get_lnames().empty();
  out.flag = o.get_items_expected_max() == 0;
  out.standard = out.flag ? "" : o.get_default_str();
  const std::string type = o.get_type_name();
  out.choices = choices_of(type);
  out.type = out.flag ? "" : out.choices.empty() ? type.substr(0, type.find(':')) : "NAME";
  return out;
}

void add_nodes(const CLI::App& app, const std::vector<std::string>& path, std::vector<TreeNode>& out) {
  TreeNode node;
  node.path = path;
  node.help = app.get_description();
  for (const CLI::Option* o : app.get_options())
    if (!o->get_group().empty() && o->get_name() != "--help") node.options.push_back(option_of(*o));
  const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* verb : verbs) {
    node.verbs.push_back(verb->get_name());
    node.verb_help.push_back(verb->get_description());
  }
  out.push_back(std::move(node));
  for (const CLI::App* verb : verbs) {
    std::vector<std::string> below = path;
    below.push_back(verb->get_name());
    add_nodes(*verb, below, out);
  }
}

}  // namespace

std::string TreeNode::path_text() const {
  std::string out;
  for (const std::string& word : path) out += " " + word;
  return out;
}

std::vector<TreeNode> command_tree(const CLI::App& app) {
  std::vector<TreeNode> out;
  add_nodes(app, {}, out);
  return out;
}

}  // namespace recurra
