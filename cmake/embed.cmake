# SPDX-License-Identifier: Apache-2.0
# cmake -DFROM=file -DTO=source.cc -DHEADER=header -DFUNCTION=name -P embed.cmake: a source whose function returns the bytes of a
# file. They are written as one string: compilers read that a hundred times faster than a list of numbers.
file(READ ${FROM} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
file(WRITE ${TO} "#include \"${HEADER}\"\n\nnamespace recurra {\n\nstd::string_view ${FUNCTION}() {\n  return {\"${bytes}\", ${size}};\n}\n\n}  // namespace recurra\n")
