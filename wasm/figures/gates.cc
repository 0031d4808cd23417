// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"
#include "recurra/train/teaching/quote_net.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMaxBytes = 2000;

void set_trace(Reply& reply, const char* key, const QuoteTrace& trace) {
  reply.open(key);
  reply.set("i", trace.i);
  reply.set("f", trace.f);
  reply.set("g", trace.g);
  reply.set("o", trace.o);
  reply.set("c", trace.c);
  reply.set("h", trace.h);
  reply.set("inside", trace.inside);
  reply.close();
}

}  // namespace

void gates(Context& context, const Request& request, Reply& reply) {
  const std::string_view text = request.bytes("text");
  require(text.size() <= kMaxBytes, "the request: expected a text of at most ", kMaxBytes, " bytes, found ",
          text.size());
  set_trace(reply, "free", trace_quotes(context, text, {}));
  reply.set("x", quote_inputs(text));
  reply.set("truth", quote_truth(text));
  const std::span<const float> all(quote_weights, kQuoteWeights);
  const auto doubles = [](std::span<const float> part) { return std::vector<double>(part.begin(), part.end()); };
  constexpr std::size_t kW = 16 * kQuoteInputs, kU = 16 * kQuoteUnits;
  reply.set("W", doubles(all.first(kW)));
  reply.set("U", doubles(all.subspan(kW, kU)));
  reply.set("b", doubles(all.subspan(kW + kU, 16)));
  if (!request.has("clamp.gate")) return;
  const Names<LstmGate> names = {{"i", kInput}, {"f", kForget}, {"g", kCandidate}, {"o", kOutput}};
  GateClamp clamp{request.choice("clamp.gate", names), request.number("clamp.value", -1, 1),
                  request.integer("clamp.from", 0, static_cast<Index>(kMaxBytes))};
  if (request.has("clamp.to")) clamp.to = request.integer("clamp.to", 0, static_cast<Index>(kMaxBytes));
  set_trace(reply, "clamped", trace_quotes(context, text, clamp));
}

}  // namespace recurra::wasm
