// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/synthetic.h"

#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

constexpr double kNoise = 0.2;
constexpr Index kRemembered = 8;  // number of symbols to copy from

/// The draws of one item.
Random item_random(const char* problem, Index item, std::uint64_t seed) {
  return {seed, stream_id(concat(problem, "/", item))};
}

void check(const char* problem, const char* name, Index steps, Index least, Index count) {
  require(steps >= least, problem, ": expected ", name, " of at least ", least, ", found ", steps);
  require(count >= 0, problem, ": expected a count of at least 0, found ", count);
}

Index draw_below(Random& random, Index bound) {
  return static_cast<Index>(random.below(static_cast<std::uint64_t>(bound)));
}

}  // namespace

AddingItems adding_problem(Index steps, Index first, Index count, std::uint64_t seed) {
  check("adding_problem", "steps", steps, 2, count);
  AddingItems out{Tensor<float>({steps, count, 2}), Tensor<float>({count, 1})};
  for (Index b = 0; b < count; ++b) {
    Random random = item_random("adding", first + b, seed);
    for (Index t = 0; t < steps; ++t) out.x[(t * count + b) * 2] = static_cast<float>(random.uniform());
    const Index half = steps / 2;
    for (const Index t : {draw_below(random, half), half + draw_below(random, steps - half)}) {
      out.x[(t * count + b) * 2 + 1] = 1;
      out.y[b] += out.x[(t * count + b) * 2];
    }
  }
  return out;
}

CopyItems copy_memory(Index delay, Index first, Index count, std::uint64_t seed) {
  check("copy_memory", "a delay", delay, 1, count);
  const Index steps = delay + 2 * kCopied;
  CopyItems out{Tensor<std::int64_t>({steps, count}), Tensor<std::int64_t>({steps, count})};
  for (Index b = 0; b < count; ++b) {
    Random random = item_random("copy", first + b, seed);
    for (Index i = 0; i < kCopied; ++i) {
      const Index symbol = 1 + draw_below(random, kRemembered);
      out.inputs[i * count + b] = symbol;
      out.targets[(delay + kCopied + i) * count + b] = symbol;
    }
    out.inputs[(delay + kCopied - 1) * count + b] = kCopyAlphabet - 1;
  }
  return out;
}

double copy_memory_baseline(Index delay) {
  return static_cast<double>(kCopied) * std::log(static_cast<double>(kRemembered)) /
         static_cast<double>(delay + 2 * kCopied);
}

LatchItems latch_problem(Index steps, Index first, Index count, std::uint64_t seed) {
  check("latch_problem", "steps", steps, 1, count);
  LatchItems out{Tensor<float>({steps, count, 1}), Tensor<std::int64_t>({count})};
  for (Index b = 0; b < count; ++b) {
    Random random = item_random("latch", first + b, seed);
    out.labels[b] = draw_below(random, 2);
    out.x[b] = out.labels[b] == 1 ? 1.0f : -1.0f;
    for (Index t = 1; t < steps; ++t) out.x[t * count + b] = static_cast<float>(random.normal(0, kNoise));
  }
  return out;
}

ParityItems parity_problem(Index steps, Index first, Index count, std::uint64_t seed) {
  check("parity_problem", "steps", steps, 1, count);
  ParityItems out{Tensor<float>({steps, count, 1}), Tensor<std::int64_t>({steps, count})};
  for (Index b = 0; b < count; ++b) {
    Random random = item_random("parity", first + b, seed);
    Index parity = 0;
    for (Index t = 0; t < steps; ++t) {
      const Index bit = draw_below(random, 2);
      parity ^= bit;
      out.x[t * count + b] = static_cast<float>(bit);
      out.labels[t * count + b] = parity;
    }
  }
  return out;
}

}  // namespace recurra
