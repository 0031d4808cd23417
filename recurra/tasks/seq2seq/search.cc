// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/search.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "recurra/ops/softmax.h"

namespace recurra {
namespace {

/// Rows `parents` of a state [layers, R, H].
Variable<float> gather_rows(const Variable<float>& state, std::span<const Index> parents) {
  if (!state.defined()) return state;
  const Tensor<float>& from = state.value();
  const Index layers = from.dim(0), R = from.dim(1), H = from.dim(2), rows = static_cast<Index>(parents.size());
  auto out = Tensor<float>::uninitialized({layers, rows, H});
  for (Index l = 0; l < layers; ++l)
    for (Index r = 0; r < rows; ++r)
      std::copy_n(from.data() + (l * R + parents[static_cast<std::size_t>(r)]) * H, H, out.data() + (l * rows + r) * H);
  return Variable<float>(out);
}

class NetSearch : public StepModel {
 public:
  NetSearch(Context& context, const Seq2SeqNet& net, const SymbolBatch& source, const std::vector<Index>& never,
            bool attention)
      : tape_(context, {.record = false, .training = false}),
        net_(net),
        never_(never),
        keep_attention_(attention),
        read_(net.read(tape_, source)),
        source_of_(source.lengths.size()) {
    std::iota(source_of_.begin(), source_of_.end(), Index{0});
  }

  Tensor<float> advance(std::span<const Index> parents, std::span<const std::int64_t> symbols) override {
    std::vector<Index> sources;
    for (const Index parent : parents) sources.push_back(source_of_[static_cast<std::size_t>(parent)]);
    source_of_ = std::move(sources);
    StateVariables<float> state;
    for (int i = 0; i < kMaxStates; ++i) state[i] = gather_rows(read_.state[i], parents);
    const auto next = net_.step(tape_, read_.memory, symbols, state, {}, source_of_);
    read_.state = next.state;
    if (keep_attention_) weights_.push_back(next.weights);
    const Tensor<float>& logits = next.logits.value();
    for (Index r = 0; r < logits.dim(0); ++r)
      for (const Index symbol : never_) logits[r * logits.dim(1) + symbol] = -std::numeric_limits<float>::infinity();
    return ops::log_softmax_forward(tape_.context(), logits);
  }

  /// [rows, S] of each step so far; undefined without attention.
  const std::vector<Tensor<float>>& weights() const { return weights_; }

 private:
  Tape<float> tape_;
  const Seq2SeqNet& net_;
  const std::vector<Index>& never_;
  bool keep_attention_;
  ReadSource read_;
  std::vector<Index> source_of_;
  std::vector<Tensor<float>> weights_;
};

std::vector<std::vector<float>> attention_of(const Hypothesis& h, const std::vector<Tensor<float>>& weights,
                                             Index source_length) {
  std::vector<std::vector<float>> out;
  for (std::size_t t = 0; t < h.rows.size() && t < weights.size(); ++t) {
    if (!weights[t].defined()) return {};
    const float* row = weights[t].data() + h.rows[t] * weights[t].dim(1);
    out.emplace_back(row, row + source_length);
  }
  return out;
}

}  // namespace

std::vector<std::vector<FoundTarget>> search_targets(Context& context, const Seq2SeqNet& net,
                                                     const std::vector<std::vector<Index>>& sources,
                                                     const SearchOptions& options, const std::vector<Index>& never,
                                                     bool attention) {
  const SymbolBatch batch(sources);
  NetSearch model(context, net, batch, never, attention);
  std::vector<std::vector<FoundTarget>> out;
  for (const auto& hypotheses : beam_search(model, static_cast<Index>(sources.size()), options)) {
    std::vector<FoundTarget> found;
    const Index length = batch.lengths[out.size()];
    for (const Hypothesis& h : hypotheses)
      found.push_back({h.symbols, h.log_probability, h.score, h.ended, attention_of(h, model.weights(), length)});
    out.push_back(std::move(found));
  }
  return out;
}

}  // namespace recurra
