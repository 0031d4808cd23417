// SPDX-License-Identifier: Apache-2.0
// Synthetic problems that need a memory, used to compare recurrent nets: adding, copy memory, the latch, sequential
// parity. Item i of a seed does not depend on its batch, so a training set is a range of items.
// Reber grammars are in data/reber.h. Example:
//
//   recurra::AddingItems batch = recurra::adding_problem(/*steps=*/100, /*first=*/0, /*count=*/32, seed);
//   recurra::Index T = batch.x.dim(0), B = batch.x.dim(1);                     // 100, 32; batch.y is [32, 1]
#pragma once

#include <cstdint>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct AddingItems {
  Tensor<float> x;  ///< [T, B, 2]: a value in [0, 1), and 1 where it is marked
  Tensor<float> y;  ///< [B, 1]: the sum of the two marked values
};
/// One mark in each half. Always predicting the mean scores an MSE of 1/6.
/// Source: Hochreiter, Schmidhuber 1997; in the form of Le, Jaitly, Hinton 2015. Errors: ValueError if steps is
/// below 2.
AddingItems adding_problem(Index steps, Index first, Index count, std::uint64_t seed);

inline constexpr Index kCopied = 10;        ///< symbols to remember
inline constexpr Index kCopyAlphabet = 10;  ///< 0 blank, 1 to 8 to remember, 9 the signal to repeat

struct CopyItems {
  Tensor<std::int64_t> inputs, targets;  ///< [delay + 20, B]
};
/// Input: ten symbols, `delay` - 1 blanks, the signal, ten blanks. Target: delay + 10 blanks, then the ten symbols.
/// Source: Arjovsky, Shah, Bengio 2016. Errors: ValueError if delay is below 1.
CopyItems copy_memory(Index delay, Index first, Index count, std::uint64_t seed);
/// The loss of the best answer without memory: 10 ln 8 / (delay + 20) nats per step.
double copy_memory_baseline(Index delay);

struct LatchItems {
  Tensor<float> x;              ///< [T, B, 1]: 1 or -1, then noise of standard deviation 0.2
  Tensor<std::int64_t> labels;  ///< [B]: 1 where the sequence began with 1
};
/// Source: Bengio, Simard, Frasconi 1994, with the sign shown once. Errors: ValueError if steps is below 1.
LatchItems latch_problem(Index steps, Index first, Index count, std::uint64_t seed);

struct ParityItems {
  Tensor<float> x;              ///< [T, B, 1]: bits
  Tensor<std::int64_t> labels;  ///< [T, B]: 1 where the number of ones so far is odd
};
/// Errors: ValueError if steps is below 1.
ParityItems parity_problem(Index steps, Index first, Index count, std::uint64_t seed);

}  // namespace recurra
