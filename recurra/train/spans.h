// SPDX-License-Identifier: Apache-2.0
// Spans marked by tags of the BIO scheme (B-x begins a span of type x, I-x continues it, O is outside), and how many of
// them a tagger finds, counted like the script conlleval of the CoNLL-2000 shared task: a span is correct if its type
// and both its ends are. Example:
//
//   const std::vector<std::string> actual = {"B-PER", "I-PER", "O", "B-LOC"}, predicted = {"B-PER", "I-PER", "O", "O"};
//   recurra::SpanScores scores;
//   scores.add(actual, predicted);
//   const double f1 = scores.all().f1;                                     // one of two found, none invented: 2/3
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "recurra/train/confusion.h"

namespace recurra {

struct TagSpan {
  std::string type;
  Index begin = 0, end = 0;  ///< steps [begin, end)

  bool operator==(const TagSpan&) const = default;
};

/// Whether every tag is O, B-x or I-x, and at least one is a B-x.
bool is_bio(std::span<const std::string> tags);

/// Whether the scheme allows `tag` after `before` (empty: at the start): an I-x may follow only B-x or I-x.
bool may_follow(const std::string& before, const std::string& tag);

/// Changes each I-x that begins a span (as in IOB1) to B-x. Returns their number.
Index begin_spans_with_b(std::vector<std::string>& tags);

/// The spans in order. An I-x after another type or at the start also begins a span (both IOB1 and IOB2 are read).
std::vector<TagSpan> spans_of(std::span<const std::string> tags);

class SpanScores {
 public:
  /// One sentence. Errors: ShapeError if the numbers of tags differ.
  void add(std::span<const std::string> actual, std::span<const std::string> predicted);

  /// Over the spans of all types together; LabelScore::count is the number of actual spans.
  LabelScore all() const;
  /// By type, for types that occur or were predicted.
  std::map<std::string, LabelScore> by_type() const;

 private:
  struct Counts {
    Index actual = 0, predicted = 0, right = 0;
  };
  std::map<std::string, Counts> counts_;
};

}  // namespace recurra
