// SPDX-License-Identifier: Apache-2.0
// The team of threads that all calls of the module share. A call gives Python's lock back while it computes; calls that
// come from several Python threads at once take turns.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <mutex>

#include "recurra/base/thread_team.h"

namespace recurra::python {

namespace nb = nanobind;

class SharedTeam {
 public:
  explicit SharedTeam(int threads) : team_(threads) {}

  /// Calls fn(team) without Python's lock: fn must not touch a Python object.
  template <class Fn>
  auto run(Fn&& fn) {
    const nb::gil_scoped_release release;
    const std::lock_guard turn(busy_);
    return fn(team_);
  }
  ThreadTeam& team() { return team_; }

 private:
  ThreadTeam team_;
  std::mutex busy_;
};

/// The team in use: all processors at first. What holds it keeps it alive when another takes its place.
std::shared_ptr<SharedTeam> shared_team();

void bind_team(nb::module_& m);

}  // namespace recurra::python
