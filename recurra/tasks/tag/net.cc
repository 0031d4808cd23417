// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/net.h"

#include <algorithm>

#include "recurra/autograd/functions/losses.h"

namespace recurra {
namespace {

/// Calls fn(packed row, place in a [T, B] tensor) for each step that is there.
template <class Fn>
void for_each_step(const ops::Packing& packing, Fn fn) {
  for (Index t = 0; t < packing.steps(); ++t)
    for (Index i = 0; i < packing.rows_at(t); ++i)
      fn(packing.offset(t) + i, t * packing.batch() + packing.order()[static_cast<std::size_t>(i)]);
}

/// Of each step alone.
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

TagNet::TagNet(const TagOptions& options, Index vocabulary, Index tags)
    : embedding_(vocabulary, options.embedding),
      recurrent_(recurrent_options(options, options.embedding)),
      dropout_(options.dropout),
      head_(options.hidden * (options.bidirectional ? 2 : 1), tags) {
  if (options.crf) crf_.emplace(tags);
}

TagNet::Scores TagNet::scores(Tape<float>& tape, const Tensor<std::int64_t>& ids,
                              std::span<const Index> lengths) const {
  const auto output = recurrent_.forward(tape, embedding_.forward(tape, ids), lengths);
  return {head_.forward(tape, dropout_.forward(tape, output.packed)), output.packing};
}

Variable<float> TagNet::loss(Tape<float>& tape, const Tensor<std::int64_t>& ids, std::span<const Index> lengths,
                             const Tensor<std::int64_t>& tags) const {
  const Scores s = scores(tape, ids, lengths);
  Tensor<std::int64_t> packed({s.packing.total()});
  for_each_step(s.packing, [&](Index row, Index place) { packed[row] = tags[place]; });
  return crf_ ? crf_->loss(tape, s.packing, s.packed, packed) : cross_entropy_loss(tape, s.packed, packed);
}

Tensor<std::int64_t> TagNet::decode(ThreadTeam& team, const Tensor<std::int64_t>& ids,
                                    std::span<const Index> lengths) const {
  Tape<float> tape(team, {.record = false, .training = false});
  const Scores s = scores(tape, ids, lengths);
  const auto packed = crf_ ? crf_->decode(team, s.packing, s.packed.value()) : best_tags(s.packed.value());
  Tensor<std::int64_t> out(ids.shape());
  for_each_step(s.packing, [&](Index row, Index place) { out[place] = packed[row]; });
  return out;
}

void TagNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  embedding_.collect(prefix + "embedding.", out);
  recurrent_.collect(prefix + "rnn.", out);
  head_.collect(prefix + "head.", out);
  if (crf_) crf_->collect(prefix + "crf.", out);
}

}  // namespace recurra
