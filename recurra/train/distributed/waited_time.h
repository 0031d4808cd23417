// SPDX-License-Identifier: Apache-2.0
// The time that a process has waited. If the process itself was stopped meanwhile (a suspended job, kill -STOP), that
// does not count: those it waits for were probably stopped too, and could not answer. Example:
//
//   recurra::WaitedTime waited;
//   while (waited.seconds() < 0.01) std::this_thread::yield();
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace recurra {

class WaitedTime {
 public:
  /// Ask often: a second since the last call is the most that counts.
  double seconds() {
    const auto now = Clock::now();
    seconds_ += std::min(1.0, std::chrono::duration<double>(now - last_).count());
    last_ = now;
    return seconds_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point last_ = Clock::now();
  double seconds_ = 0;
};

}  // namespace recurra
