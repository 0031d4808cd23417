// SPDX-License-Identifier: Apache-2.0
// The execution context of every op: a team of threads, and the memory pool from which results are allocated; in a
// distributed training also the other processes. A program makes one and passes it on; two contexts share nothing.
// One thread at a time may compute with a context. Example:
//
//   recurra::Context context(2);                 // this thread and one more
//   recurra::Tape<float> tape(context);
#pragma once

#include <memory>
#include <string>

#include "recurra/base/memory_pool.h"
#include "recurra/base/thread_team.h"

namespace recurra {

class Ranks;

class Context {
 public:
  /// Errors: ValueError unless 1 <= threads <= 1024.
  explicit Context(int threads = 1);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  ThreadTeam& team() { return team_; }
  /// The threads that compute, the caller's included. Results do not depend on them.
  int threads() const { return team_.threads(); }
  /// Why fewer threads run than were requested; empty if all run. See ThreadTeam::note.
  const std::string& note() const { return team_.note(); }

  /// Results of ops are allocated here, so that a training loop reuses the blocks of its last step.
  const std::shared_ptr<MemoryPool>& memory() const { return memory_; }

  /// The processes that share a training (recurra/train/distributed/ranks.h); null if this process trains alone.
#ifdef __EMSCRIPTEN__  // always, so that their code is left out of a page
  Ranks* ranks() const {
    return nullptr;
  }
#else
  Ranks* ranks() const {
    return ranks_;
  }
#endif
  /// `ranks` must outlive the context.
  void set_ranks(Ranks* ranks) {
    ranks_ = ranks;
  }

 private:
  ThreadTeam team_;
  std::shared_ptr<MemoryPool> memory_;
  Ranks* ranks_ = nullptr;
};

}  // namespace recurra
