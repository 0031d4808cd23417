// SPDX-License-Identifier: Apache-2.0
// Sentences whose tokens have a tag each, and the text form that most such data has: a line a token, its tag in the
// second column, a blank line between sentences. Example:
//
//   std::istringstream file("Anna B-PER\nsings O\n\nBob B-PER\n");
//   recurra::TaggedSentences set = recurra::read_conll(file, "names.conll");       // two sentences
#pragma once

#include <istream>
#include <sstream>
#include <string>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct TaggedSentences {
  std::string source;
  std::vector<std::vector<std::string>> tokens;
  std::vector<std::vector<std::string>> tags;  ///< as many as tokens; empty text where the file has none

  Index count() const { return static_cast<Index>(tokens.size()); }
  Index total_tokens() const;
};

/// The sentences `items`, in that order.
TaggedSentences subset(const TaggedSentences& set, const std::vector<Index>& items);

/// Columns are apart by tabs or spaces; one column alone: tokens without tags. `name` stands for the file in messages.
/// Errors: FormatError that names the line for three or more columns, a line with another number of columns than the
/// first, and text that is not UTF-8; and for a file without a token; IoError.
TaggedSentences read_conll(std::istream& in, const std::string& name);
TaggedSentences read_conll_file(const std::string& path);

}  // namespace recurra
