// SPDX-License-Identifier: Apache-2.0
// What every fuzzer shares: any bytes must give a value or a recurra::Error, never anything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "recurra/base/error.h"

/// Runs parse(text) on the fuzzer's bytes.
template <class Parse>
int parse_or_refuse(const std::uint8_t* data, std::size_t size, Parse parse) {
  try {
    parse(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const recurra::Error&) {
    // what a stranger's bytes may lead to
  }
  return 0;
}
