// SPDX-License-Identifier: Apache-2.0
// Symbols as numbers: a step is one letter, its channels are the letters of the alphabet. A plain letter is one-hot; an
// ambiguity code is an equal mix of the letters that it may stand for. Example:
//
//   const recurra::Alphabet dna = recurra::Alphabet::parse("dna");
//   recurra::Index unknown = 0;
//   std::vector<float> steps = dna.encode("ACN", unknown);       // 1 0 0 0, 0 1 0 0, 1/4 1/4 1/4 1/4
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class Alphabet {
 public:
  /// "dna", "rna" or "protein" with the ambiguity codes of IUPAC; or the letters themselves, then codes after commas:
  /// "ACGT,N=ACGT,R=AG". A letter stands for both cases unless the other case is a letter of its own.
  /// Errors: ValueError for fewer than two letters, a repeated letter, a blank or a byte beyond ASCII, or a
  /// code of unknown letters.
  static Alphabet parse(const std::string& text);

  /// The text from which parse makes this alphabet.
  const std::string& text() const { return text_; }
  const std::string& letters() const { return letters_; }
  Index size() const { return static_cast<Index>(letters_.size()); }

  /// [length * size()]. A symbol that is neither letter nor code is an equal mix of all letters, and is counted.
  std::vector<float> encode(std::string_view symbols, Index& unknown) const;

 private:
  void add_code(char code, const std::string& letters);

  std::string text_, letters_;
  std::map<char, std::vector<float>> rows_;
};

}  // namespace recurra
