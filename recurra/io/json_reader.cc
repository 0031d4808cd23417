// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/json_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

/// Builds the tree as the text is read, and stops at the first fault. The library's own callback for this looks at
/// every member of the parent at the end of each object, which takes quadratic time in a wide header.
class TreeBuilder final : public Json::json_sax_t {
 public:
  explicit TreeBuilder(const std::string& where) : where_(where) {}

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(std::int64_t value) override { return put(value) != nullptr; }
  bool number_unsigned(std::uint64_t value) override { return put(value) != nullptr; }
  bool number_float(double value, const std::string&) override { return put(value) != nullptr; }
  bool string(std::string& value) override { return put(std::move(value)) != nullptr; }
  bool binary(Json::binary_t&) override { return false; }  // does not occur in JSON text
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    const auto [member, is_new] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
    if (!is_new) throw FormatError(concat(where_, " has the key ", shown(name), " twice"));
    member_ = &member->second;
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& error) override {
    if (dynamic_cast<const Json::out_of_range*>(&error))
      throw FormatError(concat(where_, " holds a number that is too large"));
    throw FormatError(concat(where_, " is not JSON at byte ", byte), static_cast<std::uint64_t>(byte));
  }

  Json root;

 private:
  /// Where the value is stored. A list grows only while none of its values is open, so the pointer is valid long
  /// enough.
  Json* put(Json value) {
    if (open_.empty()) return &(root = std::move(value));
    if (open_.back()->is_object()) return &(*member_ = std::move(value));
    return &open_.back()->emplace_back(std::move(value));
  }
  bool open(Json value) {
    require<FormatError>(open_.size() <= static_cast<std::size_t>(kMaxJsonDepth), where_, " is nested more than ",
                         kMaxJsonDepth, " deep");
    open_.push_back(put(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& where_;
  std::vector<Json*> open_;  ///< the objects and lists around the next value, the innermost last
  Json* member_ = nullptr;   ///< of the innermost object: where its next value goes
};

}  // namespace

Json parse_strict_json(std::string_view text, const std::string& where) {
  TreeBuilder tree(where);
  require<FormatError>(Json::sax_parse(text, &tree), where, " is not JSON");
  require<FormatError>(tree.root.is_object(), where, ": expected a JSON object");
  return std::move(tree.root);
}

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
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

const Json& JsonReader::list(const std::string& key) const {
  return at(key, "a list", [](const Json& v) { return v.is_array(); });
}

}  // namespace recurra
