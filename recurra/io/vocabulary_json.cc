// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/vocabulary_json.h"

namespace recurra {

const Names<TokenUnit>& token_unit_names() {
  static const Names<TokenUnit> names = {
      {"character", TokenUnit::character}, {"byte", TokenUnit::byte}, {"word", TokenUnit::word}};
  return names;
}

nlohmann::json to_json(const Vocabulary& v) {
  nlohmann::json tokens = nlohmann::json::array();
  for (const std::string& token : v.tokens()) {
    if (v.unit() == TokenUnit::byte) {
      tokens.push_back(static_cast<int>(static_cast<unsigned char>(token[0])));
    } else {
      tokens.push_back(token);
    }
  }
  return {{"unit", name_of(token_unit_names(), v.unit())},
          {"unknown", v.unknown().has_value()},
          {"begin", v.begin().has_value()},
          {"end", v.end().has_value()},
          {"tokens", tokens}};
}

Vocabulary vocabulary_from(const JsonReader& reader) {
  const auto unit = reader.one_of("unit", token_unit_names());
  VocabularyOptions symbols;
  symbols.unknown = reader.boolean("unknown");
  symbols.begin = reader.boolean("begin");
  symbols.end = reader.boolean("end");
  if (unit != TokenUnit::byte) return {unit, reader.texts("tokens"), symbols};
  std::vector<std::string> tokens;
  for (const double value : reader.numbers("tokens")) {
    require<FormatError>(value >= 0 && value <= 255 && value == static_cast<int>(value),
                         "vocabulary: expected bytes from 0 to 255, found ", value);
    tokens.emplace_back(1, static_cast<char>(static_cast<unsigned char>(value)));
  }
  return {unit, std::move(tokens), symbols};
}

}  // namespace recurra
