// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {{"now.open", now_open}, {"now.forecast", now_forecast}};
  return kOperations;
}

}  // namespace recurra::wasm
