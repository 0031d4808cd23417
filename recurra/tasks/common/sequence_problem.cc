// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/sequence_problem.h"

#include <cmath>

#include "recurra/data/batches.h"

namespace recurra {
namespace {

constexpr Index kEvaluatedAtOnce = 128;  // sequences of a batch without a backward pass

std::vector<Index> chosen(const std::vector<Index>& from, const std::vector<Index>& items) {
  std::vector<Index> out;
  for (const Index item : items) out.push_back(from.at(static_cast<std::size_t>(item)));
  return out;
}

}  // namespace

std::vector<std::vector<Index>> evaluation_batches(std::span<const Index> lengths) {
  return length_batches(lengths, kEvaluatedAtOnce);
}

SequenceProblem::SequenceProblem(const Module<float>& net, const std::vector<Index>& lengths, std::vector<Index> train,
                                 std::vector<Index> validation, SequenceLoss loss)
    : block_(net.parameters()),
      train_(std::move(train)),
      train_lengths_(chosen(lengths, train_)),
      loss_(std::move(loss)) {
  for (const auto& batch : evaluation_batches(chosen(lengths, validation)))
    validation_.push_back(chosen(validation, batch));
}

Problem::Loss SequenceProblem::training_loss(Tape<float>& tape, std::span<const Index> items) const {
  return loss_(tape, chosen(train_, {items.begin(), items.end()}));
}

Problem::Loss SequenceProblem::shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first,
                                          Index last) const {
  tape.set_rows({first, static_cast<Index>(batch.size()), chosen(train_lengths_, {batch.begin(), batch.end()})});
  return Problem::shard_loss(tape, batch, first, last);
}

std::optional<double> SequenceProblem::validation_loss(Context& context) const {
  if (validation_.empty()) return std::nullopt;
  double sum = 0, weight = 0;
  for (const auto& batch : validation_) {
    Tape<float> tape(context, {.record = false, .training = false});
    const Loss loss = loss_(tape, batch);
    sum += loss.weight * static_cast<double>(loss.mean.value().item());
    weight += loss.weight;
  }
  return weight > 0 ? sum / weight : 0;
}

std::string SequenceProblem::padding_note(const TrainOptions& options,
                                          const std::vector<std::span<const Index>>& sides) const {
  const BatchOrder order(train_lengths_, options.batch_size, options.shuffle, options.seed);
  std::vector<std::vector<Index>> own = {train_lengths_};
  if (!sides.empty()) own.clear();
  for (const auto& side : sides) own.push_back(chosen({side.begin(), side.end()}, train_));
  return recurra::padding_note(padding_share(order, {own.begin(), own.end()}));
}

std::string padding_note(double share) {
  return concat(std::round(share * 1000) / 10, " % of the steps of the padded batches are padding, none computed");
}

}  // namespace recurra
