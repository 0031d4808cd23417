// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"
#include "recurra/train/teaching/visibility.h"

namespace recurra::wasm {

void bidirectional(Context& context, const Request& request, Reply& reply) {
  const Visibility seen = trace_visibility(
      context, {.T = request.integer("T", 2, 24), .hidden_size = request.integer("H", 1, 16), .seed = request.seed()});
  reply.set("forward", seen.forward);
  reply.set("backward", seen.backward);
  reply.set("both", seen.both);
  reply.set("last", seen.last);
  reply.set("joined", seen.joined);
  reply.set("x", seen.x);
}

}  // namespace recurra::wasm
