// SPDX-License-Identifier: Apache-2.0
#include "bindings.h"
#include "recurra/base/version.h"
#include "shared_context.h"

NB_MODULE(_engine, m) {
  using namespace recurra::python;
  m.doc() = "The Recurra engine.";
  m.attr("version") = recurra::kVersion;
  bind_errors(m);
  bind_team(m);
  bind_tape(m);
  bind_functions(m);
  bind_modules(m);
  bind_recurrent(m);
  bind_optimizers(m);
  bind_data(m);
  bind_stepper(m);
  bind_models(m);
  bind_command(m);
}
