// SPDX-License-Identifier: Apache-2.0
// Sentences with one tag per token, in the usual text formats: one line per token in columns, a blank line between
// sentences. Reads two columns (token, tag), CoNLL-2000 and CoNLL-2003 (token first, tag last) and CoNLL-U (numbered
// tokens, named columns). Example:
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
  std::vector<std::string> notes = {};         ///< how the file was read, where that is ambiguous

  Index count() const { return static_cast<Index>(tokens.size()); }
  Index total_tokens() const;
};

/// The sentences `items`, in that order, without the notes.
TaggedSentences subset(const TaggedSentences& set, const std::vector<Index>& items);

/// The columns of the token and its tag: a number from 1, or a name that the format defines. Empty: the format's own.
struct ConllColumns {
  std::string token = {}, tag = {};
};

/// A file whose first column counts 1, 2, ... through each sentence is CoNLL-U: its columns are id, form,
/// lemma, upos, xpos, feats, head, deprel, deps and misc, or those of a line `# global.columns = ...`; tokens are read
/// from form, tags from upos (of three columns from the last), `_` is no tag; multiword tokens (1-2) and empty nodes
/// (1.1) are skipped. Otherwise tokens are in the first column and tags in the last; three columns are named word, pos
/// and chunk, four word, pos, chunk and ner. A single column holds tokens without tags. Columns are separated by tabs
/// if a line has one, else by blanks. Lines that begin with # (except for a token # with all its columns) and
/// -DOCSTART- lines are skipped. `name` stands for the file in messages.
/// Errors: FormatError that names the line for a number of columns that differs from the first line's, a sentence
/// whose tokens hold blanks, and text that is not UTF-8; FormatError for a file without a token; ValueError for an
/// unknown column; IoError.
TaggedSentences read_conll(std::istream& in, const std::string& name, const ConllColumns& columns = {});
TaggedSentences read_conll_file(const std::string& path, const ConllColumns& columns = {});

}  // namespace recurra
