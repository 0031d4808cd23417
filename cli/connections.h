// SPDX-License-Identifier: Apache-2.0
// The threads that answer a server's requests. httplib's own pool ends the program where one of its threads cannot be
// started; this one does with those that run.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace recurra {

class Connections : public httplib::TaskQueue {
 public:
  /// Starts `threads` of them, or as many as the system allows. Errors: IoError if that is none.
  explicit Connections(std::size_t threads);
  ~Connections() override;
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void enqueue(std::function<void()> task) override;
  /// Ends all threads once every task is done.
  void shutdown() override;

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace recurra
