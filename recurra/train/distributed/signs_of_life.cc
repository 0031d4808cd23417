// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/signs_of_life.h"

namespace recurra {

SignsOfLife::SignsOfLife(Ranks& ranks, std::mutex& calls) : ranks_(ranks), calls_(calls) {
  thread_ = std::thread([this] { run(); });
}

SignsOfLife::~SignsOfLife() {
  {
    const std::lock_guard lock(calls_);
    over_ = true;
  }
  change_.notify_one();
  thread_.join();
}

void SignsOfLife::run() {
  std::unique_lock lock(calls_);
  for (double used = -1; !over_;) {
    const double now = clock_.used_s();
    if (now > used) try {
        ranks_.post("");
      } catch (const IoError&) {
        return;  // the connection is lost, which the other thread learns by its own calls
      }
    used = now;
    change_.wait_for(lock, std::chrono::duration<double>(sign_interval_s(ranks_)), [&] { return over_; });
  }
}

}  // namespace recurra
