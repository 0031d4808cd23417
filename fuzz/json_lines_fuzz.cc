// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.h"
#include "recurra/tasks/common/sequence_input.h"
#include "recurra/tasks/tag/tagger.h"

// Labelled sequences, then tagged sentences, from the same lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_or_refuse(data, size, [](const std::string& text) {
    recurra::InputEncoding encoding;
    encoding.alphabet = recurra::Alphabet::parse("dna");
    recurra::parse_labelled_lines(text, "fuzz.jsonl", encoding);
  });
  return parse_or_refuse(data, size, [](const std::string& text) { recurra::parse_tagged_lines(text, "fuzz.jsonl"); });
}
