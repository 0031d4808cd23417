// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/synthetic/problem.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/reber.h"
#include "recurra/data/synthetic.h"
#include "recurra/nn/readout.h"

namespace recurra {
namespace {

using Kind = SyntheticKind;

constexpr Index kAtOnce = 100;  // sequences of a batch without a backward pass
constexpr float kClose = 0.04f;

bool is_reber(Kind kind) {
  return kind == Kind::reber || kind == Kind::embedded_reber;
}
bool one_answer(Kind kind) {
  return kind == Kind::adding || kind == Kind::latch;
}

struct Sizes {
  Index inputs, outputs;
};
Sizes sizes_of(Kind kind) {
  if (kind == Kind::adding) return {2, 1};
  if (kind == Kind::copy_memory) return {kCopyAlphabet, kCopyAlphabet};
  if (is_reber(kind)) return {static_cast<Index>(kReberSymbols.size()), static_cast<Index>(kReberSymbols.size())};
  return {1, 2};
}

Tensor<float> one_hot(const Tensor<std::int64_t>& ids, Index size) {
  Tensor<float> x({ids.dim(0), ids.dim(1), size});
  for (Index i = 0; i < ids.size(); ++i) x[i * size + ids[i]] = 1;
  return x;
}

SyntheticOptions checked(const SyntheticOptions& o) {
  check_net_options(o);
  require(!o.bidirectional && !o.from_end, "SyntheticProblem: a net that reads from the end needs no memory here");
  require(o.training_items >= 1 && o.validation_items >= 1, "SyntheticProblem: expected at least one item, found ",
          o.training_items, " and ", o.validation_items);
  return o;
}

std::vector<Parameter<float>> joined(const Recurrent<float>& recurrent, const Linear<float>& head) {
  std::vector<Parameter<float>> out;
  recurrent.collect("rnn.", out);
  head.collect("head.", out);
  return out;
}

}  // namespace

struct SyntheticProblem::Batch {
  Tensor<float> x;              ///< [T, B, D]
  Tensor<float> targets;        ///< adding [B, 1], Reber [T, B, 7]
  Tensor<std::int64_t> labels;  ///< latch [B], else [T, B]
  std::vector<Index> lengths;   ///< Reber [B]; else empty: all T
};

const Names<SyntheticKind>& synthetic_names() {
  static const Names<SyntheticKind> names = {
      {"adding", SyntheticKind::adding}, {"copy-memory", SyntheticKind::copy_memory},
      {"reber", SyntheticKind::reber},   {"embedded-reber", SyntheticKind::embedded_reber},
      {"latch", SyntheticKind::latch},   {"parity", SyntheticKind::parity}};
  return names;
}

SyntheticProblem::SyntheticProblem(const SyntheticOptions& options)
    : options_(checked(options)),
      recurrent_(recurrent_options(options, sizes_of(options.kind).inputs)),
      head_(recurrent_.options().width(), sizes_of(options.kind).outputs),
      block_(joined(recurrent_, head_)) {
  initialize(block_.parameters(), options.seed, options.init);
  static_cast<void>(batch(0, 0));  // refuses too few steps
}

SyntheticProblem::Batch SyntheticProblem::batch(Index first, Index count) const {
  const SyntheticOptions& o = options_;
  switch (o.kind) {
    case Kind::adding: {
      AddingItems items = adding_problem(o.steps, first, count, o.seed);
      return {items.x, items.y, {}, {}};
    }
    case Kind::copy_memory: {
      CopyItems items = copy_memory(o.steps, first, count, o.seed);
      return {one_hot(items.inputs, kCopyAlphabet), {}, items.targets, {}};
    }
    case Kind::latch: {
      LatchItems items = latch_problem(o.steps, first, count, o.seed);
      return {items.x, {}, items.labels, {}};
    }
    case Kind::parity: {
      ParityItems items = parity_problem(o.steps, first, count, o.seed);
      return {items.x, {}, items.labels, {}};
    }
    default: {
      ReberItems items = reber_problem(o.kind == Kind::embedded_reber, first, count, o.seed);
      return {one_hot(items.inputs, sizes_of(o.kind).inputs), items.next, {}, items.lengths};
    }
  }
}

Variable<float> SyntheticProblem::answers(Tape<float>& tape, const Batch& batch) const {
  const RecurrentOutput<float> out = recurrent_.forward(tape, Variable<float>(batch.x), batch.lengths);
  return head_.forward(tape, one_answer(options_.kind) ? read_out(tape, Readout::last, out) : out.packed);
}

Problem::Loss SyntheticProblem::loss(Tape<float>& tape, const Batch& batch) const {
  const Variable<float> y = answers(tape, batch);
  const auto rows = static_cast<double>(y.shape()[0]);
  if (options_.kind == Kind::adding) return {mse_loss(tape, y, batch.targets), rows};
  if (is_reber(options_.kind)) {
    const auto packing = ops::Packing::from_lengths(batch.x.dim(0), batch.lengths);
    const Tensor<float> targets = ops::pack(tape.context(), packing, batch.targets);
    return {element_loss(tape, {ops::LossKind::bce_with_logits}, y, targets), rows};
  }
  return {cross_entropy_loss(tape, y, batch.labels.reshape({y.shape()[0]})), rows};
}

Problem::Loss SyntheticProblem::training_loss(Tape<float>& tape, std::span<const Index> items) const {
  const auto count = static_cast<Index>(items.size());
  require(items.back() - items.front() + 1 == count,
          "SyntheticProblem: expected items in order; train without shuffling");
  return loss(tape, batch(items.front(), count));
}

std::optional<double> SyntheticProblem::validation_loss(Context& context) const {
  double sum = 0, weight = 0;
  for (Index i = 0; i < options_.validation_items; i += kAtOnce) {
    Tape<float> tape(context, {.record = false, .training = false});
    const Loss part = loss(tape, batch(options_.training_items + i, std::min(kAtOnce, options_.validation_items - i)));
    sum += part.weight * static_cast<double>(part.mean.value().item());
    weight += part.weight;
  }
  return sum / weight;
}

double SyntheticProblem::solved(Context& context) const {
  Index right = 0;
  for (Index i = 0; i < options_.validation_items; i += kAtOnce) {
    const Index B = std::min(kAtOnce, options_.validation_items - i);
    const Batch b = batch(options_.training_items + i, B);
    Tape<float> tape(context, {.record = false, .training = false});
    Tensor<float> y = answers(tape, b).value();
    const Index T = b.x.dim(0), V = y.dim(1);
    if (is_reber(options_.kind)) y = ops::unpack(context, ops::Packing::from_lengths(T, b.lengths), y);
    const auto right_at = [&](Index row) {
      const float* logits = y.data() + row * V;
      if (options_.kind == Kind::adding) return std::abs(logits[0] - b.targets[row]) < kClose;
      if (!is_reber(options_.kind)) return std::max_element(logits, logits + V) - logits == b.labels[row];
      return std::equal(logits, logits + V, b.targets.data() + row * V,
                        [](float a, float t) { return (a > 0) == (t > 0); });
    };
    for (Index row = 0; row < B; ++row) {
      const Index steps = one_answer(options_.kind) ? 1
                          : b.lengths.empty()       ? T
                                                    : b.lengths[static_cast<std::size_t>(row)];
      bool all = true;
      for (Index t = 0; t < steps && all; ++t) all = right_at(t * B + row);
      right += all;
    }
  }
  return static_cast<double>(right) / static_cast<double>(options_.validation_items);
}

double SyntheticProblem::baseline() const {
  if (options_.kind == Kind::adding) return 1.0 / 6;
  if (options_.kind == Kind::copy_memory) return copy_memory_baseline(options_.steps);
  return is_reber(options_.kind) ? std::numeric_limits<double>::quiet_NaN() : std::log(2.0);
}

}  // namespace recurra
