// SPDX-License-Identifier: Apache-2.0
// JSON Lines: a text with one JSON object per line. Example:
//
//   int sum = 0;
//   recurra::for_each_json_line("{\"n\": 1}\n{\"n\": 2}\n", "two.jsonl", [&](const nlohmann::json& json, const
//   std::string& where) {
//     sum += static_cast<int>(recurra::JsonReader(json, where).integer("n", 0, 10));
//   });
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "recurra/io/json_reader.h"

namespace recurra {

/// Calls fn(object, "name line 7") for each line that is not blank. Errors: those of parse_strict_json.
void for_each_json_line(std::string_view text, const std::string& name,
                        const std::function<void(const nlohmann::json&, const std::string&)>& fn);

/// The text of a key, or empty if the key is missing. A number is converted to text.
std::string optional_text(const nlohmann::json& object, const char* key, const std::string& where);

}  // namespace recurra
