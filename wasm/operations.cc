// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

#include "recurra/base/error.h"

namespace recurra::wasm {

void run_operation(std::string_view name, std::string_view request, Reply& reply) {
  for (const Operation& operation : operations()) {
    if (operation.name != name) continue;
    Context context(1);
    return operation.run(context, Request(request), reply);
  }
  throw UnsupportedError(concat("the engine has no operation \"", name, "\""));
}

}  // namespace recurra::wasm
