// SPDX-License-Identifier: Apache-2.0
// Diagram 7: an encoder-decoder trained step by step.
#include "recurra/tasks/seq2seq/trace.h"
#include "translators.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMaxBytes = 1'000'000;
constexpr Index kMaxSteps = 1000;

StepwiseTranslator& session_of(const Request& request) {
  return translators_in_training().get(request.integer("session", 1, kMaxNumber), "session");
}

Seq2SeqOptions options_of(const Request& request) {
  Seq2SeqOptions o;
  o.bidirectional = false;
  o.validation = 0;
  o.hidden = request.integer("options.hidden", 1, 64);
  o.embedding = request.integer("options.embedding", 1, 64);
  o.attention = request.flag("options.attention") ? AttentionKind::dot : AttentionKind::none;
  o.reverse = request.flag("options.reverse");
  o.forcing.decay = request.choice("options.forcing", forcing_names());
  o.forcing.k = request.number("options.forcingK", 0, 1e6);
  o.forcing.floor = request.number("options.forcingFloor", 0, 1);
  o.train.optimizer.learning_rate = request.number("options.learningRate", 1e-6, 10);
  o.train.clip_norm = request.number("options.clip", 0, 1000);
  o.train.batch_size = request.integer("options.batch", 1, 512);
  o.seed = static_cast<std::uint64_t>(request.integer("options.seed", 0, 4'294'967'295));
  return o;
}

std::vector<TextPair> pairs_of(const Request& request) {
  const std::string_view text = request.bytes("pairs");
  require(text.size() <= kMaxBytes, "the request: expected pairs of at most ", kMaxBytes, " bytes, found ",
          text.size());
  return parse_pairs(text, "the pairs");
}

}  // namespace

void seq2seq_start(Context&, const Request& request, Reply& reply) {
  auto translator =
      std::make_unique<StepwiseTranslator>(Seq2SeqData{pairs_of(request), {}, "the pairs"}, options_of(request));
  describe_translator(reply, translator->model());
  reply.set("batches", static_cast<double>(translator->batches()));
  reply.set("session", static_cast<double>(translators_in_training().add(std::move(translator))));
}

void seq2seq_step(Context& context, const Request& request, Reply& reply) {
  StepwiseTranslator& translator = session_of(request);
  std::vector<double> loss, norm, rate;
  for (Index left = request.integer("steps", 1, kMaxSteps); left > 0 && !translator.diverged(); --left) {
    rate.push_back(translator.forcing_rate());
    const BatchStep step = translator.step(context);
    loss.push_back(step.loss);
    norm.push_back(step.norm_before);
  }
  reply.set("loss", loss);
  reply.set("norm", norm);
  reply.set("rate", rate);
  reply.set("step", static_cast<double>(translator.steps()));
  reply.set_flag("diverged", translator.diverged());
}

void seq2seq_end(Context&, const Request& request, Reply&) {
  translators_in_training().drop(request.integer("session", 1, kMaxNumber));
}

void seq2seq_score(Context& context, const Request& request, Reply& reply) {
  const GreedyScore score = score_greedily(context, translator_of(request), pairs_of(request));
  reply.set("pairs", static_cast<double>(score.pairs));
  reply.set("exact", score.exact);
  reply.set("places", score.places);
}

}  // namespace recurra::wasm
