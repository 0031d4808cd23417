// SPDX-License-Identifier: Apache-2.0
// RECURRA_UNROLL before a loop over the rows or vectors of a register tile: GCC keeps an array of vectors in registers
// only if every loop over it is unrolled explicitly. At most 8 iterations. RECURRA_UNROLL_BY_2: outer loops. Example:
//
//   float sums[4] = {};
//   RECURRA_UNROLL
//   for (int i = 0; i < 4; ++i) sums[i] += 1;
#pragma once

#if defined(__clang__)
#define RECURRA_UNROLL _Pragma("unroll")
#else
#define RECURRA_UNROLL _Pragma("GCC unroll 8")
#endif

#if defined(__wasm__)
#define RECURRA_UNROLL_BY_2  // code size is download time
#elif defined(__clang__)
#define RECURRA_UNROLL_BY_2 _Pragma("unroll 2")
#else
#define RECURRA_UNROLL_BY_2 _Pragma("GCC unroll 2")
#endif
