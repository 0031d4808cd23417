// SPDX-License-Identifier: Apache-2.0
// The team of threads that all calls of the module share. A call releases Python's lock while it computes; calls that
// come from several Python threads at once take turns.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <mutex>

#include "recurra/base/context.h"

namespace recurra::python {

namespace nb = nanobind;

class SharedContext {
 public:
  explicit SharedContext(int threads) : context_(threads) {}

  /// Calls fn(context) without Python's lock: fn must not touch a Python object.
  template <class Fn>
  auto run(Fn&& fn) {
    const nb::gil_scoped_release release;
    const std::lock_guard turn(busy_);
    return fn(context_);
  }
  Context& context() { return context_; }

 private:
  Context context_;
  std::mutex busy_;
};

/// The team in use: all processors at first. Holders keep it alive when another replaces it.
std::shared_ptr<SharedContext> shared_context();

void bind_team(nb::module_& m);

}  // namespace recurra::python
