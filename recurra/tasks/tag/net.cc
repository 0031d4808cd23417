// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/net.h"

#include <algorithm>

#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// Calls fn(packed row, place in a [T, B] tensor) for each step that is there.
template <class Fn>
void for_each_step(const ops::Packing& packing, Fn fn) {
  for (Index t = 0; t < packing.steps(); ++t)
    for (Index i = 0; i < packing.rows_at(t); ++i)
      fn(packing.offset(t) + i, t * packing.batch() + packing.order()[static_cast<std::size_t>(i)]);
}

/// Scores of each step independently.
Tensor<std::int64_t> best_tags(const Tensor<float>& scores) {
  const Index N = scores.dim(0), K = scores.dim(1);
  Tensor<std::int64_t> out({N});
  for (Index n = 0; n < N; ++n) {
    const float* row = scores.data() + n * K;
    out[n] = std::max_element(row, row + K) - row;
  }
  return out;
}

}  // namespace

TagNet::TagNet(const TagOptions& options, const TagNetSizes& sizes)
    : embedding_(sizes.tokens, options.embedding),
      recurrent_(recurrent_options(options, options.embedding + 2 * options.characters)),
      dropout_(options.dropout),
      head_(recurrent_.options().width(), sizes.tags) {
  if (options.characters > 0) spelling_.emplace(sizes.letters, options.characters);
  if (options.crf) crf_.emplace(sizes.tags);
}

Variable<float> TagNet::embed(Tape<float>& tape, const TagBatch& batch) const {
  const auto words = embedding_.forward(tape, batch.ids);
  if (!spelling_) return words;
  return concat_last(tape, std::vector<Variable<float>>{words, spelling_->forward(tape, batch.spelled)});
}

TagNet::Scores TagNet::scores(Tape<float>& tape, const TagBatch& batch) const {
  const auto output = recurrent_.forward(tape, dropout_.forward(tape, embed(tape, batch)), batch.lengths);
  return {head_.forward(tape, dropout_.forward(tape, output.packing, output.packed)), output.packing};
}

Variable<float> TagNet::loss(Tape<float>& tape, const TagBatch& batch, const Tensor<std::int64_t>& tags) const {
  const Scores s = scores(tape, batch);
  Tensor<std::int64_t> packed({s.packing.total()});
  for_each_step(s.packing, [&](Index row, Index place) { packed[row] = tags[place]; });
  return crf_ ? crf_->loss(tape, s.packing, s.packed, packed) : cross_entropy_loss(tape, s.packed, packed);
}

Tensor<std::int64_t> TagNet::decode(Context& context, const TagBatch& batch) const {
  Tape<float> tape(context, {.record = false, .training = false});
  const Scores s = scores(tape, batch);
  const auto packed = crf_ ? crf_->decode(context, s.packing, s.packed.value()) : best_tags(s.packed.value());
  Tensor<std::int64_t> out(batch.ids.shape());
  for_each_step(s.packing, [&](Index row, Index place) { out[place] = packed[row]; });
  return out;
}

void TagNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  embedding_.collect(prefix + "embedding.", out);
  if (spelling_) spelling_->collect(prefix + "spelling.", out);
  recurrent_.collect(prefix + "rnn.", out);
  head_.collect(prefix + "head.", out);
  if (crf_) crf_->collect(prefix + "crf.", out);
}

}  // namespace recurra
