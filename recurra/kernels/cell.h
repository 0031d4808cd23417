// SPDX-License-Identifier: Apache-2.0
// The kinds of recurrent cell, and the order of their gates in weights. A named type instead of a comment or a string.
// Example:
//
//   static_assert(recurra::gate_count(recurra::Cell::gru) == 3);
#pragma once

namespace recurra {

/// gru is the variant with the reset gate after the recurrent product (PyTorch, cuDNN, ONNX linear_before_reset=1).
enum class Cell { rnn_tanh, rnn_relu, rnn_linear, lstm, gru };

/// Row blocks of W, U and b, in PyTorch's order.
enum LstmGate { kInput, kForget, kCandidate, kOutput, kLstmGates };
enum GruGate { kReset, kUpdate, kNew, kGruGates };

constexpr int gate_count(Cell cell) {
  return cell == Cell::lstm ? kLstmGates : cell == Cell::gru ? kGruGates : 1;
}
constexpr bool has_memory(Cell cell) {
  return cell == Cell::lstm;
}

enum class Direction { forward, reverse };

}  // namespace recurra
