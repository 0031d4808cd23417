// SPDX-License-Identifier: Apache-2.0
// Shows a training run on standard error: one line that renews itself on a terminal, a line an epoch elsewhere; and
// turns the first Ctrl-C into a request to stop. A second one ends the program at once.
#pragma once

#include <chrono>

#include "recurra/train/trainer.h"

namespace recurra {

class Progress : public TrainObserver {
 public:
  explicit Progress(bool quiet);
  ~Progress() override;

  void on_batch(const BatchReport& report) override;
  void on_epoch(const EpochRecord& record, bool best) override;
  bool stop_requested() override;

 private:
  void clear_line();

  bool quiet_, terminal_, line_shown_ = false;
  std::chrono::steady_clock::time_point last_shown_{};
};

}  // namespace recurra
