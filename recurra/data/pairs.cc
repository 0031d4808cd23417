// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/pairs.h"

#include <algorithm>
#include <unordered_map>

#include "recurra/base/error.h"
#include "recurra/base/random.h"

namespace recurra {
namespace {

/// Calls fn(line without its end, number from 1, offset) for each line; none follows the last line feed.
template <class Fn>
void for_each_line(std::string_view text, Fn fn) {
  std::size_t at = 0;
  for (std::size_t number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    fn(line, number, at);
    at = end + 1;
  }
}

void check_tabs(std::string_view line, std::size_t number, std::size_t at, const std::string& name, bool needs_one) {
  const auto tabs = std::count(line.begin(), line.end(), '\t');
  if (tabs == 1 || (tabs == 0 && !needs_one)) return;
  throw FormatError(concat(name, ": line ", number, ": expected a source, a tab and a target, found ",
                           tabs == 0 ? "no tab" : concat(tabs, " tabs")),
                    at);
}

}  // namespace

std::vector<TextPair> parse_pairs(std::string_view text, const std::string& name) {
  std::vector<TextPair> pairs;
  for_each_line(text, [&](std::string_view line, std::size_t number, std::size_t at) {
    if (line.empty()) return;
    check_tabs(line, number, at, name, true);
    const std::size_t tab = line.find('\t');
    pairs.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1)), number});
  });
  return pairs;
}

std::vector<std::string> parse_sources(std::string_view text, const std::string& name) {
  std::vector<std::string> sources;
  for_each_line(text, [&](std::string_view line, std::size_t number, std::size_t at) {
    check_tabs(line, number, at, name, false);
    sources.emplace_back(line.substr(0, line.find('\t')));
  });
  return sources;
}

std::vector<SourceGroup> group_by_source(const std::vector<TextPair>& pairs) {
  std::vector<SourceGroup> groups;
  std::unordered_map<std::string, std::size_t> place;
  for (const TextPair& pair : pairs) {
    const auto [found, is_new] = place.emplace(pair.source, groups.size());
    if (is_new) groups.push_back({pair.source, {}});
    auto& targets = groups[found->second].targets;
    if (std::find(targets.begin(), targets.end(), pair.target) == targets.end()) targets.push_back(pair.target);
  }
  return groups;
}

PairSplit split_by_source(const std::vector<TextPair>& pairs, double share, std::uint64_t seed) {
  require(share >= 0 && share < 1, "split_by_source: expected a share in [0, 1), found ", share);
  PairSplit out;
  for (const TextPair& pair : pairs) {
    const double place = static_cast<double>(uniform_at(seed, stream_id(pair.source), 0));
    (place < share ? out.second : out.first).push_back(pair);
  }
  return out;
}

}  // namespace recurra
