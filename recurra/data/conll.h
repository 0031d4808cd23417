// SPDX-License-Identifier: Apache-2.0
// Sentences whose tokens have a tag each, and the text forms that most such data has: one line per token in columns, a
// blank line between sentences. Read are a token and its tag, CoNLL-2000 and CoNLL-2003 (token first, tag last) and
// CoNLL-U (numbered tokens, columns with names). Example:
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
  std::vector<std::string> notes = {};         ///< how the file was read, where that could be mistaken

  Index count() const { return static_cast<Index>(tokens.size()); }
  Index total_tokens() const;
};

/// The sentences `items`, in that order, without the notes.
TaggedSentences subset(const TaggedSentences& set, const std::vector<Index>& items);

/// Which columns hold the token and its tag: a number from 1, or a name that the form gives. Empty: the form's own.
struct ConllColumns {
  std::string token = {}, tag = {};
};

/// A file whose first column counts 1, 2, ... through each sentence is of the CoNLL-U form: its columns are id, form,
/// lemma, upos, xpos, feats, head, deprel, deps and misc, or those of a line `# global.columns = ...`; tokens are read
/// from form, tags from upos (of three columns from the last), `_` is no tag; multiword tokens (1-2) and empty nodes
/// (1.1) are skipped. Else tokens stand in the first column and tags in the last; of three columns the names are word,
/// pos and chunk, of four word, pos, chunk and ner. One column alone: tokens without tags. Columns are apart by tabs
/// where a line has one, else by blanks. Lines that begin with # (except for a token # with all its columns) and
/// -DOCSTART- lines are skipped. `name` stands for the file in messages.
/// Errors: FormatError that names the line for a line with another number of columns than the first, a sentence whose
/// tokens hold blanks, and text that is not UTF-8; FormatError for a file without a token; ValueError for a column that
/// is not there; IoError.
TaggedSentences read_conll(std::istream& in, const std::string& name, const ConllColumns& columns = {});
TaggedSentences read_conll_file(const std::string& path, const ConllColumns& columns = {});

}  // namespace recurra
