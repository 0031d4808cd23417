// SPDX-License-Identifier: Apache-2.0
// Tells the other ranks that this one still computes, while each works by itself and some already wait. A thread posts
// an empty message ten times or more per timeout, if the thread that computes has used processor time since the last:
// a process that is stopped, or waits for something that never comes, is silent. Example:
//
//   auto work = [](recurra::Ranks& ranks, std::mutex& calls) {
//     const recurra::SignsOfLife signs(ranks, calls);
//     // Compute; lock `calls` around any call of `ranks`.
//   };
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "recurra/base/thread_clock.h"
#include "recurra/train/distributed/ranks.h"

namespace recurra {

/// Seconds between two signs of life.
inline double sign_interval_s(const Ranks& ranks) {
  return ranks.timeout_s() / 30;
}

class SignsOfLife {
 public:
  /// Of the calling thread, until it destroys the object. `calls` is locked while the thread uses `ranks`.
  SignsOfLife(Ranks& ranks, std::mutex& calls);
  ~SignsOfLife();
  SignsOfLife(const SignsOfLife&) = delete;
  SignsOfLife& operator=(const SignsOfLife&) = delete;

 private:
  void run();

  Ranks& ranks_;
  std::mutex& calls_;
  const ThreadClock clock_;  ///< of the thread that computes
  bool over_ = false;
  std::condition_variable change_;
  std::thread thread_;
};

}  // namespace recurra
