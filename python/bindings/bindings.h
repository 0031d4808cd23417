// SPDX-License-Identifier: Apache-2.0
// The parts of the module, one file each, and their common functions.
#pragma once

#include <nanobind/nanobind.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "recurra/base/error.h"
#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra::python {

namespace nb = nanobind;

void bind_command(nb::module_& m);
void bind_errors(nb::module_& m);
void bind_tape(nb::module_& m);
void bind_functions(nb::module_& m);
void bind_modules(nb::module_& m);
void bind_recurrent(nb::module_& m);
void bind_optimizers(nb::module_& m);
void bind_data(nb::module_& m);
void bind_stepper(nb::module_& m);
void bind_models(nb::module_& m);

/// The value with this name. Errors: ValueError that lists the names.
template <class Enum>
Enum choose(const char* what, const std::string& name, const Names<Enum>& names) {
  try {
    return parse_name(names, name);
  } catch (const ValueError& error) {
    throw ValueError(concat(what, ": ", error.what()));
  }
}

}  // namespace recurra::python
