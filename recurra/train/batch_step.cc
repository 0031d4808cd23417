// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/batch_step.h"

#include <algorithm>
#include <optional>

#include "recurra/ops/elementwise.h"
#include "recurra/optim/clip.h"
#include "recurra/train/distributed/sum_over_ranks.h"

namespace recurra {
namespace {

struct Norms {
  double before, after;
};

/// Of the whole gradient, of which each rank has its part.
double norm_of(Context& context, const Tensor<float>& gradient) {
  return context.ranks() ? norm_over_ranks(context, *context.ranks(), gradient)
                         : std::sqrt(ops::sum_of_squares(context, gradient));
}

Norms clip(Context& context, const Tensor<float>& gradient, const TrainOptions& options) {
  const double before = norm_of(context, gradient);
  if (options.clip_value > 0) {
    if (std::isfinite(before)) clip_grad_value(context, gradient, options.clip_value);
    return {before, norm_of(context, gradient)};
  }
  if (options.clip_norm > 0) {
    clip_known_norm(context, gradient, before, options.clip_norm);
    return {before, std::min(before, options.clip_norm)};
  }
  return {before, before};
}

/// Of the mean over a batch.
struct MeanGradient {
  double loss, weight;
  Tensor<float> part;  ///< the elements of updated_part
};

/// The gradient of a batch as a sum over its shards.
class ShardSum {
 public:
  ShardSum(Context& context, const Problem& problem, const TrainOptions& options, std::uint64_t step,
           std::span<const Index> items)
      : context_(context),
        problem_(problem),
        options_(options),
        step_(step),
        items_(items),
        losses_(static_cast<std::size_t>(options.shards)) {}

  /// Of one process the gradient is also put into the block of the problem.
  MeanGradient run() {
    const ParameterBlock<float>& block = problem_.parameters();
    const std::optional<Tensor<float>> sum =
        context_.ranks() ? sum_with(*context_.ranks()) : sum_of({0, options_.shards});
    block.zero_grad();
    double loss = 0, weight = 0;
    for (const ShardLoss& shard : losses_) {
      loss += shard.loss;
      weight += shard.weight;
    }
    const Share part = updated_part(context_, block.size());
    if (!sum) return {0, 0, block.gradients().slice(part.begin, part.end)};
    const Tensor<float> mean = ops::scale(context_, *sum, static_cast<float>(1 / weight));
    if (context_.ranks()) return {loss / weight, weight, mean};
    block.set_gradients(mean);
    return {loss / weight, weight, block.gradients()};
  }

 private:
  /// Computes the shards of this rank, and adds those of the others.
  std::optional<Tensor<float>> sum_with(Ranks& ranks) {
    const Share part = shards_of_rank(options_.shards, ranks.rank(), ranks.size());
    RankShards own{part.begin, part.end, {}, {}};
    for (const ShardNode& node : nodes_within({0, options_.shards}, part.begin, part.end))
      own.nodes.push_back({node, sum_of(node)});
    own.losses = std::move(losses_);
    auto sum = sum_over_ranks(context_, ranks, problem_.parameters().size(), own);
    losses_ = std::move(own.losses);
    return sum;
  }

  /// The sum over a node's shards, each times its weight. Empty if no shard has an item with a weight.
  std::optional<Tensor<float>> sum_of(const ShardNode& node) {
    using Gradient = Tensor<float>;
    const auto shard = [&](const ShardNode& leaf) -> std::optional<std::optional<Gradient>> {
      if (leaf.count > 1) return std::nullopt;
      return gradient_of(leaf.first);
    };
    return sum_of_node<Gradient>(node, shard, [&](Gradient left, const Gradient& right) {
      ops::add_scaled_into(context_, left, 1.0f, right);
      return left;
    });
  }

  std::optional<Tensor<float>> gradient_of(Index shard) {
    const auto count = static_cast<Index>(items_.size());
    const Index first = shard * count / options_.shards, last = (shard + 1) * count / options_.shards;
    if (first == last) return std::nullopt;
    Tape<float> tape(context_, {.seed = options_.seed,
                                .step = step_,
                                .precision = options_.precision,
                                .rows = {.first = first, .total = count}});
    const Problem::Loss loss = problem_.shard_loss(tape, items_, first, last);
    if (loss.weight == 0) return std::nullopt;
    losses_[static_cast<std::size_t>(shard)] = {loss.weight * static_cast<double>(loss.mean.value().item()),
                                                loss.weight};
    const ParameterBlock<float>& block = problem_.parameters();
    block.zero_grad();
    tape.backward({loss.mean}, {Tensor<float>({1}, {static_cast<float>(loss.weight)})});
    return block.gradients().clone();
  }

  Context& context_;
  const Problem& problem_;
  const TrainOptions& options_;
  std::uint64_t step_;
  std::span<const Index> items_;
  std::vector<ShardLoss> losses_;  ///< by shard
};

/// The same as one sum, for a batch of one shard: the bits of earlier versions.
MeanGradient whole_gradient(Context& context, const Problem& problem, const TrainOptions& options, std::uint64_t step,
                            std::span<const Index> items) {
  Tape<float> tape(context, {.seed = options.seed, .step = step, .precision = options.precision});
  const Problem::Loss loss = problem.training_loss(tape, items);
  problem.parameters().zero_grad();
  tape.backward(loss.mean);
  return {static_cast<double>(loss.mean.value().item()), loss.weight, problem.parameters().gradients()};
}

}  // namespace

Share updated_part(const Context& context, Index size) {
  const Ranks* ranks = context.ranks();
  return ranks ? ranks->part(size, ranks->rank()) : Share{0, size};
}

BatchStep step_batch(Context& context, const Problem& problem, const TrainOptions& options, Optimizer<float>& optimizer,
                     double learning_rate, std::span<const Index> items) {
  const auto number = static_cast<std::uint64_t>(optimizer.steps());
  const auto [loss, weight, part] = options.shards == 1 ? whole_gradient(context, problem, options, number, items)
                                                        : ShardSum(context, problem, options, number, items).run();
  const auto [before, after] = clip(context, part, options);
  const BatchStep step{loss, weight, before, after};
  if (!step.finite()) return step;
  optimizer.step(context, learning_rate, part);
  if (context.ranks()) context.ranks()->share_parts(problem.parameters().values().span());
  return step;
}

BatchOrder batch_order(const Problem& problem, const TrainOptions& o) {
  const auto lengths = problem.training_lengths();
  return lengths.empty() ? BatchOrder(problem.training_items(), o.batch_size, o.shuffle, o.seed)
                         : BatchOrder(lengths, o.batch_size, o.shuffle, o.seed);
}

namespace {

const TrainOptions& checked(const TrainOptions& options) {
  check_train_options(options);
  return options;
}

}  // namespace

SteppedTraining::SteppedTraining(const Problem& problem, const TrainOptions& options)
    : problem_(problem),
      options_(checked(options)),
      order_(batch_order(problem, options)),
      optimizer_(problem.parameters(), options.optimizer) {}

BatchStep SteppedTraining::step(Context& context) {
  if (diverged()) return last_;
  const auto items = order_.batch(static_cast<std::uint64_t>(steps_ / batches()), steps_ % batches());
  last_ = step_batch(context, problem_, options_, optimizer_, options_.optimizer.learning_rate, items);
  ++steps_;
  return last_;
}

}  // namespace recurra
