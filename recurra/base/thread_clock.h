// SPDX-License-Identifier: Apache-2.0
// How much processor time one thread has used, as any thread may ask. Example:
//
//   const recurra::ThreadClock clock;
//   const double seconds = clock.used_s();
#pragma once

#include <ctime>

namespace recurra {

class ThreadClock {
 public:
  /// Of the calling thread, while it runs. Errors: IoError if the system does not measure it.
  ThreadClock();
  double used_s() const;

 private:
  clockid_t clock_ = 0;
};

}  // namespace recurra
