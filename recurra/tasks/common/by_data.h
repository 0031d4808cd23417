// SPDX-License-Identifier: Apache-2.0
// How long to train where the user has not said so. What moves a net is updates of its weights, so a small set gets
// many epochs of small batches and a large one few; a bound on the steps read keeps the time within minutes. Example:
//
//   recurra::TrainOptions train;
//   train.epochs = train.batch_size = train.patience = recurra::kByData;
//   recurra::choose_by_data(train, {.items = 36, .steps = 9036, .validated = false});    // 167 epochs of 6 batches
#pragma once

#include <optional>
#include <string>

#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// What the choice depends on.
struct TrainingSet {
  Index items = 0, steps = 0;  ///< to train on, and their steps together
  bool validated = false;      ///< a part is kept aside, so that patience means something
  Index epochs = 150;          ///< wanted, where they make enough updates and not too many steps
};

/// Fills in the batch, epochs and patience that are kByData. Batches are a sixteenth of the set, 6 to 32; smaller where
/// the sequences are so long that 1,000 updates would take more than 60 million steps. Epochs as wanted, but so many
/// that there are 1,000 updates, and no more than 60 million steps beyond that. Patience is a third of the updates, at
/// least 1,000.
void choose_by_data(TrainOptions& train, const TrainingSet& set);

/// Where the share kept aside to stop by is open: `held_out` of a set that is large enough, else 0. What was chosen is
/// added to `more`.
void choose_validation(std::optional<double>& validation, bool large_enough, double held_out, std::string& more);
/// choose_by_data for the share of `whole` that is trained on. Returns the line that tells it, which begins with
/// "chosen for " + `set` and ends with `more`; empty if nothing was open. For example "chosen for 36 sequences of 251
/// steps: batch 6, 167 epochs (1002 updates), none kept aside".
std::string settle_by_data(TrainOptions& train, const TrainingSet& whole, double validation, const std::string& set,
                           const std::string& more);

}  // namespace recurra
