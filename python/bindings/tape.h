// SPDX-License-Identifier: Apache-2.0
// A tape and the team it computes with.
#pragma once

#include "recurra/autograd/tape.h"
#include "shared_team.h"

namespace recurra::python {

class HeldTape {
 public:
  explicit HeldTape(TapeOptions options) : team_(shared_team()), tape_(team_->team(), options) {}

  /// Calls fn(tape) without Python's lock.
  template <class Fn>
  auto run(Fn&& fn) {
    return team_->run([&](ThreadTeam&) { return fn(tape_); });
  }

 private:
  std::shared_ptr<SharedTeam> team_;
  Tape<float> tape_;
};

}  // namespace recurra::python
