// SPDX-License-Identifier: Apache-2.0
// Shows a training run on standard error: one line that renews itself on a terminal, a line an epoch elsewhere; and
// turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop. A second Ctrl-C or SIGTERM ends the program at
// once. Progress that cannot be shown, since the terminal or the pipe is closed, is no reason to stop.
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
  void on_phase(const std::string& sentence) override;
  void on_note(const std::string& sentence) override;
  bool stop_requested() override;

 private:
  void clear_line();

  bool quiet_, terminal_, line_shown_ = false;
  std::chrono::steady_clock::time_point last_shown_{};
};

}  // namespace recurra
