// SPDX-License-Identifier: Apache-2.0
// Checked access to untrusted JSON: a missing key, a wrong type or a number outside its range is a FormatError that
// names the place. Example:
//
//   const nlohmann::json json = {{"hidden", 64}};
//   const recurra::JsonReader reader(json, "model.safetensors: net");
//   const std::int64_t hidden = reader.integer("hidden", 1, 100'000);
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/error.h"
#include "recurra/base/names.h"

namespace recurra {

inline constexpr int kMaxJsonDepth = 16;

/// Parses an object. Errors: FormatError, beginning with `where`, for text that is not JSON (with the byte), a repeated
/// key, nesting deeper than kMaxJsonDepth, a number beyond the range of double, and anything but an object.
nlohmann::json parse_strict_json(std::string_view text, const std::string& where);

/// `value`, or null for NaN and infinity, which JSON lacks.
nlohmann::json number_or_null(double value);

/// Compact text; Json is nlohmann::json, or ordered_json if the order of the keys matters.
/// Errors: ValueError for text that is not UTF-8.
template <class Json>
std::string json_text(const Json& json) {
  try {
    return json.dump();
  } catch (const typename Json::exception&) {
    throw ValueError("json_text: a text is not UTF-8; convert the names in your file to UTF-8");
  }
}

class JsonReader {
 public:
  /// Keeps a reference to `json`. Errors: FormatError unless `json` is an object; FormatError also from all members.
  JsonReader(const nlohmann::json& json, std::string where);

  const std::string& where() const { return where_; }
  bool has(const std::string& key) const { return json_.contains(key); }
  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high) const;
  /// A finite number; null is read as NaN if `may_be_nan`.
  double number(const std::string& key, bool may_be_nan = false) const;
  bool boolean(const std::string& key) const;
  std::string text(const std::string& key) const;
  std::vector<std::string> texts(const std::string& key) const;
  std::vector<double> numbers(const std::string& key) const;
  JsonReader child(const std::string& key) const;
  std::vector<JsonReader> children(const std::string& key) const;
  /// A list with elements of any type, for callers with a reader of their own.
  const nlohmann::json& list(const std::string& key) const;
  /// The value that the text names. Errors: also if no value has that name.
  template <class Enum>
  Enum one_of(const std::string& key, const Names<Enum>& names) const {
    const std::string name = text(key);
    const auto& known = names.names();
    require<FormatError>(std::find(known.begin(), known.end(), name) != known.end(), where_, ": expected \"", key,
                         "\" to be one of ", names.list(), ", found \"", name, "\"");
    return parse_name(names, name);
  }

 private:
  const nlohmann::json& at(const std::string& key, const char* expected, bool (*is)(const nlohmann::json&)) const;

  const nlohmann::json& json_;
  std::string where_;
};

}  // namespace recurra
