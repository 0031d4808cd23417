// SPDX-License-Identifier: Apache-2.0
// The precision of the operands of matrix products. Sums, weights, cell states and optimisers are always float32.
// Example:
//
//   const auto packed = recurra::ops::pack_cell(Cell::rnn_tanh, weights, recurra::Precision::bf16);
#pragma once

namespace recurra {

enum class Precision { f32, bf16 };

/// WebAssembly has no bfloat16 instruction, and each kernel enlarges the download, so it has no bfloat16 kernels.
#ifdef __EMSCRIPTEN__
inline constexpr bool kHasBf16Products = false;
#else
inline constexpr bool kHasBf16Products = true;
#endif

}  // namespace recurra
