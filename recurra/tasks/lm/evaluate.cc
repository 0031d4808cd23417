// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/evaluate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/verdict.h"
#include "recurra/tasks/lm/ngram.h"

namespace recurra {
namespace {

constexpr int kMaxOrder = 6, kMaxWordOrder = 4, kUsualOrder = 5;

/// Each token is predicted from those before it, so the token before the part is context.
struct Part {
  Index begin, end;  ///< with the context
  Index characters;
  Index tokens() const { return end - begin - 1; }
};

Part part_of(const LmText& text, bool whole) {
  const auto& c = text.characters;
  if (whole) return {0, text.split.length, std::accumulate(c.begin(), c.end(), Index{0})};
  return {text.split.validation_end - 1, text.split.length, c[2]};
}

LmScore score_of(std::string name, double nats, const Part& part) {
  const double characters = static_cast<double>(std::max<Index>(part.characters, 1));
  return {std::move(name), nats, std::exp(nats),
          nats * static_cast<double>(part.tokens()) / characters / std::log(2.0)};
}

void add_ngrams(const LmText& text, const Part& part, LmEvaluation& out) {
  const Split& split = text.split;
  const int most = text.vocabulary.unit() == TokenUnit::word ? kMaxWordOrder : kMaxOrder;
  const NgramModel ngrams(text.tokens, 0, split.train_end, most);
  const bool validated = split.validation_end > split.train_end;
  const int order = validated ? ngrams.best_order(text.tokens, split.train_end - 1, split.validation_end)
                              : std::min(kUsualOrder, most);
  for (const int n : {order, 1}) {
    out.methods.push_back(
        score_of(n == 1 ? "unigram" : concat(n, "-gram"), ngrams.nats(text.tokens, part.begin, part.end, n), part));
    if (order == 1) break;
  }
  if (ngrams.counted() < split.train_end)
    out.notes.push_back(concat("the n-grams were counted on the first ", ngrams.counted(), " of ", split.train_end,
                               " training tokens, where their table was full"));
}

}  // namespace

LmEvaluation evaluate_lm(Context& context, const LmModel& model, const LmText& text, const LmEvaluateOptions& options) {
  const Part part = part_of(text, options.whole);
  require(part.tokens() >= 1, text.source, ": there is no token to score",
          options.whole ? "" : "; the split that the model was trained with leaves no test part");
  LmEvaluation out;
  out.unit = name_of(token_unit_names(), text.vocabulary.unit());
  out.tokens = part.tokens();
  out.first = part.begin + 1;
  out.notes = text.notes();
  if (!options.whole && text.digest() != model.text_digest)
    out.notes.push_back(concat(text.source,
                               ": not the text that the model was trained on, yet only its last part is "
                               "scored; --whole scores all of it"));
  const double nats =
      score_tokens(context, *model.net, text.tokens,
                   {part.begin, part.end, options.streams, model.options.chunk, text.vocabulary.begin()});
  out.methods.push_back(score_of(name_of(cell_names(), model.options.cell), nats, part));
  if (!options.whole) add_ngrams(text, part, out);
  return out;
}

std::string verdict(const LmEvaluation& evaluation) {
  MethodValues methods;
  for (const LmScore& m : evaluation.methods) methods.emplace_back(m.name, m.nats);
  return nats_verdict(methods);
}

}  // namespace recurra
