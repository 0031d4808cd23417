// SPDX-License-Identifier: Apache-2.0
// All operations by their names in lesson/engine/api.ts: one file per operation, one table per module. Example:
//
//   for (const recurra::wasm::Operation& operation : recurra::wasm::operations()) names.push_back(operation.name);
#pragma once

#include <span>

#include "message.h"
#include "recurra/base/context.h"

namespace recurra::wasm {

using Run = void(Context& context, const Request& request, Reply& reply);

struct Operation {
  std::string_view name;
  Run* run;
};

/// The operations of this module; each module links one table.
std::span<const Operation> operations();

/// Runs an operation by its name. Errors: UnsupportedError if there is none; those of the operation.
void run_operation(std::string_view name, std::string_view request, Reply& reply);

Run bptt, gradients, gates, memory, cells, bidirectional, heirs;
Run csv_columns, train_start, train_step, train_look, train_save, train_end, model_open, model_forecast, model_explore,
    model_close, race_start, race_step, race_end, quotes_start, quotes_step, quotes_look, quotes_end;
Run seq2seq_open, seq2seq_run, seq2seq_score, seq2seq_close, seq2seq_start, seq2seq_step, seq2seq_end;
Run net_open, net_step, net_reset, net_close;
Run now_open, now_forecast;

}  // namespace recurra::wasm
