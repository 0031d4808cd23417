// SPDX-License-Identifier: Apache-2.0
// How long to train where the user has not said so. What moves a net is updates of its weights, so a small set gets
// many epochs of small batches and a large one few; a bound on the steps read keeps the time within minutes. Example:
//
//   recurra::TrainOptions train;
//   train.epochs = train.batch_size = train.patience = recurra::kByData;
//   recurra::choose_by_data(train, {.items = 36, .steps = 9036, .validated = false});    // 167 epochs of 6 batches
#pragma once

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

/// "batch 6, 167 epochs (1002 updates)".
std::string choice_text(const TrainOptions& train, const TrainingSet& set);

}  // namespace recurra
