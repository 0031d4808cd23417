// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"seq2seq.open", seq2seq_open}, {"seq2seq.run", seq2seq_run}, {"seq2seq.close", seq2seq_close}};
  return kOperations;
}

}  // namespace recurra::wasm
