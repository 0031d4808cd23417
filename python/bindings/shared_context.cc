// SPDX-License-Identifier: Apache-2.0
#include "shared_context.h"

namespace recurra::python {
namespace {

std::shared_ptr<SharedContext>& current() {
  static std::shared_ptr<SharedContext> context;
  return context;
}

/// A team that is smaller than requested is reported by a Python warning.
std::shared_ptr<SharedContext> new_team(int threads) {
  auto context = std::make_shared<SharedContext>(threads);
  const std::string& note = context->context().note();
  if (!note.empty() && PyErr_WarnEx(PyExc_RuntimeWarning, note.c_str(), 1) != 0) throw nb::python_error();
  return context;
}

/// A forked process has none of its parent's threads, so it must not wait for them, not even to join them.
void forget_team() {
  static std::shared_ptr<SharedContext>* lost [[maybe_unused]] = nullptr;
  lost = new std::shared_ptr<SharedContext>(std::move(current()));
}

}  // namespace

std::shared_ptr<SharedContext> shared_context() {
  if (!current()) current() = new_team(available_processors());
  return current();
}

void bind_team(nb::module_& m) {
  m.def(
      "set_threads", [](int threads) { current() = new_team(threads); }, nb::arg("threads"),
      "Sets the number of threads that a call computes with, from the next tape on; the default is all processors. "
      "Results\n"
      "have the same bits for any number. If the system starts fewer, a RuntimeWarning reports it, and threads() is "
      "the\n"
      "number that runs.\n\n"
      "Errors: ValueError unless 1 <= threads <= 1024.");
  m.def(
      "threads", [] { return shared_context()->context().threads(); },
      "The number of threads that a call computes with.");
  m.def("_forget_team", &forget_team, "For a forked process.");
}

}  // namespace recurra::python
