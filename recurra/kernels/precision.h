// SPDX-License-Identifier: Apache-2.0
// What the operands of matrix products are rounded to. Sums, weights, cell states and optimisers are float32 in either.
// Example:
//
//   const auto packed = recurra::ops::pack_cell(Cell::rnn_tanh, weights, recurra::Precision::bf16);
#pragma once

namespace recurra {

enum class Precision { f32, bf16 };

/// WebAssembly has no instruction for bfloat16 and is downloaded: it carries no kernels for it.
#ifdef __EMSCRIPTEN__
inline constexpr bool kHasBf16Products = false;
#else
inline constexpr bool kHasBf16Products = true;
#endif

}  // namespace recurra
