// SPDX-License-Identifier: Apache-2.0
// The errors that the library throws, and the one-line check that throws them.
// Every message names the function or file, the argument or place, what was expected and what was found.
// Not here: logging or aborting; the library does neither. Example:
//
//   recurra::require<recurra::ShapeError>(x.dim(2) == D, "lstm_forward: x has ", x.dim(2), " features, W expects ", D);
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace recurra {

/// Base of every error that the library throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Two extents that had to agree do not.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// An argument outside its range, or data that cannot be used.
class ValueError : public Error {
 public:
  using Error::Error;
};

/// A file that is not in the format it should be in; carries the offset of the first offending byte where it is known.
class FormatError : public Error {
 public:
  explicit FormatError(const std::string& what, std::uint64_t byte_offset = 0)
      : Error(what), byte_offset_(byte_offset) {}
  std::uint64_t byte_offset() const { return byte_offset_; }

 private:
  std::uint64_t byte_offset_;
};

/// The operating system refused to open, read, write or rename.
class IoError : public Error {
 public:
  using Error::Error;
};

/// A request that is well formed but that this version or machine cannot serve.
class UnsupportedError : public Error {
 public:
  using Error::Error;
};

/// One piece of a message, formatted only if the message is: text, a number, or any type with a str(). It refers to
/// the value it was made from, so it must not outlive the call that takes it.
class MessagePart {
 public:
  template <class T>
  MessagePart(const T& value) {  // NOLINT: implicit, so that callers write their values
    if constexpr (std::is_same_v<T, char>) {
      kind_ = Kind::text;
      text_ = {&value, 1};
    } else if constexpr (std::is_floating_point_v<T>) {
      kind_ = Kind::real;
      real_ = static_cast<double>(value);
    } else if constexpr (std::is_unsigned_v<T>) {
      kind_ = Kind::natural;
      natural_ = value;
    } else if constexpr (std::is_integral_v<T>) {
      kind_ = Kind::integer;
      integer_ = value;
    } else if constexpr (requires { value.str(); }) {
      kind_ = Kind::object;
      object_ = {&value, [](const void* object) { return static_cast<const T*>(object)->str(); }};
    } else {
      const std::string_view view(value);
      kind_ = Kind::text;
      text_ = {view.data(), view.size()};
    }
  }
  void append_to(std::string& out) const;

 private:
  enum class Kind { text, integer, natural, real, object } kind_;
  struct Text {
    const char* data;
    std::size_t size;
  };
  struct Object {
    const void* value;
    std::string (*str)(const void*);
  };
  union {
    Text text_;
    long long integer_;
    unsigned long long natural_;
    double real_;
    Object object_;
  };
};

/// The pieces one after the other; numbers with six significant digits, as streams print them.
std::string join_message(std::initializer_list<MessagePart> parts);

/// Joins printable parts into one string: concat("row ", 3, ": empty"). No streams: a small build carries no locales.
template <class... Parts>
std::string concat(const Parts&... parts) {
  return join_message({MessagePart(parts)...});
}

/// Throws E with the joined parts unless `ok`. The parts are formatted only on failure.
template <class E = ValueError, class... Parts>
void require(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    throw E(concat(parts...));
}

}  // namespace recurra
