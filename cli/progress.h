// SPDX-License-Identifier: Apache-2.0
// Shows a training run on standard error: one updating line on a terminal, one line per epoch elsewhere; and turns the
// first Ctrl-C, SIGTERM or SIGHUP into a request to stop. A second Ctrl-C or SIGTERM ends the program at once. A closed
// terminal or pipe does not stop the run.
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
