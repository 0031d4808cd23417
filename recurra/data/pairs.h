// SPDX-License-Identifier: Apache-2.0
// Pairs of texts, one a line: source, tab, target. A source that comes on several lines has several right targets.
// Blank lines are left out; CR LF ends a line as LF does. Example:
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
  std::size_t line = 0;  ///< of the file, from 1; 0: of none
};

/// `name` stands for the file in messages. Either text may be empty.
/// Errors: FormatError, with the line and its offset, for a line without a tab or with more than one.
std::vector<TextPair> parse_pairs(std::string_view text, const std::string& name);

/// Lines with a source alone, or with a pair of which the source is taken; a blank line is an empty source.
/// Errors: FormatError for a line with more than one tab.
std::vector<std::string> parse_sources(std::string_view text, const std::string& name);

struct SourceGroup {
  std::string source;
  std::vector<std::string> targets;  ///< in the order of the lines, without repeats
};

/// In the order in which each source first comes.
std::vector<SourceGroup> group_by_source(const std::vector<TextPair>& pairs);

/// Cuts the sources in two by a hash of their text: all pairs of one source fall on one side, whatever the others are.
struct PairSplit {
  std::vector<TextPair> first, second;
};
/// The share of sources that go to `second`, about. Errors: ValueError unless 0 <= share < 1.
PairSplit split_by_source(const std::vector<TextPair>& pairs, double share, std::uint64_t seed);

}  // namespace recurra
