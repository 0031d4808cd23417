// SPDX-License-Identifier: Apache-2.0
// A persistent team of threads that runs one function on every member, with a fixed partition of work.
// Not a task queue, no work stealing: which thread does what depends on the sizes alone, so results repeat.
// A team of 1 starts no thread and runs on the caller's. Example:
//
//   recurra::ThreadTeam team(2);
//   std::vector<int> squares(100);
//   team.run([&](int thread, int threads) {
//     for (auto [i, end] = recurra::share(100, thread, threads); i < end; ++i) squares[i] = static_cast<int>(i * i);
//   });
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace recurra {

/// The part [begin, end) of `count` items that belongs to `thread` of `threads`; parts differ by at most `grain` items.
struct Share {
  std::int64_t begin, end;
};
Share share(std::int64_t count, int thread, int threads, std::int64_t grain = 1);

class ThreadTeam {
 public:
  /// Starts threads - 1 workers, or as many as the system allows: a limit on processes or memory makes the team smaller
  /// (note() then says so) without changing any result. Errors: ValueError unless 1 <= threads <= 1024.
  explicit ThreadTeam(int threads = 1);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// The number of threads that run, the caller included.
  int threads() const;

  /// "started 3 of 8 threads (Resource temporarily unavailable)"; empty for a team of the requested size.
  const std::string& note() const;

  /// Calls fn(thread, threads) once on each member (the caller is thread 0) and returns when all are done.
  /// fn must not throw and must not call run on the same team. Denormals are flushed in every member while it runs.
  template <class Fn>
  void run(Fn&& fn) {
    using F = std::remove_reference_t<Fn>;
    run_erased([](void* f, int thread, int threads) { (*static_cast<F*>(f))(thread, threads); },
               const_cast<void*>(static_cast<const void*>(&fn)));
  }

  /// Inside run: returns when every member has arrived. Spins briefly, then yields.
  void barrier();

 private:
  void run_erased(void (*call)(void*, int, int), void* fn);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The number of processors this process may run on.
int available_processors();

}  // namespace recurra
