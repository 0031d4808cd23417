// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/ngram.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace recurra {
namespace {

constexpr int kHighestOrder = 16;
constexpr double kUsualDiscount = 0.75;  // if too few n-grams occur once or twice to estimate it

double discount(double once, double twice) {
  return once > 0 && twice > 0 ? once / (once + 2 * twice) : kUsualDiscount;
}

}  // namespace

NgramModel::NgramModel(const TokenSequence& tokens, Index begin, Index end, int most_order, std::size_t most_nodes)
    : most_order_(most_order), vocabulary_(tokens.vocabulary()), nodes_(1) {
  require(begin >= 0 && begin < end && end <= tokens.size(), "NgramModel: expected tokens within [0, ", tokens.size(),
          "), found ", begin, " to ", end);
  require(most_order >= 1 && most_order <= kHighestOrder, "NgramModel: expected an order of 1 to ", kHighestOrder,
          ", found ", most_order);
  std::vector<std::uint32_t> suffixes = {0};
  for (Index i = begin; i < end && nodes_.size() < most_nodes; ++i, ++counted_) count_token(tokens[i], suffixes);
  sum_up();
}

std::uint32_t NgramModel::find(std::uint32_t parent, Index token) const {
  if (parent == kNone) return kNone;
  const auto found = longer_.find(std::uint64_t{parent} << 32 | static_cast<std::uint64_t>(token));
  return found == longer_.end() ? kNone : found->second;
}

std::uint32_t NgramModel::find_or_add(std::uint32_t parent, Index token, bool& added) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto [entry, is_new] = longer_.emplace(std::uint64_t{parent} << 32 | static_cast<std::uint64_t>(token), next);
  added = is_new;
  if (is_new) nodes_.emplace_back();
  return entry->second;
}

/// suffixes[m] is the node of the m tokens before this one, and after the call of the m tokens that end with it.
void NgramModel::count_token(Index token, std::vector<std::uint32_t>& suffixes) {
  std::vector<std::uint32_t> next = {0};
  for (std::size_t m = 0; m < suffixes.size() && m < static_cast<std::size_t>(most_order_); ++m) {
    bool added = false;
    next.push_back(find_or_add(suffixes[m], token, added));
    ++nodes_[next.back()].count;
    if (added && m > 0) ++nodes_[next[m]].before;
  }
  suffixes = std::move(next);
}

void NgramModel::sum_up() {
  std::vector<int> length(nodes_.size());
  // A longer n-gram was added after its beginning, so in order of the nodes every length is known before it is needed.
  std::vector<std::uint32_t> parents(nodes_.size());
  for (const auto& [key, node] : longer_) parents[node] = static_cast<std::uint32_t>(key >> 32);
  const auto orders = static_cast<std::size_t>(most_order_) + 1;
  std::vector<std::array<double, 4>> seen(orders);  // once and twice, by count and by before
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    Node &node = nodes_[i], &parent = nodes_[parents[i]];
    length[i] = length[parents[i]] + 1;
    parent.count_sum += node.count;
    parent.before_sum += node.before;
    ++parent.longer;
    parent.longer_before += node.before > 0;
    auto& s = seen[static_cast<std::size_t>(length[i])];
    s[0] += node.count == 1;
    s[1] += node.count == 2;
    s[2] += node.before == 1;
    s[3] += node.before == 2;
  }
  for (const auto& s : seen) {
    count_discount_.push_back(discount(s[0], s[1]));
    before_discount_.push_back(discount(s[2], s[3]));
  }
}

double NgramModel::probability(Index token, const std::vector<std::uint32_t>& suffixes, int order) const {
  double p = 1.0 / static_cast<double>(vocabulary_);
  for (std::size_t m = 0; m < suffixes.size() && m < static_cast<std::size_t>(order); ++m) {
    if (suffixes[m] == kNone) break;
    const bool highest = m + 1 == static_cast<std::size_t>(order);
    const Node& context = nodes_[suffixes[m]];
    const double sum = highest ? context.count_sum : context.before_sum;
    if (sum == 0) break;
    const std::uint32_t node = find(suffixes[m], token);
    const double count = node == kNone ? 0 : highest ? nodes_[node].count : nodes_[node].before;
    const double D = highest ? count_discount_[m + 1] : before_discount_[m + 1];
    const double different = highest ? context.longer : context.longer_before;
    p = (std::max(count - D, 0.0) + D * different * p) / sum;
  }
  return p;
}

double NgramModel::nats(const TokenSequence& tokens, Index begin, Index end, int order) const {
  require(begin >= 0 && begin + 1 < end && end <= tokens.size(), "NgramModel::nats: nothing to score in ", begin,
          " to ", end);
  require(order >= 1 && order <= most_order_, "NgramModel::nats: expected an order of 1 to ", most_order_, ", found ",
          order);
  std::vector<std::uint32_t> suffixes = {0};
  double sum = 0;
  for (Index i = begin; i < end; ++i) {
    if (i > begin) sum -= std::log(probability(tokens[i], suffixes, order));
    std::vector<std::uint32_t> next = {0};
    for (std::size_t m = 0; m < suffixes.size() && m + 1 < static_cast<std::size_t>(order); ++m)
      next.push_back(find(suffixes[m], tokens[i]));
    suffixes = std::move(next);
  }
  return sum / static_cast<double>(end - begin - 1);
}

int NgramModel::best_order(const TokenSequence& tokens, Index begin, Index end) const {
  int best = 1;
  double least = nats(tokens, begin, end, 1);
  for (int order = 2; order <= most_order_; ++order) {
    const double nats_now = nats(tokens, begin, end, order);
    if (nats_now < least) best = order;
    least = std::min(least, nats_now);
  }
  return best;
}

}  // namespace recurra
