// SPDX-License-Identifier: Apache-2.0
#include "shared_team.h"

namespace recurra::python {
namespace {

std::shared_ptr<SharedTeam>& current() {
  static std::shared_ptr<SharedTeam> team;
  return team;
}

/// A team that is smaller than asked for is a warning of Python's.
std::shared_ptr<SharedTeam> new_team(int threads) {
  auto team = std::make_shared<SharedTeam>(threads);
  const std::string& note = team->team().note();
  if (!note.empty() && PyErr_WarnEx(PyExc_RuntimeWarning, note.c_str(), 1) != 0) throw nb::python_error();
  return team;
}

/// A forked process has none of its parent's threads, so it must not wait for them: not even to end them.
void forget_team() {
  static std::shared_ptr<SharedTeam>* lost [[maybe_unused]] = nullptr;
  lost = new std::shared_ptr<SharedTeam>(std::move(current()));
}

}  // namespace

std::shared_ptr<SharedTeam> shared_team() {
  if (!current()) current() = new_team(available_processors());
  return current();
}

void bind_team(nb::module_& m) {
  m.def(
      "set_threads", [](int threads) { current() = new_team(threads); }, nb::arg("threads"),
      "How many threads a call computes with, from the next tape on; at first all processors. The results have the "
      "same\n"
      "bits for every number. Where the system starts fewer, a RuntimeWarning says so, and threads() is how many "
      "run.\n\nErrors: ValueError unless 1 <= threads <= 1024.");
  m.def(
      "threads", [] { return shared_team()->team().threads(); }, "How many threads a call computes with.");
  m.def("_forget_team", &forget_team, "For a forked process.");
}

}  // namespace recurra::python
