// SPDX-License-Identifier: Apache-2.0
// Symbols as numbers: a step is one letter, its channels are the letters of the alphabet; a plain letter is 1 on its
// own channel, an ambiguity code an equal mix of the letters it may stand for. Example:
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
  /// "dna", "rna" or "protein" with the ambiguity codes of IUPAC; or the letters themselves, with codes behind commas:
  /// "ACGT,N=ACGT,R=AG". Letters of one case stand for both where the other case is not a letter of its own.
  /// Errors: ValueError for fewer than two letters, a letter that comes twice, a blank or a byte beyond ASCII, or a
  /// code of unknown letters.
  static Alphabet parse(const std::string& text);

  /// As parse takes it.
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
