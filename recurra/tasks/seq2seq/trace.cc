// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/trace.h"

#include <algorithm>

#include "recurra/ops/softmax.h"

namespace recurra {
namespace {

/// The top layer of a state [layers, B, H], as [B, H].
Tensor<double> top_layer(const StateVariables<float>& state) {
  const Tensor<float>& h = state.h.value();
  return h.slice(h.dim(0) - 1, h.dim(0)).reshape({h.dim(1), h.dim(2)}).cast<double>();
}

/// Every prefix of the source as a row of one batch.
Tensor<double> encoder_states(Tape<float>& tape, const Seq2SeqNet& net, const std::vector<Index>& source) {
  std::vector<std::vector<Index>> prefixes;
  for (std::size_t length = 1; length <= source.size(); ++length)
    prefixes.emplace_back(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(length));
  return top_layer(net.read(tape, SymbolBatch(prefixes)).state);
}

/// Rows of equal length, as a matrix.
Tensor<double> stacked(const std::vector<Tensor<double>>& rows) {
  if (rows.empty() || !rows[0].defined()) return {};
  const Index N = rows[0].size();
  Tensor<double> out({static_cast<Index>(rows.size()), N});
  for (std::size_t i = 0; i < rows.size(); ++i) std::copy_n(rows[i].data(), N, out.data() + static_cast<Index>(i) * N);
  return out;
}

Index symbol_of(const Seq2SeqModel& model, const ForcedToken& forced) {
  const auto found = model.target->find(forced.token);
  require(found.has_value(), "trace_seq2seq: the model does not know the token '", forced.token, "'");
  return *found;
}

/// The most likely symbol that may be generated: not unknown, not begin.
Index best_symbol(const Tensor<double>& probabilities, const Vocabulary& target) {
  Index best = *target.end();
  for (Index v = 0; v < probabilities.size(); ++v)
    if (v != *target.unknown() && v != *target.begin() && probabilities[v] > probabilities[best]) best = v;
  return best;
}

}  // namespace

Seq2SeqTrace trace_seq2seq(Context& context, const Seq2SeqModel& model, const std::string& source, Index most_steps,
                           const std::optional<ForcedToken>& forced) {
  require(most_steps >= 1, "trace_seq2seq: expected at least one step, found ", most_steps);
  Index unknown = 0;
  const std::vector<Index> ids = model.encode_source(source, "the source", unknown);
  require(!ids.empty(), "trace_seq2seq: the source is empty");
  const Index forced_symbol = forced ? symbol_of(model, *forced) : -1;

  Tape<float> tape(context, {.record = false, .training = false});
  Seq2SeqTrace out;
  out.encoder = encoder_states(tape, *model.net, ids);
  const ReadSource read = model.net->read(tape, SymbolBatch({ids}));
  StateVariables<float> state = read.state;
  std::int64_t fed = *model.target->begin();
  std::vector<Tensor<double>> decoder, probabilities, alignment;
  for (Index t = 0; t < most_steps && !out.ended; ++t) {
    const auto step = model.net->step(tape, read.memory, std::span(&fed, 1), state);
    state = step.state;
    decoder.push_back(top_layer(state));
    probabilities.push_back(ops::softmax_forward(context, step.logits.value()).cast<double>());
    if (step.weights.defined()) {
      alignment.push_back(step.weights.cast<double>());
      if (model.options.reverse) std::reverse(alignment.back().span().begin(), alignment.back().span().end());
    }
    fed = forced && forced->step == t ? forced_symbol : best_symbol(probabilities.back(), *model.target);
    out.symbols.push_back(fed);
    out.ended = fed == *model.target->end();
  }
  std::vector<Index> said = out.symbols;
  if (out.ended) said.pop_back();
  out.text = model.target->decode(said);
  out.decoder = stacked(decoder);
  out.probabilities = stacked(probabilities);
  out.alignment = stacked(alignment);
  return out;
}

namespace {

/// The greedy translation of each source, all in one batch; without end symbols.
std::vector<std::vector<Index>> answers(Context& context, const Seq2SeqModel& model,
                                        const std::vector<std::vector<Index>>& sources) {
  const Index most_steps = default_most_steps(model);
  const std::size_t B = sources.size();
  Tape<float> tape(context, {.record = false, .training = false});
  const ReadSource read = model.net->read(tape, SymbolBatch(sources));
  StateVariables<float> state = read.state;
  std::vector<std::int64_t> fed(B, *model.target->begin());
  std::vector<std::vector<Index>> said(B);
  std::vector<bool> ended(B);
  std::size_t left = B;
  for (Index t = 0; t < most_steps && left > 0; ++t) {
    const auto step = model.net->step(tape, read.memory, fed, state);
    state = step.state;
    const Tensor<double> logits = step.logits.value().cast<double>();
    for (std::size_t b = 0; b < B; ++b) {
      const auto row = static_cast<Index>(b);
      fed[b] = best_symbol(logits.slice(row, row + 1), *model.target);
      if (ended[b]) continue;
      ended[b] = fed[b] == *model.target->end();
      left -= ended[b];
      if (!ended[b]) said[b].push_back(fed[b]);
    }
  }
  return said;
}

}  // namespace

GreedyScore score_greedily(Context& context, const Seq2SeqModel& model, const std::vector<TextPair>& pairs) {
  require(!pairs.empty(), "score_greedily: there is no pair");
  std::vector<std::vector<Index>> sources, targets;
  Index unknown = 0;
  for (const TextPair& pair : pairs) {
    sources.push_back(model.encode_source(pair.source, "the source", unknown));
    require(!sources.back().empty(), "score_greedily: a source is empty");
    targets.push_back(model.target->encode(pair.target, "the target", &unknown));
  }
  const auto said = answers(context, model, sources);
  Index exact = 0, agreeing = 0, places = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    exact += said[i] == targets[i];
    places += static_cast<Index>(std::max(said[i].size(), targets[i].size()));
    for (std::size_t t = 0; t < std::min(said[i].size(), targets[i].size()); ++t)
      agreeing += said[i][t] == targets[i][t];
  }
  const auto share = [](Index part, Index whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  const auto count = static_cast<Index>(pairs.size());
  return {count, share(exact, count), share(agreeing, places)};
}

}  // namespace recurra
