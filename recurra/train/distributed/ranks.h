// SPDX-License-Identifier: Apache-2.0
// The processes that share one training: each is a rank, holds the whole net, and computes the gradients of its share
// of every batch's shards. What they say to one another goes through here; mpi/ranks.cc is the implementation over
// Open MPI. All ranks must call the same functions in the same order. Example:
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
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Errors (all of it): IoError if another rank does not answer within kRankTimeout.
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int rank() const = 0;  ///< of this process, from 0
  virtual int size() const = 0;

  /// What each rank gives, in the order of the ranks. For small things: every rank sends to every other.
  virtual std::vector<std::string> gather(std::string_view own) = 0;

  /// Sends `out`, whose pieces of out_sizes[r] numbers go to rank r, and receives `in`, whose pieces of in_sizes[r]
  /// come from rank r.
  virtual void exchange(std::span<const float> out, std::span<const Index> out_sizes, std::span<float> in,
                        std::span<const Index> in_sizes) = 0;

  /// Every rank receives the parts that the others hold: part(values.size(), r) is rank r's.
  virtual void share_parts(std::span<float> values) = 0;

  /// For a rank that gives up by an error: whether all others do too, within a few seconds. Then each may end by
  /// itself.
  virtual bool all_give_up() = 0;
  /// Ends the others, which wait for this one. Over MPI it does not return.
  virtual void end_all() = 0;

  /// The part of n numbers that is rank r's, in whole cache lines.
  Share part(Index n, int r) const { return share(n, r, size(), 16); }
};

/// Seconds that a rank waits for the others, which meanwhile may validate or write a checkpoint.
inline constexpr double kRankTimeout = 300;

}  // namespace recurra
