// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/reber.h"

#include <algorithm>
#include <array>

#include "recurra/base/random.h"

namespace recurra {
namespace {

struct Edge {
  char symbol;
  int to;
};

constexpr int kAccepted = 7;
/// Source: Reber 1967, states numbered from the start; drawn in Hochreiter, Schmidhuber 1997, figure 3.
const std::array<std::vector<Edge>, kAccepted> kEdges = {{{{'B', 1}},
                                                          {{'T', 2}, {'P', 3}},
                                                          {{'S', 2}, {'X', 4}},
                                                          {{'T', 3}, {'V', 5}},
                                                          {{'X', 3}, {'S', 6}},
                                                          {{'P', 4}, {'V', 6}},
                                                          {{'E', 7}}}};

std::string plain_string(Random& random) {
  std::string text;
  for (int state = 0; state != kAccepted;) {
    const auto& edges = kEdges[static_cast<std::size_t>(state)];
    const Edge& edge = edges[random.below(edges.size())];
    text += edge.symbol;
    state = edge.to;
  }
  return text;
}

/// Appends the symbols that may follow each symbol except the last.
void plain_next(std::string_view text, std::vector<std::string>& out) {
  int state = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int to = -1;
    for (const Edge& edge : kEdges[static_cast<std::size_t>(state)])
      if (edge.symbol == text[i]) to = edge.to;
    require(to >= 0 && (to == kAccepted) == (i + 1 == text.size()), "reber_next: '", std::string(text),
            "' leaves the grammar at symbol ", i + 1);
    state = to;
    if (state == kAccepted) return;
    std::string next;
    for (const Edge& edge : kEdges[static_cast<std::size_t>(state)]) next += edge.symbol;
    out.push_back(next);
  }
  throw ValueError("reber_next: the string is empty");
}

}  // namespace

std::string reber_string(bool embedded, Index item, std::uint64_t seed) {
  Random random(seed, stream_id(concat(embedded ? "embedded reber/" : "reber/", item)));
  if (!embedded) return plain_string(random);
  const char key = random.below(2) == 0 ? 'T' : 'P';
  return std::string("B") + key + plain_string(random) + key + "E";
}

std::vector<std::string> reber_next(bool embedded, std::string_view text) {
  std::vector<std::string> out;
  if (!embedded) {
    plain_next(text, out);
    return out;
  }
  const std::size_t n = text.size();
  require(n > 4 && text[0] == 'B' && (text[1] == 'T' || text[1] == 'P') && text[n - 2] == text[1] && text[n - 1] == 'E',
          "reber_next: '", std::string(text), "' is not of the embedded grammar");
  out = {"TP", "B"};
  plain_next(text.substr(2, n - 4), out);
  out.push_back(std::string(1, text[1]));
  out.push_back("E");
  return out;
}

ReberItems reber_problem(bool embedded, Index first, Index count, std::uint64_t seed) {
  require(count >= 0, "reber_problem: expected a count of at least 0, found ", count);
  std::vector<std::string> texts;
  ReberItems out;
  Index steps = 0;
  for (Index b = 0; b < count; ++b) {
    texts.push_back(reber_string(embedded, first + b, seed));
    out.lengths.push_back(static_cast<Index>(texts.back().size()) - 1);
    steps = std::max(steps, out.lengths.back());
  }
  const auto V = static_cast<Index>(kReberSymbols.size());
  out.inputs = Tensor<std::int64_t>({steps, count});
  out.next = Tensor<float>({steps, count, V});
  for (Index b = 0; b < count; ++b) {
    const std::string& text = texts[static_cast<std::size_t>(b)];
    const std::vector<std::string> next = reber_next(embedded, text);
    for (std::size_t t = 0; t < next.size(); ++t) {
      const Index at = static_cast<Index>(t) * count + b;
      out.inputs[at] = static_cast<Index>(kReberSymbols.find(text[t]));
      for (const char symbol : next[t]) out.next[at * V + static_cast<Index>(kReberSymbols.find(symbol))] = 1;
    }
  }
  return out;
}

}  // namespace recurra
