// SPDX-License-Identifier: Apache-2.0
// The thread: the quotation task, trained.
#include "../held.h"
#include "../operations.h"
#include "recurra/train/teaching/quote_learner.h"

namespace recurra::wasm {
namespace {

constexpr Index kMaxTaken = 1000;
constexpr std::size_t kMaxText = 2000;

Held<QuoteLearner>& learners() {
  static Held<QuoteLearner> held;
  return held;
}

QuoteLearner& learner_of(const Request& request) {
  return learners().get(request.integer("session", 1, kMaxNumber), "session");
}

}  // namespace

void quotes_start(Context&, const Request& request, Reply& reply) {
  QuoteOptions o;
  o.cell = request.choice<Cell>("cell", {{"rnn", Cell::rnn_tanh},
                                         {"lstm", Cell::lstm},
                                         {"gru", Cell::gru},
                                         {"mingru", Cell::min_gru},
                                         {"slstm", Cell::slstm}});
  o.distance = request.integer("distance", 1, 100);
  o.closed = request.flag("closed");
  o.every = request.flag("every");
  o.bidirectional = request.flag("bidirectional");
  o.hidden_size = request.integer("hidden", 1, 64);
  o.batch = request.integer("batch", 1, 256);
  o.learning_rate = request.number("learningRate", 1e-6, 10);
  o.clip_norm = request.number("clip", 0, 1000);
  o.forget_bias = request.number("forgetBias", -10, 10);
  o.seed = request.seed();
  auto learner = std::make_unique<QuoteLearner>(o);
  reply.set("parameters", static_cast<double>(learner->parameter_count()));
  reply.set("session", static_cast<double>(learners().add(std::move(learner))));
}

void quotes_step(Context& context, const Request& request, Reply& reply) {
  QuoteLearner& learner = learner_of(request);
  std::vector<double> loss, accuracy, norm;
  for (Index left = request.integer("steps", 1, kMaxTaken); left > 0; --left) {
    const QuoteStep taken = learner.step(context);
    loss.push_back(taken.loss);
    accuracy.push_back(taken.accuracy);
    norm.push_back(taken.norm_before);
  }
  reply.set("loss", loss);
  reply.set("accuracy", accuracy);
  reply.set("norm", norm);
  reply.set("step", static_cast<double>(learner.steps()));
  reply.set_flag("diverged", learner.diverged());
}

/// The accuracy by distance, and the answers for a text.
void quotes_look(Context& context, const Request& request, Reply& reply) {
  const QuoteLearner& learner = learner_of(request);
  const std::string_view text = request.bytes("text");
  require(text.size() <= kMaxText, "the request: expected a text of at most ", kMaxText, " bytes, found ", text.size());
  if (request.has("most")) reply.set("right", learner.right_by_distance(context, request.integer("most", 1, 200)));
  reply.set("everywhere", learner.right_everywhere(context));
  reply.set("belief", learner.believe(context, text));
  reply.set("truth", learner.truth(text));
}

void quotes_end(Context&, const Request& request, Reply&) {
  learners().drop(request.integer("session", 1, kMaxNumber));
}

}  // namespace recurra::wasm
