// SPDX-License-Identifier: Apache-2.0
// Chooses the length of a training that the user left open. Progress comes from weight updates, so a small set gets
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

/// The data that the choice depends on.
struct TrainingSet {
  Index items = 0, steps = 0;  ///< number of training items, and their total steps
  bool validated = false;      ///< whether a part is held out, so that patience applies
  Index epochs = 150;          ///< desired epochs, if they give enough updates and not too many steps
};

/// Fills in batch, epochs and patience if they are kByData. The batch is a sixteenth of the set, 6 to 32; smaller if
/// sequences are so long that 1,000 updates would take more than 60 million steps. Epochs are as desired, but at least
/// enough for 1,000 updates, and at most 60 million steps beyond that. Patience is a third of the updates, at
/// least 1,000.
void choose_by_data(TrainOptions& train, const TrainingSet& set);

/// If the validation share is open: sets it to `held_out` for a set that is large enough, else to 0. The choice is
/// appended to `more`.
void choose_validation(std::optional<double>& validation, bool large_enough, double held_out, std::string& more);
/// choose_by_data for the share of `whole` that is trained on. Returns a line that describes the choice: it begins with
/// "chosen for " + `set` and ends with `more`; empty if nothing was open. For example "chosen for 36 sequences of 251
/// steps: batch 6, 167 epochs (1002 updates), none held out".
std::string settle_by_data(TrainOptions& train, const TrainingSet& whole, double validation, const std::string& set,
                           const std::string& more);

}  // namespace recurra
