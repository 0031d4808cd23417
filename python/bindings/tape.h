// SPDX-License-Identifier: Apache-2.0
// A tape and the team it computes with.
#pragma once

#include "recurra/autograd/tape.h"
#include "shared_context.h"

namespace recurra::python {

class HeldTape {
 public:
  explicit HeldTape(TapeOptions options) : context_(shared_context()), tape_(context_->context(), options) {}

  /// Calls fn(tape) without Python's lock.
  template <class Fn>
  auto run(Fn&& fn) {
    return context_->run([&](Context&) { return fn(tape_); });
  }

 private:
  std::shared_ptr<SharedContext> context_;
  Tape<float> tape_;
};

}  // namespace recurra::python
