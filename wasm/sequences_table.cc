// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"seq2seq.open", seq2seq_open},   {"seq2seq.run", seq2seq_run},     {"seq2seq.score", seq2seq_score},
      {"seq2seq.close", seq2seq_close}, {"seq2seq.start", seq2seq_start}, {"seq2seq.step", seq2seq_step},
      {"seq2seq.end", seq2seq_end},
  };
  return kOperations;
}

}  // namespace recurra::wasm
