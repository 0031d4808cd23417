// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace recurra::wasm {

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"csv.columns", csv_columns}, {"train.start", train_start},       {"train.step", train_step},
      {"train.look", train_look},   {"train.save", train_save},         {"train.end", train_end},
      {"model.open", model_open},   {"model.forecast", model_forecast}, {"model.explore", model_explore},
      {"model.close", model_close}, {"race.start", race_start},         {"race.step", race_step},
      {"race.end", race_end},       {"quotes.start", quotes_start},     {"quotes.step", quotes_step},
      {"quotes.look", quotes_look}, {"quotes.end", quotes_end},
  };
  return kOperations;
}

}  // namespace recurra::wasm
