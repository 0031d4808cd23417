// SPDX-License-Identifier: Apache-2.0
// Spans that tags of the BIO scheme mark (B-x begins a span of type x, I-x goes on with it, O is outside), and how many
// of them a tagger finds, counted as the script conlleval of the CoNLL-2000 shared task does: a span is right if its
// type and both its ends are. Example:
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

/// Whether the scheme lets `tag` stand behind `before` (empty: at the start): an I-x goes on with a B-x or I-x alone.
bool may_follow(const std::string& before, const std::string& tag);

/// Makes each I-x that begins a span (as in IOB1) a B-x. Returns how many there were.
Index begin_spans_with_b(std::vector<std::string>& tags);

/// In order. An I-x that follows another type or nothing begins a span too (IOB1 is read as well as IOB2).
std::vector<TagSpan> spans_of(std::span<const std::string> tags);

class SpanScores {
 public:
  /// One sentence. Errors: ShapeError if the numbers of tags differ.
  void add(std::span<const std::string> actual, std::span<const std::string> predicted);

  /// Over the spans of all types together; LabelScore::count is that of the actual spans.
  LabelScore all() const;
  /// By type, of those that occur or were predicted.
  std::map<std::string, LabelScore> by_type() const;

 private:
  struct Counts {
    Index actual = 0, predicted = 0, right = 0;
  };
  std::map<std::string, Counts> counts_;
};

}  // namespace recurra
