// SPDX-License-Identifier: Apache-2.0
// What a call that must fail says.
#pragma once

#include <string>

#include "recurra/base/error.h"

namespace recurra {

/// The message of the Error that `call` throws, or "no error".
template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace recurra
