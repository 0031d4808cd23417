// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/beam_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recurra {
namespace {

struct Candidate {
  std::size_t parent;  ///< among the live hypotheses of its sequence
  std::int64_t symbol;
  double log_probability;
};

struct Search {
  std::vector<Hypothesis> live, done;
};

void check(const SearchOptions& o) {
  require(o.beam >= 1, "beam: expected at least 1, found ", o.beam);
  require(o.best >= 1 && o.best <= o.beam, "n-best: expected 1 to the beam of ", o.beam, ", found ", o.best);
  require(o.most_steps >= 1, "max-length: expected at least 1, found ", o.most_steps);
  require(o.length_penalty >= 0, "length-penalty: expected at least 0, found ", o.length_penalty);
}

/// The best `beam` ways to continue the live hypotheses of one sequence, whose rows begin at `first`.
std::vector<Candidate> best_candidates(const Search& search, const Tensor<float>& log_p, Index first, Index beam) {
  const Index V = log_p.dim(1);
  std::vector<Candidate> all;
  all.reserve(search.live.size() * static_cast<std::size_t>(V));
  for (std::size_t i = 0; i < search.live.size(); ++i) {
    const float* row = log_p.data() + (first + static_cast<Index>(i)) * V;
    for (Index v = 0; v < V; ++v) all.push_back({i, v, search.live[i].log_probability + static_cast<double>(row[v])});
  }
  const auto kept = std::min(all.size(), static_cast<std::size_t>(beam));
  std::partial_sort(all.begin(), all.begin() + static_cast<Index>(kept), all.end(), [](const auto& a, const auto& b) {
    if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
    return a.parent != b.parent ? a.parent < b.parent : a.symbol < b.symbol;
  });
  all.resize(kept);
  return all;
}

void extend(Search& search, const std::vector<Candidate>& candidates, Index first, const SearchOptions& o) {
  std::vector<Hypothesis> live;
  for (const Candidate& c : candidates) {
    Hypothesis h = search.live[c.parent];
    h.log_probability = c.log_probability;
    h.rows.push_back(first + static_cast<Index>(c.parent));
    h.ended = c.symbol == o.end;
    if (!h.ended) h.symbols.push_back(c.symbol);
    const auto length = static_cast<Index>(h.rows.size());
    h.score = h.log_probability / length_normaliser(length, o.length_penalty);
    (h.ended || length == o.most_steps ? search.done : live).push_back(std::move(h));
  }
  std::stable_sort(search.done.begin(), search.done.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.score > b.score; });
  if (search.done.size() > static_cast<std::size_t>(o.beam)) search.done.resize(static_cast<std::size_t>(o.beam));
  // A log-probability only falls, and the longest length divides it by the most: none of the live can beat that.
  if (search.done.size() >= static_cast<std::size_t>(o.best)) {
    const double to_beat = search.done[static_cast<std::size_t>(o.best - 1)].score;
    const double most = length_normaliser(o.most_steps, o.length_penalty);
    std::erase_if(live, [&](const Hypothesis& h) { return h.log_probability / most <= to_beat; });
  }
  search.live = std::move(live);
}

}  // namespace

double length_normaliser(Index length, double alpha) {
  return std::pow((5 + static_cast<double>(length)) / 6, alpha);
}

std::vector<std::vector<Hypothesis>> beam_search(StepModel& model, Index sequences, const SearchOptions& options) {
  check(options);
  std::vector<Search> searches(static_cast<std::size_t>(sequences));
  for (Search& search : searches) search.live.resize(1);
  std::vector<Index> parents(static_cast<std::size_t>(sequences));
  std::iota(parents.begin(), parents.end(), Index{0});
  std::vector<std::int64_t> symbols(parents.size(), options.begin);
  while (!parents.empty()) {
    const Tensor<float> log_p = model.advance(parents, symbols);
    require<ShapeError>(log_p.rank() == 2 && log_p.dim(0) == static_cast<Index>(parents.size()),
                        "beam_search: expected log-probabilities [", parents.size(), ", V], found ", log_p.shape());
    parents.clear();
    symbols.clear();
    Index first = 0;
    for (Search& search : searches) {
      const auto rows = static_cast<Index>(search.live.size());
      if (rows == 0) continue;
      extend(search, best_candidates(search, log_p, first, options.beam), first, options);
      for (const Hypothesis& h : search.live) {
        parents.push_back(h.rows.back());
        symbols.push_back(h.symbols.back());
      }
      first += rows;
    }
  }
  std::vector<std::vector<Hypothesis>> out;
  for (Search& search : searches) {
    search.done.resize(std::min(search.done.size(), static_cast<std::size_t>(options.best)));
    out.push_back(std::move(search.done));
  }
  return out;
}

}  // namespace recurra
