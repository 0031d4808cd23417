// SPDX-License-Identifier: Apache-2.0
// What ranks must agree on: that they train the same net with the same settings on the same data, and when to stop.
// Example:
//
//   auto stop = [](recurra::Ranks& ranks, bool asked_here) { return recurra::any_rank(ranks, asked_here); };
#pragma once

#include "recurra/train/distributed/ranks.h"
#include "recurra/train/trainer.h"

namespace recurra {

/// Compares version, instruction set, settings, data and first weights of all ranks.
/// Errors, on every rank: ValueError for what differs, with the rank that differs from rank 0, and for a number of
/// shards that the ranks cannot divide.
void require_same_run(Ranks& ranks, const TrainOptions& options, const Problem& problem);

/// Whether it is so on one of them.
bool any_rank(Ranks& ranks, bool here);

}  // namespace recurra
