// SPDX-License-Identifier: Apache-2.0
// An observer that stops a training run, as Ctrl-C does.
#pragma once

#include "recurra/train/trainer.h"

namespace recurra {

struct StopAfter : TrainObserver {
  explicit StopAfter(Index batches) : left(batches) {}
  bool stop_requested() override { return --left <= 0; }
  Index left;
};

}  // namespace recurra
