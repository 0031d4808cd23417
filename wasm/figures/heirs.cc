// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/heirs.h"

#include "../operations.h"

namespace recurra::wasm {

void heirs(Context&, const Request& request, Reply& reply) {
  HeirsOptions o;
  o.T = request.integer("T", 1, 2000);
  o.width = request.integer("width", 1, 4096);
  o.states = request.integer("states", 1, 256);
  o.radius = request.number("radius", 0, 1);
  o.forget_bias = request.number("forgetBias", -10, 20);
  o.mark = request.number("mark", 0, 50);
  o.seed = request.seed();
  const Heirs found = compare_heirs(o);
  reply.set("kept", found.kept);
  reply.set("products", found.products);
  reply.set("state", found.state);
  reply.set("waits", found.waits);
  reply.set("scanDifference", found.scan_difference);
  reply.set("scanLevels", static_cast<double>(found.scan_levels));
}

}  // namespace recurra::wasm
