// SPDX-License-Identifier: Apache-2.0
// What the operands of matrix products are rounded to. Sums, weights, cell states and optimisers are float32 in either.
// Example:
//
//   const auto packed = recurra::ops::pack_cell(Cell::rnn_tanh, weights, recurra::Precision::bf16);
#pragma once

namespace recurra {

enum class Precision { f32, bf16 };

}  // namespace recurra
