// SPDX-License-Identifier: Apache-2.0
// Reads tagged sentences from any supported format, and corrects BIO tags. Example:
//
//   auto read = [](const std::string& path) {
//     recurra::TaggedSentences set = recurra::read_tagged(path, {.tag = "xpos"});
//     recurra::mend_bio(set);
//     return set.count();
//   };
#pragma once

#include "recurra/data/conll.h"

namespace recurra {

/// A .jsonl file with one object per sentence, {"tokens": [...], "tags": [...]}, tags where known; or text in columns
/// (recurra/data/conll.h). Errors: those of the readers; FormatError for a token that is empty or holds a blank, or a
/// different number of tags; ValueError for columns of a .jsonl file.
TaggedSentences read_tagged(const std::string& path, const ConllColumns& columns = {});

/// The JSON Lines that read_tagged reads, from memory; `name` stands for the file in messages.
TaggedSentences parse_tagged_lines(std::string_view text, const std::string& name);

/// Changes each I-x that begins a span, at the start of a sentence or after another type, to B-x, as span scores count
/// it, and adds a note.
void mend_bio(TaggedSentences& set);

}  // namespace recurra
