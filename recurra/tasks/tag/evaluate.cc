// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/evaluate.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/number.h"
#include "recurra/tasks/common/verdict.h"

namespace recurra {
namespace {

using Rows = std::vector<std::vector<Index>>;

/// -1 for a tag that the model does not know.
Rows actual_tags(const TagModel& model, const TaggedSentences& test, std::vector<std::string>& notes) {
  Rows out;
  for (std::size_t s = 0; s < test.tags.size(); ++s) {
    out.emplace_back();
    for (std::size_t t = 0; t < test.tags[s].size(); ++t) {
      const std::string& tag = test.tags[s][t];
      require(!tag.empty(), test.source, ": the token ", quote_for_message(test.tokens[s][t]), " of sentence ", s + 1,
              " has no tag, so it cannot be scored");
      const auto found = std::lower_bound(model.tags.begin(), model.tags.end(), tag);
      const bool known = found != model.tags.end() && *found == tag;
      out.back().push_back(known ? found - model.tags.begin() : -1);
      const std::string note =
          concat(test.source, ": the tag '", tag, "' did not occur in training; it counts as wrong");
      if (!known && std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    }
  }
  return out;
}

TagScore score(const std::string& name, const Rows& guessed, const Rows& actual, const std::vector<std::string>& tags) {
  TagScore out{name, ConfusionMatrix(tags)};
  for (std::size_t s = 0; s < actual.size(); ++s) {
    for (std::size_t t = 0; t < actual[s].size(); ++t)
      out.confusion.add(actual[s][t] < 0 ? std::nullopt : std::optional(actual[s][t]), guessed[s][t]);
    ++out.sentences;
    out.right += guessed[s] == actual[s];
  }
  return out;
}

bool all_bio(const TagModel& model, const TaggedSentences& test) {
  std::vector<std::string> tags = model.tags;
  for (const auto& sentence : test.tags) tags.insert(tags.end(), sentence.begin(), sentence.end());
  return is_bio(tags);
}

SpanScores span_scores(const TagModel& model, const TaggedSentences& test, const Rows& guessed) {
  SpanScores out;
  for (std::size_t s = 0; s < guessed.size(); ++s) {
    std::vector<std::string> names;
    for (const Index tag : guessed[s]) names.push_back(model.tags[static_cast<std::size_t>(tag)]);
    out.add(test.tags[s], names);
  }
  return out;
}

Rows commonest_of_token(const TagModel& model, const TaggedSentences& test) {
  Rows out;
  for (const auto& sentence : test.tokens) {
    out.emplace_back();
    for (const auto& token : sentence) {
      const Index id = model.vocabulary->find(token).value_or(*model.vocabulary->unknown());
      out.back().push_back(model.commonest[static_cast<std::size_t>(id)]);
    }
  }
  return out;
}

}  // namespace

double TagScore::sentence_accuracy() const {
  return sentences == 0 ? std::nan("") : static_cast<double>(right) / static_cast<double>(sentences);
}

TagEvaluation evaluate_tagger(Context& context, const TagModel& model, const TaggedSentences& given) {
  TaggedSentences test = given;
  if (model.bio && all_bio(model, test)) mend_bio(test);
  TagEvaluation out{test.source, test.count(), test.total_tokens(), 0, {}, test.notes};
  const Rows actual = actual_tags(model, test, out.notes);
  const Tagged tagged = tag(context, model, test);
  out.unknown = tagged.unknown;
  if (out.unknown > 0)
    out.notes.push_back(concat(test.source, ": ", out.unknown, " of ", out.tokens,
                               " tokens are not in the vocabulary and count as unknown"));
  Rows one_tag;
  const Index commonest = model.commonest[static_cast<std::size_t>(*model.vocabulary->unknown())];
  for (const auto& sentence : actual) one_tag.emplace_back(sentence.size(), commonest);
  const bool bio = all_bio(model, test);
  const auto add = [&](const std::string& name, const Rows& guessed) {
    out.methods.push_back(score(name, guessed, actual, model.tags));
    if (bio) out.methods.back().spans = span_scores(model, test, guessed);
  };
  add(concat(name_of(cell_names(), model.options.cell), model.options.crf ? " and CRF" : ""), tagged.tags);
  add("commonest tag of the token", commonest_of_token(model, test));
  add("commonest tag", one_tag);
  return out;
}

std::vector<std::string> verdict(const TagEvaluation& e) {
  MethodValues methods;
  for (const TagScore& m : e.methods)
    methods.emplace_back(methods.empty() ? m.name : "the " + m.name, m.confusion.accuracy());
  return accuracy_verdict(methods, "token accuracy");
}

}  // namespace recurra
