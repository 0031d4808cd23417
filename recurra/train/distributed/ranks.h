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

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/thread_team.h"
#include "recurra/ops/sums.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Seconds that a rank waits for another one that gives no sign of life. In a training that is the time between two
/// exchanges, in which the others may validate or write a checkpoint.
inline constexpr double kRankTimeout = 300;

/// Errors (gather, exchange, share_parts): IoError if another rank does not answer within timeout_s().
/// One thread at a time may call members of an object.
class Ranks {
 public:
  explicit Ranks(double timeout_s = kRankTimeout) : timeout_s_(timeout_s) {}
  virtual ~Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  double timeout_s() const { return timeout_s_; }

  virtual int rank() const = 0;  ///< of this process, from 0
  virtual int size() const = 0;

  /// Returns the `own` of each rank, by rank. For small data: every rank sends to every other.
  virtual std::vector<std::string> gather(std::string_view own) = 0;

  /// Numbers that are sent to another rank, or received from it.
  template <class Values>
  struct Piece {
    int rank;
    std::span<Values> values;
  };
  /// Sends and receives. The pieces from one rank to another are received in the order in which they are sent, and in
  /// the same sizes.
  virtual void exchange(std::span<const Piece<const float>> out, std::span<const Piece<float>> in) = 0;

  /// Every rank receives the parts of the others: part(values.size(), r) comes from rank r.
  virtual void share_parts(std::span<float> values) = 0;

  /// Sends a message to every other rank without waiting for them: while each works by itself.
  virtual void post(std::string_view message) = 0;
  /// The oldest message that `rank` has posted and this rank has not taken yet, if one has arrived.
  virtual std::optional<std::string> take_post(int rank) = 0;

  /// For a rank that fails with an error: whether all others fail too, within a few seconds. Then each may exit by
  /// itself.
  virtual bool all_give_up() = 0;
  /// Terminates the other ranks, which wait for this one. With MPI it does not return.
  virtual void end_all() = 0;

  /// The part of n elements that belongs to rank r, in whole blocks of a sum.
  Share part(Index n, int r) const { return share(n, r, size(), ops::kSumBlock); }

 private:
  double timeout_s_;
};

}  // namespace recurra
