// SPDX-License-Identifier: Apache-2.0
// Reads tagged sentences from whatever holds them, and mends tags of the BIO scheme. Example:
//
//   auto read = [](const std::string& path) {
//     recurra::TaggedSentences set = recurra::read_tagged(path, {.tag = "xpos"});
//     recurra::mend_bio(set);
//     return set.count();
//   };
#pragma once

#include "recurra/data/conll.h"

namespace recurra {

/// A .jsonl file with one object per sentence, {"tokens": [...], "tags": [...]}, tags where they are known; else text
/// in columns (recurra/data/conll.h). Errors: of the readers; FormatError for a token that is empty or holds a blank,
/// or another number of tags; ValueError for columns of a .jsonl file.
TaggedSentences read_tagged(const std::string& path, const ConllColumns& columns = {});

/// The JSON Lines that read_tagged reads, from memory; `name` stands for the file in messages.
TaggedSentences parse_tagged_lines(std::string_view text, const std::string& name);

/// Each I-x that begins a span, at the start of a sentence or behind another type, becomes B-x, as span scores count
/// it; told in the notes.
void mend_bio(TaggedSentences& set);

}  // namespace recurra
