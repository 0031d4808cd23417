// SPDX-License-Identifier: Apache-2.0
// Agreement of ranks: that they train the same net with the same settings on the same data, and when to stop.
// Example:
//
//   auto stop = [](recurra::Ranks& ranks, bool asked_here) { return recurra::any_rank(ranks, asked_here); };
#pragma once

#include "recurra/train/distributed/ranks.h"
#include "recurra/train/trainer.h"

namespace recurra {

/// Compares version, instruction set, settings, data and initial weights of all ranks.
/// Errors, on every rank: ValueError that names each difference and the rank that differs from rank 0; ValueError for a
/// number of shards that the ranks cannot divide.
void require_same_run(Ranks& ranks, const TrainOptions& options, const Problem& problem);

/// The same for work other than one training: compares version, instruction set and `work`, a description or a digest.
void require_same_work(Ranks& ranks, std::string_view work);

/// Whether `here` is true on at least one rank.
bool any_rank(Ranks& ranks, bool here);

}  // namespace recurra
