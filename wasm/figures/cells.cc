// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"
#include "recurra/train/teaching/cell_tapes.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMaxSteps = 200;

void set_counts(Reply& reply, const char* key, const std::array<Index, 3>& counts) {
  constexpr const char* kCells[] = {"rnn", "lstm", "gru"};
  reply.open(key);
  for (std::size_t i = 0; i < 3; ++i) reply.set(kCells[i], static_cast<double>(counts[i]));
  reply.close();
}

void set_lanes(Reply& reply, const char* key, std::initializer_list<std::pair<const char*, Tensor<double>>> lanes) {
  reply.open(key);
  for (const auto& [name, values] : lanes) reply.set(name, values);
  reply.close();
}

void set_weights(Reply& reply, const char* key, const ops::CellWeights<double>& weights) {
  set_lanes(reply, key, {{"W", weights.W}, {"U", weights.U}, {"b", weights.b_ih}, {"bh", weights.b_hh}});
}

}  // namespace

void cells(Context& context, const Request& request, Reply& reply) {
  CellTapesOptions o;
  o.inputs = request.numbers("inputs", -10, 10, 1, kMaxSteps);
  o.weights =
      request.choice<TapeWeights>("weights", {{"random", TapeWeights::random}, {"counter", TapeWeights::counter}});
  o.hidden_size = request.integer("H", 1, 8);
  o.convention = request.choice<UpdateConvention>(
      "zConvention", {{"pytorch", UpdateConvention::keeps_old}, {"chung", UpdateConvention::keeps_new}});
  o.gru = request.choice<Cell>("reset", {{"after", Cell::gru}, {"before", Cell::gru_reset_before}});
  o.seed = request.seed();
  const CellTapes t = run_cells(context, o);
  set_lanes(reply, "rnn", {{"h", t.rnn.h}});
  set_lanes(reply, "lstm",
            {{"i", t.lstm.i}, {"f", t.lstm.f}, {"g", t.lstm.g}, {"o", t.lstm.o}, {"c", t.lstm.c}, {"h", t.lstm.h}});
  set_lanes(reply, "gru", {{"r", t.gru.r}, {"z", t.gru.z}, {"n", t.gru.n}, {"h", t.gru.h}});
  reply.open("weights");
  set_weights(reply, "rnn", t.rnn.weights);
  set_weights(reply, "lstm", t.lstm.weights);
  set_weights(reply, "gru", t.gru.weights);
  reply.close();
  set_counts(reply, "parameters", count_parameters(1, 32));
  set_counts(reply, "parametersHere", count_parameters(1, o.hidden_size));
}

}  // namespace recurra::wasm
