// SPDX-License-Identifier: Apache-2.0
// A sum in double whose bits do not depend on the number of threads: the items are cut into blocks of a fixed size,
// each block is one chain, and the blocks are added in order (docs/adr/0004-deterministic-sums.md). Ranks, which divide
// a vector, divide it between blocks. Example:
//
//   const double total = recurra::ops::partitioned_sum(context, 100, [](std::int64_t i) { return 0.5 * double(i); });
#pragma once

#include <algorithm>
#include <vector>

#include "recurra/ops/run_shared.h"

namespace recurra::ops {

inline constexpr std::int64_t kSumBlock = 4096;

/// The sum of each block of term(i) for i in [0, count).
template <class Term>
std::vector<double> block_sums(Context& context, std::int64_t count, Term term) {
  const std::int64_t blocks = (count + kSumBlock - 1) / kSumBlock;
  std::vector<double> sums(static_cast<std::size_t>(blocks));
  run_shared(context, count, [&](int thread, int threads) {
    for (auto [block, end] = share(blocks, thread, threads); block < end; ++block) {
      // Four chains hide the latency of an addition; the assignment of items to chains is fixed.
      double chains[4] = {};
      const std::int64_t first = block * kSumBlock, last = std::min(first + kSumBlock, count);
      std::int64_t i = first;
      for (; i + 4 <= last; i += 4)
        for (int c = 0; c < 4; ++c) chains[c] += term(i + c);
      for (; i < last; ++i) chains[0] += term(i);
      sums[static_cast<std::size_t>(block)] = (chains[0] + chains[1]) + (chains[2] + chains[3]);
    }
  });
  return sums;
}

inline double sum_in_order(const std::vector<double>& sums) {
  double total = 0;
  for (const double s : sums) total += s;
  return total;
}

/// The sum of term(i) for i in [0, count).
template <class Term>
double partitioned_sum(Context& context, std::int64_t count, Term term) {
  return sum_in_order(block_sums(context, count, term));
}

}  // namespace recurra::ops
