// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/by_data.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

constexpr Index kMinUpdates = 1000;
constexpr Index kMaxStepsRead = 60'000'000;  // about a minute with a small net on two cores
constexpr Index kMinBatch = 6, kMaxBatch = 32, kBatchesOfEpoch = 16;

Index rounded_up(Index part, Index whole) {
  return (part + whole - 1) / whole;
}

}  // namespace

void choose_by_data(TrainOptions& train, const TrainingSet& set) {
  const Index items = std::max<Index>(1, set.items), steps = std::max<Index>(1, set.steps);
  if (train.batch_size == kByData) {
    const Index affordable = kMaxStepsRead / kMinUpdates / std::max<Index>(1, steps / items);
    train.batch_size = std::clamp(std::min(items / kBatchesOfEpoch, affordable), kMinBatch, kMaxBatch);
  }
  const Index batches = rounded_up(items, train.batch_size), least = rounded_up(kMinUpdates, batches);
  if (train.epochs == kByData) train.epochs = std::max(least, std::min(set.epochs, kMaxStepsRead / steps));
  if (train.patience == kByData) train.patience = set.validated ? std::max(least, rounded_up(train.epochs, 3)) : 0;
}

void choose_validation(std::optional<double>& validation, bool large_enough, double held_out, std::string& more) {
  if (validation) return;
  validation = large_enough ? held_out : 0.0;
  more += *validation > 0 ? concat(", a share of ", *validation, " held out for early stopping") : ", none held out";
}

std::string settle_by_data(TrainOptions& train, const TrainingSet& whole, double validation, const std::string& set,
                           const std::string& more) {
  const bool open = train.epochs == kByData || train.batch_size == kByData;
  TrainingSet trained = whole;
  trained.items = static_cast<Index>((1 - validation) * static_cast<double>(whole.items));
  trained.steps = static_cast<Index>((1 - validation) * static_cast<double>(whole.steps));
  trained.validated = validation > 0;
  choose_by_data(train, trained);
  if (!open && more.empty()) return "";
  const Index updates = train.epochs * rounded_up(std::max<Index>(1, trained.items), train.batch_size);
  return concat("chosen for ", set, ": batch ", train.batch_size, ", ", train.epochs, " epochs (", updates, " updates)",
                more);
}

}  // namespace recurra
