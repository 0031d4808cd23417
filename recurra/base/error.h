// SPDX-License-Identifier: Apache-2.0
// The errors that the library throws, and the one-line check that throws them.
// Every message names the function or file, the argument or place, what was expected and what was found.
// Not here: logging or aborting; the library does neither. Example:
//
//   recurra::require<recurra::ShapeError>(x.dim(2) == D, "lstm_forward: x has ", x.dim(2), " features, W expects ", D);
#pragma once

#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

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

/// Joins printable parts into one string: concat("row ", 3, ": empty").
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

/// Throws E with the joined parts unless `ok`. The parts are formatted only on failure.
template <class E = ValueError, class... Parts>
void require(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    throw E(concat(parts...));
}

}  // namespace recurra
