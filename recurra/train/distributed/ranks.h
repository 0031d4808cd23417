// SPDX-License-Identifier: Apache-2.0
// The processes that share one training: each is a rank, holds the whole net, and computes the gradients of its share
// of every batch's shards. This is the interface for their communication; mpi/ranks.cc implements it with Open MPI.
// All ranks must call the same functions in the same order. Example:
//
//   auto anyone = [](recurra::Ranks& ranks, bool here) {
//     for (const std::string& said : ranks.gather(here ? "y" : "n"))
//       if (said == "y") return true;
//     return false;
//   };
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/thread_team.h"
#include "recurra/ops/sums.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Errors (all members but wait_for_all): IoError if another rank does not answer within kRankTimeout.
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int rank() const = 0;  ///< of this process, from 0
  virtual int size() const = 0;

  /// Returns the `own` of each rank, by rank. For small data: every rank sends to every other.
  virtual std::vector<std::string> gather(std::string_view own) = 0;

  /// Sends `out`, in pieces of out_sizes[r] elements to rank r, and receives `in`, in pieces of in_sizes[r] elements
  /// from rank r.
  virtual void exchange(std::span<const float> out, std::span<const Index> out_sizes, std::span<float> in,
                        std::span<const Index> in_sizes) = 0;

  /// Every rank receives the parts of the others: part(values.size(), r) comes from rank r.
  virtual void share_parts(std::span<float> values) = 0;

  /// Returns once all ranks have called it, however long that takes: after work that each rank does by itself.
  virtual void wait_for_all() = 0;

  /// For a rank that fails with an error: whether all others fail too, within a few seconds. Then each may exit by
  /// itself.
  virtual bool all_give_up() = 0;
  /// Terminates the other ranks, which wait for this one. With MPI it does not return.
  virtual void end_all() = 0;

  /// The part of n elements that belongs to rank r, in whole blocks of a sum.
  Share part(Index n, int r) const { return share(n, r, size(), ops::kSumBlock); }
};

/// Seconds that a rank waits for the others, which meanwhile may validate or write a checkpoint.
inline constexpr double kRankTimeout = 300;

}  // namespace recurra
