// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"bptt", bptt},   {"gradients", gradients},         {"gates", gates}, {"memory", memory},
      {"cells", cells}, {"bidirectional", bidirectional}, {"heirs", heirs},
  };
  return kOperations;
}

}  // namespace recurra::wasm
