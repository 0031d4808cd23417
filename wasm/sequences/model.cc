// SPDX-License-Identifier: Apache-2.0
// Diagram 7: a trained encoder-decoder, step by step.
#include <algorithm>
#include <numeric>

#include "recurra/tasks/seq2seq/trace.h"
#include "translators.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMaxBytes = 100;
constexpr Index kMaxSteps = 100, kShown = 5;

std::string source_of(const Request& request) {
  const std::string_view source = request.bytes("source");
  require(source.size() <= kMaxBytes, "the request: expected a source of at most ", kMaxBytes, " bytes, found ",
          source.size());
  return std::string(source);
}

/// The most likely symbols of each step, best first, and their probabilities.
void set_top(Reply& reply, const Seq2SeqModel& model, const Tensor<double>& probabilities) {
  const Index T = probabilities.dim(0), V = probabilities.dim(1), shown = std::min(kShown, V);
  Tensor<double> best({T, shown});
  reply.open("topTokens", '[');
  for (Index t = 0; t < T; ++t) {
    std::vector<Index> order(static_cast<std::size_t>(V));
    std::iota(order.begin(), order.end(), 0);
    const double* row = probabilities.data() + t * V;
    std::partial_sort(order.begin(), order.begin() + shown, order.end(),
                      [row](Index a, Index b) { return row[a] > row[b]; });
    order.resize(static_cast<std::size_t>(shown));
    for (Index i = 0; i < shown; ++i) best.at({t, i}) = row[order[static_cast<std::size_t>(i)]];
    set_tokens(reply, "", model, order);
  }
  reply.close();
  reply.set("topProbabilities", best);
}

void set_run(Reply& reply, const Seq2SeqModel& model, const Seq2SeqTrace& trace) {
  reply.set("output", trace.text);
  set_tokens(reply, "tokens", model, trace.symbols);
  reply.set_flag("ended", trace.ended);
  reply.set("encoder", trace.encoder);
  reply.set("decoder", trace.decoder);
  if (trace.alignment.defined()) reply.set("alignment", trace.alignment);
  set_top(reply, model, trace.probabilities);
}

}  // namespace

void seq2seq_open(Context&, const Request& request, Reply& reply) {
  auto model = std::make_unique<Seq2SeqModel>(parse_seq2seq(request.bytes("bytes"), "the model"));
  describe_translator(reply, *model);
  reply.set("model", static_cast<double>(opened_translators().add(std::move(model))));
}

void seq2seq_run(Context& context, const Request& request, Reply& reply) {
  const Seq2SeqModel& model = translator_of(request);
  const std::string source = source_of(request);
  reply.open("free");
  set_run(reply, model, trace_seq2seq(context, model, source, kMaxSteps, {}));
  reply.close();
  if (!request.has("forced.token")) return;
  const ForcedToken forced{request.integer("forced.step", 0, kMaxSteps), std::string(request.bytes("forced.token"))};
  reply.open("forced");
  set_run(reply, model, trace_seq2seq(context, model, source, kMaxSteps, forced));
  reply.close();
}

void seq2seq_close(Context&, const Request& request, Reply&) {
  opened_translators().drop(request.integer("model", 1, kMaxNumber));
}

}  // namespace recurra::wasm
