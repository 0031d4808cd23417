// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"net.open", net_open}, {"net.step", net_step}, {"net.reset", net_reset}, {"net.close", net_close}};
  return kOperations;
}

}  // namespace recurra::wasm
