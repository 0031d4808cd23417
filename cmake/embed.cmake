# SPDX-License-Identifier: Apache-2.0
# cmake -DFROM=file -DTO=source.cc -DHEADER=header -DFUNCTION=name -P embed.cmake: a source whose function returns the bytes of a
# file of numbers of 16 bits. Their low bytes come first and then their high bytes, because an archive packs them by an eighth
# better so; the first call puts them together. They are written as strings: compilers read these a hundred times faster than
# a list of numbers.
file(READ ${FROM} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR odd "${digits} % 4")
if(odd)
  message(FATAL_ERROR "${FROM}: expected an even number of bytes")
endif()
math(EXPR half "${digits} / 4")
string(REGEX REPLACE "(..).." "\\\\x\\1" low "${bytes}")
string(REGEX REPLACE "..(..)" "\\\\x\\1" high "${bytes}")
file(WRITE ${TO} "#include \"${HEADER}\"

#include <string>

namespace recurra {
namespace {

constexpr std::string_view kLow(\"${low}\", ${half});
constexpr std::string_view kHigh(\"${high}\", ${half});

std::string together() {
  std::string bytes;
  bytes.reserve(2 * kLow.size());
  for (std::size_t i = 0; i < kLow.size(); ++i) {
    bytes += kLow[i];
    bytes += kHigh[i];
  }
  return bytes;
}

}  // namespace

std::string_view ${FUNCTION}() {
  static const std::string bytes = together();
  return bytes;
}

}  // namespace recurra
")
