// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/net.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

RecurrentOptions one_way(RecurrentOptions options) {
  options.bidirectional = false;
  options.direction = Direction::forward;
  options.recurrent_dropout = 0;  // it has one mask per sequence, but a decoder may run step by step
  return options;
}

Index joint_size(const Seq2SeqNetOptions& o) {
  return o.tied ? o.recurrent.input_size : o.recurrent.hidden_size;
}

/// The target with its begin symbol, shifted by one step; -1 after the end.
Tensor<std::int64_t> decoder_inputs(const SymbolBatch& target, Index begin) {
  const auto B = static_cast<Index>(target.lengths.size()), T = target.ids.dim(0);
  auto fed = Tensor<std::int64_t>::full({T + 1, B}, -1);
  for (Index b = 0; b < B; ++b)
    for (Index t = 0; t <= target.lengths[static_cast<std::size_t>(b)]; ++t)
      fed[t * B + b] = t == 0 ? begin : target.ids[(t - 1) * B + b];
  return fed;
}

std::int64_t label_at(const SymbolBatch& target, Index t, Index b, Index end) {
  const auto B = static_cast<Index>(target.lengths.size());
  return t == target.lengths[static_cast<std::size_t>(b)] ? end : target.ids[t * B + b];
}

void set_labels(ForcedTargets& out, const SymbolBatch& target, Index end) {
  out.labels = Tensor<std::int64_t>({static_cast<Index>(out.places.size())});
  for (std::size_t i = 0; i < out.places.size(); ++i)
    out.labels[static_cast<Index>(i)] = label_at(target, out.places[i].first, out.places[i].second, end);
}

}  // namespace

SymbolBatch::SymbolBatch(const std::vector<std::vector<Index>>& sequences) {
  const auto B = static_cast<Index>(sequences.size());
  Index T = 1;
  for (const auto& sequence : sequences) {
    lengths.push_back(static_cast<Index>(sequence.size()));
    T = std::max(T, lengths.back());
  }
  ids = Tensor<std::int64_t>({T, B});
  for (Index b = 0; b < B; ++b)
    for (Index t = 0; t < lengths[static_cast<std::size_t>(b)]; ++t)
      ids[t * B + b] = sequences[static_cast<std::size_t>(b)][static_cast<std::size_t>(t)];
}

Seq2SeqNet::Seq2SeqNet(const Seq2SeqNetOptions& options)
    : options_(options),
      source_(options.source_symbols, options.recurrent.input_size),
      target_(options.target_symbols, options.recurrent.input_size),
      encoder_(options.recurrent, options.recurrent.hidden_size, options.recurrent.projection),
      decoder_({.recurrent = one_way(options.recurrent),
                .attention = options.attention,
                .memory_size = encoder_.memory_size(),
                .output = joint_size(options),
                .dropout = options.dropout}),
      out_bias_(Tensor<float>({options.target_symbols}), true) {
  if (!options.tied) out_weight_ = Variable<float>(Tensor<float>({options.target_symbols, joint_size(options)}), true);
}

void Seq2SeqNet::draw(std::uint64_t seed, const InitOptions& init) {
  initialize(parameters(), seed, init);
  if (!options_.tied) return;
  const float scale = 1 / std::sqrt(static_cast<float>(options_.recurrent.input_size));
  for (float& w : target_.weight().value().span()) w *= scale;
}

Variable<float> Seq2SeqNet::embed(Tape<float>& tape, const Embedding<float>& table,
                                  const Tensor<std::int64_t>& ids) const {
  return dropout(tape, table.forward(tape, ids), options_.dropout);
}

Variable<float> Seq2SeqNet::score(Tape<float>& tape, const Variable<float>& y) const {
  return linear(tape, y, options_.tied ? target_.weight() : out_weight_, out_bias_);
}

ReadSource Seq2SeqNet::read(Tape<float>& tape, const SymbolBatch& source) const {
  const auto out = encoder_.forward(tape, embed(tape, source_, source.ids), source.lengths);
  return {decoder_.prepare(tape, out), out.state};
}

ForcedTargets Seq2SeqNet::forced(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin,
                                 Index end) const {
  ForcedTargets out;
  out.fed = decoder_inputs(target, begin);
  Tensor<std::int64_t> ids = out.fed.clone();
  for (std::int64_t& id : ids.span()) id = std::max<std::int64_t>(id, 0);  // padding is never computed
  std::vector<Index> lengths = target.lengths;
  for (Index& length : lengths) ++length;
  const auto written = decoder_.forward(tape, embed(tape, target_, ids), lengths, read.state, read.memory);
  out.logits = score(tape, written.y);
  for (Index t = 0; t < written.packing.steps(); ++t)
    for (Index i = 0; i < written.packing.rows_at(t); ++i)
      out.places.emplace_back(t, written.packing.order()[static_cast<std::size_t>(i)]);
  set_labels(out, target, end);
  return out;
}

ForcedTargets Seq2SeqNet::sampled(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin,
                                  Index end, const TeacherForcing& forcing) const {
  ForcedTargets out;
  out.fed = decoder_inputs(target, begin);
  const Index B = out.fed.dim(1), V = options_.target_symbols;
  std::vector<std::int64_t> own(static_cast<std::size_t>(B)), symbols(own.size());
  std::vector<Variable<float>> logits;
  StateVariables<float> state = read.state;
  for (Index t = 0; t < out.fed.dim(0); ++t) {
    std::vector<Index> active(own.size());
    const std::size_t first = out.places.size();
    for (Index b = 0; b < B; ++b) {
      std::int64_t& fed = out.fed[t * B + b];
      if (fed < 0) continue;
      active[static_cast<std::size_t>(b)] = 1;
      const TapeOptions& key = tape.options();
      if (t > 0 && !forcing.feeds_truth(key.seed, key.step, key.rows.first + b, t))
        fed = own[static_cast<std::size_t>(b)];
      symbols[static_cast<std::size_t>(b)] = fed;
      out.places.emplace_back(t, b);
    }
    const Step next = step(tape, read.memory, symbols, state, active);
    state = next.state;
    logits.push_back(next.logits);
    for (std::size_t i = first; i < out.places.size(); ++i) {
      const float* row = next.logits.value().data() + static_cast<Index>(i - first) * V;
      own[static_cast<std::size_t>(out.places[i].second)] = std::max_element(row, row + V) - row;
    }
  }
  out.logits = concat_rows(tape, logits);
  set_labels(out, target, end);
  return out;
}

Seq2SeqNet::Step Seq2SeqNet::step(Tape<float>& tape, const AttentionMemory<float>& memory,
                                  std::span<const std::int64_t> symbols, const StateVariables<float>& state,
                                  std::span<const Index> active, const std::vector<Index>& memory_row) const {
  const Tensor<std::int64_t> ids({1, static_cast<Index>(symbols.size())}, {symbols.begin(), symbols.end()});
  const auto out = decoder_.forward(tape, embed(tape, target_, ids), active, state, memory, memory_row);
  return {score(tape, out.y), out.state, out.weights};
}

void Seq2SeqNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  source_.collect(prefix + "source.", out);
  encoder_.collect(prefix + "encoder.", out);
  target_.collect(prefix + "target.", out);
  decoder_.collect(prefix + "decoder.", out);
  const double bound = 1 / std::sqrt(static_cast<double>(joint_size(options_)));
  if (!options_.tied) out.push_back({prefix + "out.weight", out_weight_, {ParameterKind::weight, bound}});
  out.push_back({prefix + "out.bias", out_bias_, {ParameterKind::bias, bound}});
}

}  // namespace recurra
