// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/alphabet.h"

#include <algorithm>
#include <cctype>

#include "recurra/data/number.h"

namespace recurra {
namespace {

// IUPAC-IUB, Cornish-Bowden 1985.
constexpr const char* kDna = "ACGT,R=AG,Y=CT,S=CG,W=AT,K=GT,M=AC,B=CGT,D=AGT,H=ACT,V=ACG,N=ACGT";
constexpr const char* kRna = "ACGU,R=AG,Y=CU,S=CG,W=AU,K=GU,M=AC,B=CGU,D=AGU,H=ACU,V=ACG,N=ACGU";
constexpr const char* kProtein = "ACDEFGHIKLMNPQRSTVWY,B=DN,Z=EQ,J=IL,X=ACDEFGHIKLMNPQRSTVWY";

bool plain(char c) {
  return c > ' ' && c < 127 && c != ',' && c != '=';
}

char other_case(char c) {
  const auto u = static_cast<unsigned char>(c);
  return static_cast<char>(std::isupper(u) ? std::tolower(u) : std::toupper(u));
}

}  // namespace

Alphabet Alphabet::parse(const std::string& text) {
  const std::string full = text == "dna" ? kDna : text == "rna" ? kRna : text == "protein" ? kProtein : text;
  Alphabet out;
  out.text_ = text;
  out.letters_ = full.substr(0, full.find(','));
  require(out.letters_.size() >= 2, "alphabet: expected dna, rna, protein or at least two letters, found ",
          quote_for_message(text));
  for (const char c : out.letters_) {
    require(plain(c), "alphabet: expected printable ASCII letters, found ", quote_for_message(out.letters_));
    out.add_code(c, std::string(1, c));
  }
  for (std::size_t at = out.letters_.size(); at < full.size();) {
    const std::string code = full.substr(at + 1, full.find(',', at + 1) - at - 1);
    require(code.size() >= 3 && plain(code[0]) && code[1] == '=', "alphabet: expected a code as N=ACGT, found ",
            quote_for_message(code));
    out.add_code(code[0], code.substr(2));
    at += 1 + code.size();
  }
  const auto given = out.rows_;
  for (const auto& [code, row] : given) out.rows_.try_emplace(other_case(code), row);
  return out;
}

void Alphabet::add_code(char code, const std::string& letters) {
  std::vector<float> row(letters_.size());
  for (const char c : letters) {
    const auto at = letters_.find(c);
    require(at != std::string::npos, "alphabet: the code ", code, " stands for ", quote_for_message(letters),
            ", which are not all letters of ", letters_);
    row[at] += 1.0f / static_cast<float>(letters.size());
  }
  require(rows_.emplace(code, row).second, "alphabet: the letter ", code, " comes twice");
}

std::vector<float> Alphabet::encode(std::string_view symbols, Index& unknown) const {
  std::vector<float> out;
  out.reserve(symbols.size() * letters_.size());
  const std::vector<float> any(letters_.size(), 1.0f / static_cast<float>(letters_.size()));
  for (const char c : symbols) {
    const auto row = rows_.find(c);
    if (row == rows_.end()) ++unknown;
    const auto& numbers = row == rows_.end() ? any : row->second;
    out.insert(out.end(), numbers.begin(), numbers.end());
  }
  return out;
}

}  // namespace recurra
