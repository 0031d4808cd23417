// SPDX-License-Identifier: Apache-2.0
// Tags each token of a sentence by its context: of several "the", the one before a verb is a slip.
// Run it: build/release/examples/tag_words
#include <cstdio>

#include "recurra/tasks/tag/evaluate.h"

using namespace recurra;

TaggedSentences sentences(Index count, std::uint64_t seed) {
  const std::vector<std::string> nouns = {"cat", "dog", "bird", "fish"}, verbs = {"sees", "hears", "likes"};
  TaggedSentences set{"sentences", {}, {}};
  Random random(seed, stream_id("sentences"));
  for (Index i = 0; i < count; ++i) {
    std::vector<std::string> tokens, tags;
    const auto say = [&](const std::string& token, const std::string& tag) {
      tokens.push_back(token);
      tags.push_back(tag);
    };
    for (std::uint64_t clause = 0, clauses = 1 + random.below(3); clause < clauses; ++clause) {
      say("the", "article");
      say(nouns[random.below(4)], "subject");
      if (random.below(3) == 0) say("the", "slip");
      say(verbs[random.below(3)], "verb");
      say("the", "article");
      say(nouns[random.below(4)], "object");
    }
    set.tokens.push_back(tokens);
    set.tags.push_back(tags);
  }
  return set;
}

int main() {
  Context context(available_processors());
  const TaggedSentences train = sentences(300, 1), test = sentences(100, 2);

  TagOptions options;
  options.hidden = 24;
  options.embedding = 12;
  options.train.epochs = 20;
  const TrainedTagger trained = train_tagger(context, train, options);

  for (const TagScore& method : evaluate_tagger(context, trained.model, test).methods)
    std::printf("%-28s tokens %.3f  sentences %.3f\n", method.name.c_str(), method.confusion.accuracy(),
                method.sentence_accuracy());

  const Tagged tagged = tag(context, trained.model, subset(test, {0}));
  for (std::size_t t = 0; t < tagged.tags[0].size(); ++t)
    std::printf("%s/%s ", test.tokens[0][t].c_str(),
                trained.model.tags[static_cast<std::size_t>(tagged.tags[0][t])].c_str());
  std::printf("\n");
}
