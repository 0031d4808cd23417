// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/thread_clock.h"

#include <pthread.h>

#include "recurra/base/error.h"

namespace recurra {

ThreadClock::ThreadClock() {
  require<IoError>(::pthread_getcpuclockid(::pthread_self(), &clock_) == 0, "the system measures no thread");
}

double ThreadClock::used_s() const {
  timespec time{};
  ::clock_gettime(clock_, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace recurra
