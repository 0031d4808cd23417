// SPDX-License-Identifier: Apache-2.0
// The translators held by the module: opened from a file, or in training. Example:
//
//   const recurra::Seq2SeqModel& model = recurra::wasm::translator_of(request);
#pragma once

#include "../held.h"
#include "../operations.h"
#include "recurra/tasks/seq2seq/stepwise.h"

namespace recurra::wasm {

Held<Seq2SeqModel>& opened_translators();
Held<StepwiseTranslator>& translators_in_training();

/// The translator named by "session" or "model". Errors: ValueError if there is none with that number.
const Seq2SeqModel& translator_of(const Request& request);

/// Sets hidden, attention, reverse, parameters, alphabet.
void describe_translator(Reply& reply, const Seq2SeqModel& model);
void set_tokens(Reply& reply, const char* key, const Seq2SeqModel& model, const std::vector<Index>& symbols);

}  // namespace recurra::wasm
