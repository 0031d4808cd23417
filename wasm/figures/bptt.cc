// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/bptt.h"

#include "../operations.h"

namespace recurra::wasm {

void bptt(Context& context, const Request& request, Reply& reply) {
  BpttOptions o;
  o.inputs = request.numbers("inputs", -10, 10, 1, 12);
  o.targets = request.numbers("targets", -10, 10, o.inputs.size(), o.inputs.size());
  o.step = request.integer("step", 0, static_cast<Index>(o.inputs.size()) - 1);
  o.U = request.numbers("U", -5, 5, 4, 4);
  o.W = request.numbers("W", -5, 5, 2, 2);
  o.b = request.numbers("b", -5, 5, 2, 2);
  o.truncation = request.integer("truncation", 1, 12);
  o.mode = request.choice<Truncation>("mode", {{"sliding", Truncation::sliding}, {"chunked", Truncation::chunked}});
  const BpttTrace trace = trace_bptt(context, o);
  reply.set("a", trace.a);
  reply.set("h", trace.h);
  reply.set("y", trace.y);
  reply.set("losses", trace.losses);
  reply.set("norms", trace.norms);
  reply.set("kept", trace.kept);
  reply.set("parts", trace.parts);
  reply.set("dh", trace.dh);
  reply.set("full", trace.full);
  reply.set("truncated", trace.truncated);
  reply.set("numeric", trace.numeric);
  reply.set("fullNorm", trace.full_norm);
  reply.set("truncatedNorm", trace.truncated_norm);
  reply.set("sumOfNorms", trace.sum_of_norms);
  reply.set("checkError", trace.check_error);
  reply.set("cosine", trace.cosine);
}

}  // namespace recurra::wasm
