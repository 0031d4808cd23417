// SPDX-License-Identifier: Apache-2.0
#include <nanobind/stl/vector.h>

#include <clocale>

#include "bindings.h"
#include "cli/run.h"

namespace recurra::python {
namespace {

int run(const std::vector<nb::bytes>& words, const nb::bytes& folder) {
  std::vector<std::string> own;
  for (const nb::bytes& word : words) own.emplace_back(word.c_str(), word.size());
  std::vector<const char*> argv;
  for (const std::string& word : own) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const std::filesystem::path place(std::string(folder.c_str(), folder.size()));
  std::setlocale(LC_CTYPE, "C");  // that of a program; Python has set the user's
  nb::gil_scoped_release others;
  return run_command(static_cast<int>(own.size()), argv.data(), place);
}

}  // namespace

void bind_command(nb::module_& m) {
  m.def("_run_command", &run, nb::arg("words"), nb::arg("folder"), "For recurra._command.");
}

}  // namespace recurra::python
