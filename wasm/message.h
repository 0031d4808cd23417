// SPDX-License-Identifier: Apache-2.0
// The messages of a module. A request is a list of named fields, each with numbers or bytes (its layout is in
// message.cc and in lesson/engine/module.ts). A reply is JSON text in which an array is {"shape": [...], "at": n}, n
// being its offset in one list of float64 numbers; and, for files, bytes. The module has no JSON parser. Example:
//
//   recurra::wasm::Reply reply;
//   reply.set("loss", std::vector<double>{0.5, 0.25});       // {"loss": {"shape": [2], "at": 0}}, numbers 0.5 0.25
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra::wasm {

/// Views of the caller's bytes. Errors (all members): ValueError that names the field, what was expected and found.
class Request {
 public:
  explicit Request(std::string_view bytes);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  Index integer(std::string_view key, Index low, Index high) const;
  double number(std::string_view key, double low, double high) const;
  std::vector<double> numbers(std::string_view key, double low, double high, std::size_t least, std::size_t most) const;
  bool flag(std::string_view key) const { return integer(key, 0, 1) != 0; }
  std::uint64_t seed() const { return static_cast<std::uint64_t>(integer("seed", 0, 4'294'967'295)); }
  std::string_view bytes(std::string_view key) const;
  /// The index of the field's text among the names.
  std::size_t one_of(std::string_view key, std::initializer_list<std::string_view> names) const;
  /// The value named by the field's text.
  template <class Enum>
  Enum choice(std::string_view key, const Names<Enum>& names) const {
    try {
      return parse_name(names, bytes(key));
    } catch (const ValueError& error) {
      throw ValueError(concat("the request: \"", key, "\": ", error.what()));
    }
  }

 private:
  struct Field {
    std::string_view name, bytes;
    std::vector<double> numbers;
    bool is_bytes = false;
  };
  const Field* find(std::string_view key) const;
  const Field& get(std::string_view key, bool is_bytes) const;
  std::vector<Field> fields_;
};

class Reply {
 public:
  void set(std::string_view key, const Tensor<double>& values);
  void set(std::string_view key, std::span<const double> values);
  void set(std::string_view key, const std::vector<double>& values) { set(key, std::span<const double>(values)); }
  /// A number with all its bits, including NaN and infinities.
  void set(std::string_view key, double value);
  void set(std::string_view key, std::string_view text);
  void set(std::string_view key, const char* text) { set(key, std::string_view(text)); }
  void set_flag(std::string_view key, bool value);
  /// Begins an object or a list of that name, up to close(). In a list the keys are empty.
  void open(std::string_view key, char bracket = '{');
  void close();

  /// The whole as JSON text.
  std::string json() const { return "{" + json_ + "}"; }
  const std::vector<double>& numbers() const { return numbers_; }
  std::string bytes;

 private:
  void begin(std::string_view key);
  void add(std::string_view key, const std::vector<Index>& shape, std::span<const double> values);

  std::string json_;
  std::string open_;  ///< closing brackets to come
  std::vector<double> numbers_;
};

}  // namespace recurra::wasm
