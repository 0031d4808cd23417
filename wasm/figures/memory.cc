// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/memory.h"

#include "../operations.h"

namespace recurra::wasm {
namespace {

MemoryOptions memory_options(const Request& request) {
  MemoryOptions o;
  o.T = request.integer("T", 10, 400);
  o.noise = request.number("noise", 0, 1);
  o.recurrence = request.flag("recurrence");
  o.seed = request.seed();
  switch (request.one_of("preset", {"bias", "pytorch", "keras", "chrono", "1997"})) {
    case 0:
      o.forget_bias = request.number("forgetBias", -10, 10);
      break;
    case 1:
      o.forget_bias = 0;
      break;
    case 2:
      o.forget_bias = 1;
      break;
    case 3:
      o.kind = ForgetBias::chrono;
      break;
    default:
      o.kind = ForgetBias::no_forgetting;
  }
  return o;
}

}  // namespace

void memory(Context& context, const Request& request, Reply& reply) {
  const MemoryTrace trace = trace_memory(context, memory_options(request));
  reply.set("c", trace.c);
  reply.set("f", trace.f);
  reply.set("full", trace.full);
  reply.set("path", trace.path);
  reply.set("halfLife", trace.half_life);
  reply.set("forgetBias", trace.forget_bias);
  reply.set("measured", trace.measured);
}

}  // namespace recurra::wasm
