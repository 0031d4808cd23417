// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/json_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "recurra/base/error.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kShown = 60;  // bytes of a wrong value in a message

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

bool is_text(const Json& v) {
  return v.is_string();
}
bool is_list_of_texts(const Json& v) {
  return v.is_array() && std::all_of(v.begin(), v.end(), is_text);
}
bool is_list_of_numbers(const Json& v) {
  return v.is_array() && std::all_of(v.begin(), v.end(), [](const Json& x) { return x.is_number(); });
}
bool is_list_of_objects(const Json& v) {
  return v.is_array() && std::all_of(v.begin(), v.end(), [](const Json& x) { return x.is_object(); });
}

}  // namespace

Json parse_strict_json(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> keys;
  std::string complaint;
  // A value that is refused is dropped as it is read, so a deep nest never becomes a deep tree.
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxJsonDepth) complaint = concat("is nested more than ", kMaxJsonDepth, " deep");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      complaint = concat("has the key ", shown(parsed), " twice");
    return complaint.empty();
  };
  Json json;
  try {
    json = Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    if (complaint.empty())
      throw FormatError(concat(where, " is not JSON at byte ", error.byte), static_cast<std::uint64_t>(error.byte));
  } catch (const Json::exception& error) {
    throw FormatError(concat(where, " holds a number that is too large"));
  }
  require<FormatError>(complaint.empty(), where, " ", complaint);
  require<FormatError>(json.is_object(), where, ": expected a JSON object");
  return json;
}

JsonReader::JsonReader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
  require<FormatError>(json.is_object(), where_, ": expected an object, found ", shown(json));
}

const Json& JsonReader::at(const std::string& key, const char* expected, bool (*is)(const Json&)) const {
  const auto found = json_.find(key);
  require<FormatError>(found != json_.end(), where_, ": \"", key, "\" is missing");
  require<FormatError>(is(*found), where_, ": expected \"", key, "\" to be ", expected, ", found ", shown(*found));
  return *found;
}

std::int64_t JsonReader::integer(const std::string& key, std::int64_t low, std::int64_t high) const {
  const Json& value = at(key, "a whole number", [](const Json& v) {
    return v.is_number_integer() && (!v.is_number_unsigned() || v.get<std::uint64_t>() <= INT64_MAX);
  });
  const auto number = value.get<std::int64_t>();
  require<FormatError>(number >= low && number <= high, where_, ": expected \"", key, "\" from ", low, " to ", high,
                       ", found ", number);
  return number;
}

double JsonReader::number(const std::string& key, bool may_be_nan) const {
  if (may_be_nan && json_.contains(key) && json_[key].is_null()) return std::numeric_limits<double>::quiet_NaN();
  return at(key, "a number", [](const Json& v) { return v.is_number(); }).get<double>();
}

bool JsonReader::boolean(const std::string& key) const {
  return at(key, "true or false", [](const Json& v) { return v.is_boolean(); }).get<bool>();
}

std::string JsonReader::text(const std::string& key) const {
  return at(key, "a text", is_text).get<std::string>();
}

std::vector<std::string> JsonReader::texts(const std::string& key) const {
  return at(key, "a list of texts", is_list_of_texts).get<std::vector<std::string>>();
}

std::vector<double> JsonReader::numbers(const std::string& key) const {
  return at(key, "a list of numbers", is_list_of_numbers).get<std::vector<double>>();
}

JsonReader JsonReader::child(const std::string& key) const {
  return {at(key, "an object", [](const Json& v) { return v.is_object(); }), where_ + "." + key};
}

std::vector<JsonReader> JsonReader::children(const std::string& key) const {
  std::vector<JsonReader> out;
  for (const Json& v : at(key, "a list of objects", is_list_of_objects)) out.emplace_back(v, where_ + "." + key);
  return out;
}

std::size_t JsonReader::one_of(const std::string& key, const std::vector<std::string>& names) const {
  const std::string value = text(key);
  const auto found = std::find(names.begin(), names.end(), value);
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  require<FormatError>(found != names.end(), where_, ": expected \"", key, "\" to be one of ", list, ", found \"",
                       value, "\"");
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace recurra
