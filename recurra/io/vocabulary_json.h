// SPDX-License-Identifier: Apache-2.0
// The JSON form of a vocabulary in model files. Example:
//
//   const recurra::Vocabulary vocabulary(recurra::TokenUnit::word, {"yes", "no"}, {});
//   const nlohmann::json json = recurra::to_json(vocabulary);
//   const recurra::Vocabulary same = recurra::vocabulary_from(recurra::JsonReader(json, "vocabulary"));
#pragma once

#include "recurra/data/vocabulary.h"
#include "recurra/io/json_reader.h"

namespace recurra {

const Names<TokenUnit>& token_unit_names();

/// {"unit", "unknown", "begin", "end", "tokens"}; bytes are numbers, as a byte alone may not be text.
nlohmann::json to_json(const Vocabulary& vocabulary);
/// Errors: FormatError; ValueError as the constructor.
Vocabulary vocabulary_from(const JsonReader& reader);

}  // namespace recurra
