// SPDX-License-Identifier: Apache-2.0
// Pairs of texts, one per line: source, tab, target. A source on several lines has several correct targets.
// Blank lines are skipped; CR LF ends a line as LF does. Example:
//
//   const auto pairs = recurra::parse_pairs("read\tR IY D\nread\tR EH D\n", "words.tsv");
//   const auto groups = recurra::group_by_source(pairs);                   // one source with two targets
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace recurra {

struct TextPair {
  std::string source, target;
  std::size_t line = 0;  ///< in the file, from 1; 0: not from a file
};

/// `name` stands for the file in messages. Either text may be empty.
/// Errors: FormatError, with the line and its offset, for a line without a tab or with more than one.
std::vector<TextPair> parse_pairs(std::string_view text, const std::string& name);

/// Lines with a source alone or with a pair, whose source is used; a blank line is an empty source.
/// Errors: FormatError for a line with more than one tab.
std::vector<std::string> parse_sources(std::string_view text, const std::string& name);

struct SourceGroup {
  std::string source;
  std::vector<std::string> targets;  ///< in the order of the lines, without repeats
};

/// In the order in which the sources first occur.
std::vector<SourceGroup> group_by_source(const std::vector<TextPair>& pairs);

/// Splits the sources by a hash of their text: all pairs of one source are on one side, independent of other sources.
struct PairSplit {
  std::vector<TextPair> first, second;
};
/// `share`: the approximate fraction of sources that go to `second`. Errors: ValueError unless 0 <= share < 1.
PairSplit split_by_source(const std::vector<TextPair>& pairs, double share, std::uint64_t seed);

}  // namespace recurra
