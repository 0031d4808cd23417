// SPDX-License-Identifier: Apache-2.0
// An enum and the names of its values, in one table that the command, model files, Python and messages all use.
// Nothing depends on the order of the enum. Example:
//
//   enum class Colour { red, green };
//   const recurra::Names<Colour> names = {{"red", Colour::red}, {"green", Colour::green}};
//   const std::string& green = recurra::name_of(names, Colour::green);
//   const Colour same = recurra::parse_name(names, green);
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/error.h"

namespace recurra {

template <class Enum>
class Names {
 public:
  struct Pair {
    const char* name;
    Enum value;
  };
  Names(std::initializer_list<Pair> pairs) {
    for (const auto& [name, value] : pairs) add(name, value);
  }
  void add(const char* name, Enum value) {
    names_.emplace_back(name);
    values_.push_back(value);
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<Enum>& values() const { return values_; }

  /// "a, b, c", for messages.
  std::string list() const {
    std::string out;
    for (const std::string& name : names_) out += (out.empty() ? "" : ", ") + name;
    return out;
  }

  /// The same names for some of the values.
  Names only(std::initializer_list<Enum> values) const {
    Names out({});
    for (const Enum value : values) {
      out.names_.push_back(name_of(*this, value));
      out.values_.push_back(value);
    }
    return out;
  }

 private:
  std::vector<std::string> names_;
  std::vector<Enum> values_;
};

/// Errors: ValueError for a value that is not in the table.
template <class Enum>
const std::string& name_of(const Names<Enum>& names, Enum value) {
  const auto found = std::find(names.values().begin(), names.values().end(), value);
  require(found != names.values().end(), "expected one of ", names.list(), ", found a value without a name");
  return names.names()[static_cast<std::size_t>(found - names.values().begin())];
}

/// Errors: ValueError that lists the names.
template <class Enum>
Enum parse_name(const Names<Enum>& names, std::string_view name) {
  const auto found = std::find(names.names().begin(), names.names().end(), name);
  require(found != names.names().end(), "expected one of ", names.list(), ", found '", name, "'");
  return names.values()[static_cast<std::size_t>(found - names.names().begin())];
}

}  // namespace recurra
