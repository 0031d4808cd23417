// SPDX-License-Identifier: Apache-2.0
#include "translators.h"

namespace recurra::wasm {

Held<Seq2SeqModel>& opened_translators() {
  static Held<Seq2SeqModel> held;
  return held;
}

Held<StepwiseTranslator>& translators_in_training() {
  static Held<StepwiseTranslator> held;
  return held;
}

const Seq2SeqModel& translator_of(const Request& request) {
  if (request.has("session"))
    return translators_in_training().get(request.integer("session", 1, kMaxNumber), "session").model();
  return opened_translators().get(request.integer("model", 1, kMaxNumber), "model");
}

void describe_translator(Reply& reply, const Seq2SeqModel& model) {
  reply.set("hidden", static_cast<double>(model.options.hidden));
  reply.set("attention", name_of(attention_names(), model.options.attention));
  reply.set_flag("reverse", model.options.reverse);
  reply.set("parameters", static_cast<double>(model.net->parameter_count()));
  reply.open("alphabet", '[');
  for (const std::string& token : model.target->tokens()) reply.set("", token);
  reply.close();
}

void set_tokens(Reply& reply, const char* key, const Seq2SeqModel& model, const std::vector<Index>& symbols) {
  reply.open(key, '[');
  for (const Index symbol : symbols) reply.set("", model.target->name(symbol));
  reply.close();
}

}  // namespace recurra::wasm
