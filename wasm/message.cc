// SPDX-License-Identifier: Apache-2.0
// A field of a request: four little-endian words of 32 bits (bytes of the name; 0 for numbers, 1 for bytes; their
// count; 0), then the name, then float64 numbers or bytes; name and content are each padded to a multiple of 8 bytes.
#include "message.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "recurra/base/error.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kWords = 4;

std::size_t padded(std::size_t size) {
  return (size + 7) / 8 * 8;
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return bytes_.empty(); }
  std::string_view take(std::size_t size) {
    require(size <= bytes_.size(), "the request ends within a field");
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(std::min(padded(size), bytes_.size()));
    return out;
  }

 private:
  std::string_view bytes_;
};

void append_string(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

Request::Request(std::string_view bytes) {
  Cursor cursor(bytes);
  while (!cursor.done()) {
    std::uint32_t words[kWords];
    std::memcpy(words, cursor.take(sizeof words).data(), sizeof words);
    Field field;
    field.is_bytes = words[1] != 0;
    field.name = cursor.take(words[0]);
    field.bytes = cursor.take(field.is_bytes ? words[2] : std::size_t{words[2]} * sizeof(double));
    if (!field.is_bytes) {
      field.numbers.resize(words[2]);
      std::memcpy(field.numbers.data(), field.bytes.data(), field.bytes.size());
    }
    fields_.push_back(std::move(field));
  }
}

const Request::Field* Request::find(std::string_view key) const {
  for (const Field& field : fields_)
    if (field.name == key) return &field;
  return nullptr;
}

const Request::Field& Request::get(std::string_view key, bool is_bytes) const {
  const Field* field = find(key);
  require(field != nullptr, "the request: \"", key, "\" is missing");
  require(field->is_bytes == is_bytes, "the request: expected \"", key, "\" to be ", is_bytes ? "text" : "numbers");
  return *field;
}

std::vector<double> Request::numbers(std::string_view key, double low, double high, std::size_t least,
                                     std::size_t most) const {
  const std::vector<double>& values = get(key, false).numbers;
  require(values.size() >= least && values.size() <= most, "the request: expected ", least, " to ", most,
          " numbers in \"", key, "\", found ", values.size());
  for (const double v : values)
    require(v >= low && v <= high, "the request: expected \"", key, "\" from ", low, " to ", high, ", found ", v);
  return values;
}

double Request::number(std::string_view key, double low, double high) const {
  return numbers(key, low, high, 1, 1)[0];
}

Index Request::integer(std::string_view key, Index low, Index high) const {
  const double value = number(key, static_cast<double>(low), static_cast<double>(high));
  require(value == std::floor(value), "the request: expected a whole number for \"", key, "\", found ", value);
  return static_cast<Index>(value);
}

std::string_view Request::bytes(std::string_view key) const {
  return get(key, true).bytes;
}

std::size_t Request::one_of(std::string_view key, std::initializer_list<std::string_view> names) const {
  const std::string_view value = bytes(key);
  std::string list;
  for (const std::string_view& name : names) {
    if (name == value) return static_cast<std::size_t>(&name - names.begin());
    list += list.empty() ? "" : ", ";
    list += name;
  }
  throw ValueError(concat("the request: expected \"", key, "\" to be one of ", list, ", found \"", value, "\""));
}

void Reply::begin(std::string_view key) {
  const bool first = json_.empty() || json_.back() == '{' || json_.back() == '[';
  if (!first) json_ += ',';
  if (key.empty()) return;
  append_string(json_, key);
  json_ += ':';
}

void Reply::add(std::string_view key, const std::vector<Index>& shape, std::span<const double> values) {
  begin(key);
  json_ += "{\"shape\":[";
  for (std::size_t i = 0; i < shape.size(); ++i) json_ += (i > 0 ? "," : "") + std::to_string(shape[i]);
  json_ += "],\"at\":" + std::to_string(numbers_.size()) + "}";
  numbers_.insert(numbers_.end(), values.begin(), values.end());
}

void Reply::set(std::string_view key, const Tensor<double>& values) {
  add(key, values.shape().extents(), values.span());
}

void Reply::set(std::string_view key, std::span<const double> values) {
  add(key, {static_cast<Index>(values.size())}, values);
}

void Reply::set(std::string_view key, double value) {
  add(key, {}, {&value, 1});
}

void Reply::set(std::string_view key, std::string_view text) {
  begin(key);
  append_string(json_, text);
}

void Reply::set_flag(std::string_view key, bool value) {
  begin(key);
  json_ += value ? "true" : "false";
}

void Reply::open(std::string_view key, char bracket) {
  begin(key);
  json_ += bracket;
  open_ += bracket == '{' ? '}' : ']';
}

void Reply::close() {
  json_ += open_.back();
  open_.pop_back();
}

}  // namespace recurra::wasm
