// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/tagger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/tag/encoding.h"
#include "recurra/tasks/tag/report.h"
#include "recurra/train/spans.h"
#include "tests/error_of.h"

namespace recurra::tagger_test {
namespace {

namespace fs = std::filesystem;

/// Words of a, b, c. A tag says what comes after: "x" before the last a, "y" behind it or without one.
TaggedSentences words(Index count = 120, std::uint64_t seed = 1) {
  TaggedSentences set{"words", {}, {}};
  Random random(seed, 0);
  for (Index i = 0; i < count; ++i) {
    const auto length = 1 + random.below(9);
    set.tokens.emplace_back();
    for (std::size_t t = 0; t < length; ++t)
      set.tokens.back().push_back(std::string(1, static_cast<char>('a' + random.below(3))));
    set.tags.emplace_back(length, "y");
    bool later = false;
    for (std::size_t t = length; t-- > 0; later = later || set.tokens.back()[t] == "a")
      if (later) set.tags.back()[t] = "x";
  }
  return set;
}

TagOptions small() {
  TagOptions o;
  o.hidden = 16;
  o.embedding = 8;
  o.train.epochs = 3;
  return o;
}

TrainedTagger fit(const TaggedSentences& set, const TagOptions& options, int threads = 1) {
  Context context(threads);
  return train_tagger(context, set, options);
}

Tagged tags(const TagModel& model, const TaggedSentences& set) {
  Context context(1);
  return tag(context, model, set);
}

double token_accuracy(const TagModel& model, const TaggedSentences& test) {
  Context context(1);
  return evaluate_tagger(context, model, test).methods[0].confusion.accuracy();
}

TEST(Tagger, WhatComesLaterNeedsTheOtherDirection) {
  TagOptions o = small();
  o.train.epochs = 25;
  int learned = 0;
  for (o.seed = 1; o.seed <= 5; ++o.seed) {
    o.bidirectional = true;
    const double both = token_accuracy(fit(words(300), o).model, words(200, 9));
    o.bidirectional = false;
    const double forward = token_accuracy(fit(words(300), o).model, words(200, 9));
    o.reverse = true;
    const double backward = token_accuracy(fit(words(300), o).model, words(200, 9));
    o.reverse = false;
    learned += both > 0.98 && backward > 0.98 && forward < 0.9;
  }
  EXPECT_GE(learned, 4);
}

TEST(Tagger, APaddedBatchEqualsEachSentenceAlone) {
  for (const bool crf : {false, true}) {
    TagOptions o = small();
    o.crf = crf;
    o.layers = 2;
    const auto trained = fit(words(), o);
    const TaggedSentences set = words(40, 3);
    const Tagged together = tags(trained.model, set);
    for (Index i = 0; i < set.count(); ++i)
      EXPECT_EQ(tags(trained.model, subset(set, {i})).tags[0], together.tags[static_cast<std::size_t>(i)]) << crf << i;
    // Not the best tags alone: the loss has the same bits with company and padding.
    Context context(1);
    Tape<float> one(context, {.record = false, .training = false}), two(context, {.record = false, .training = false});
    const TaggedSentences pair{"pair", {{"a", "b"}, {}}, {}};
    const EncodedSentences encoded({*trained.model.vocabulary, trained.model.letters.get()}, pair);
    const Tensor<std::int64_t> y({2, 1}, {0, 1}), wide_y({2, 2}, {0, 0, 1, 0});
    EXPECT_EQ(trained.model.net->loss(one, encoded.batch(std::vector<Index>{0}), y).value().item(),
              trained.model.net->loss(two, encoded.batch(std::vector<Index>{0, 1}), wide_y).value().item());
  }
}

TEST(Tagger, SavesLoadsAndTagsAlike) {
  const auto trained = fit(words(), small());
  const std::string path = (fs::temp_directory_path() / concat("tagger", ::getpid(), ".safetensors")).string();
  save_tagger(path, trained.model);
  const TagModel loaded = load_tagger(path);
  EXPECT_EQ(tags(loaded, words(40, 3)).tags, tags(trained.model, words(40, 3)).tags);
  EXPECT_EQ(loaded.commonest, trained.model.commonest);
  EXPECT_EQ(training_command(loaded, "m"), training_command(trained.model, "m"));
  write_model(path, {"classify", nlohmann::json::object(), {{"w", Tensor<float>({1})}}});
  EXPECT_NE(error_of([&] { load_tagger(path); }).find("task tag, found classify"), std::string::npos);
  fs::remove(path);
}

TEST(Tagger, AnyNumberOfThreadsGivesTheSameBits) {
  TagOptions o = small();
  o.hidden = 48;
  o.dropout = 0.2;
  o.train.epochs = 2;
  const auto one = fit(words(), o, 1), three = fit(words(), o, 3);
  const auto a = one.model.net->state(), b = three.model.net->state();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].second.values(), b[i].second.values()) << a[i].first;
}

TEST(Tagger, UnknownTokensAndTagsAreCountedAndSaid) {
  const auto trained = fit(words(), small());
  TaggedSentences test = words(10, 3);
  test.tokens[0][0] = "q";
  test.tags[1][0] = "z";
  test.tokens.emplace_back();  // an empty sentence is legal
  test.tags.emplace_back();
  Context context(1);
  const auto evaluation = evaluate_tagger(context, trained.model, test);
  EXPECT_EQ(evaluation.unknown, 1);
  EXPECT_EQ(evaluation.methods[0].confusion.unknown(), 1);
  ASSERT_EQ(evaluation.notes.size(), 2u);
  EXPECT_NE(evaluation.notes[0].find("'z' did not occur in training"), std::string::npos);
  EXPECT_NE(evaluation.notes[1].find("1 of"), std::string::npos);
  EXPECT_EQ(evaluation.methods.size(), 3u);
  const std::string page = tag_report(trained.model, evaluation);
  EXPECT_NE(page.find("Which tag was taken for which"), std::string::npos);
  test.tags[2][0] = "";
  EXPECT_THROW(evaluate_tagger(context, trained.model, test), ValueError);
  EXPECT_EQ(tags(trained.model, test).tags.back().size(), 0u);
}

TEST(Tagger, RefusesWhatCannotBeLearned) {
  TaggedSentences set = words(20);
  set.tags[3][0] = "";
  EXPECT_NE(error_of([&] { fit(set, small()); }).find("of sentence 4 has no tag"), std::string::npos);
  for (auto& row : set.tags) row.assign(row.size(), "y");
  EXPECT_EQ(error_of([&] { fit(set, small()); }), "words: expected at least two tags, found 1");
  TagOptions held_out = small();
  held_out.validation = 0.1;
  EXPECT_EQ(error_of([&] {
              fit(subset(words(), {5, 6}), held_out);
            }),
            "words: too few different sentences to hold out a share of 0.1: found 2; --validation 0 trains on all of "
            "them");
  TagOptions o = small();
  o.embedding = 0;
  EXPECT_THROW(fit(words(), o), ValueError);
}

/// Names of one or two words. `began`: how the first word of a place is tagged.
TaggedSentences names(const std::string& began, Index count = 80) {
  TaggedSentences set{"names", {}, {}};
  Random random(2, 0);
  for (Index i = 0; i < count; ++i) {
    const bool person = random.below(2) == 0;
    set.tokens.push_back({"in", person ? "Ann" : "New", person ? "Lee" : "York", "now"});
    set.tags.push_back({"O", person ? "B-PER" : began + "-LOC", person ? "I-PER" : "I-LOC", "O"});
  }
  return set;
}

/// Words that never come twice, whose ending decides their tag.
TaggedSentences endings(Index count, std::uint64_t seed) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"ing", "VERB"}, {"ly", "ADV"}, {"ness", "NOUN"}, {"ous", "ADJ"}};
  TaggedSentences set{"endings", {}, {}};
  Random random(seed, 0);
  for (Index i = 0; i < count; ++i) {
    set.tokens.emplace_back();
    set.tags.emplace_back();
    for (std::size_t t = 0; t < 3 + random.below(4); ++t) {
      std::string stem;
      for (std::size_t c = 0; c < 4 + random.below(3); ++c) stem += static_cast<char>('a' + random.below(26));
      const auto& [ending, tag] = kinds[random.below(kinds.size())];
      set.tokens.back().push_back(stem + ending);
      set.tags.back().push_back(tag);
    }
  }
  return set;
}

TEST(Tagger, LearnsToReadUnseenWordsByTheirEndings) {
  TagOptions o = small();
  o.characters = 12;
  o.train.epochs = 15;
  int learned = 0;
  for (o.seed = 1; o.seed <= 5; ++o.seed)
    learned += token_accuracy(fit(endings(150, 1), o).model, endings(60, 2)) > 0.95;
  EXPECT_GE(learned, 4);
  o.characters = 0;
  EXPECT_LT(token_accuracy(fit(endings(150, 1), o).model, endings(60, 2)), 0.5);
}

TEST(Tagger, ATokenMayHoldAnyLetters) {
  TagOptions o = small();
  o.characters = 4;
  const auto trained = fit(words(), o);
  const TaggedSentences asked{"asked", {{"\xC3\xA9", std::string(5000, 'a'), "a"}, {}}, {}};
  EXPECT_EQ(tags(trained.model, asked).tags[0].size(), 3u);
}

TEST(Tagger, KeepsNothingAsideOfFewDifferentSentences) {
  std::string note;
  EXPECT_EQ(chosen_by_data(TagOptions(), words(400), note).validation, 0.1);
  EXPECT_NE(note.find("chosen for 400 sentences of"), std::string::npos);
  TaggedSentences same{"same", {}, {}};
  same.tokens.assign(400, {"a", "b"});
  same.tags.assign(400, {"x", "y"});
  EXPECT_EQ(chosen_by_data(TagOptions(), same, note).validation, 0);
}

TEST(Tagger, OptionsThatAreOffAreNotWrittenAndOlderFilesAreRead) {
  TagOptions o = small();
  o.characters = 0;
  o.word_dropout = 0;
  o.validation = 0;
  o.train.batch_size = 8;
  nlohmann::json old = to_json(o);
  EXPECT_FALSE(old.contains("characters") || old.contains("word_dropout") || old.contains("tag_column"));
  EXPECT_EQ(to_json(tag_options_from(JsonReader(old, "old"))), old);
  o.characters = 7;
  o.word_dropout = 0.5;
  o.columns = {"form", "xpos"};
  EXPECT_EQ(to_json(tag_options_from(JsonReader(to_json(o), "new"))), to_json(o));
}

TEST(Tagger, NeverDecodesASpanThatBeginsInside) {
  TagOptions o = small();
  o.train.epochs = 0;  // random weights try everything
  o.validation = 0;
  std::vector<std::string> tokens(40, "York");
  const TaggedSentences asked{"asked", {tokens, {"York"}}, {std::vector<std::string>(40), {""}}};
  int inside = 0;
  for (o.seed = 1; o.seed <= 20; ++o.seed) {
    const TagModel model = fit(names("B"), o).model;
    for (const auto& row : tags(model, asked).tags) {
      std::string before;
      for (const Index k : row) {
        const std::string& tag = model.tags[static_cast<std::size_t>(k)];
        EXPECT_TRUE(may_follow(before, tag)) << before << " " << tag;
        inside += tag[0] == 'I';
        before = tag;
      }
    }
  }
  EXPECT_GT(inside, 0);
}

TEST(Tagger, SpansThatBeginInsideAreMendedAndTold) {
  const auto mended = fit(names("I"), small());
  ASSERT_FALSE(mended.notes.empty());
  EXPECT_NE(mended.notes[0].find("names: 48 tags I-x begin a span (first: I-LOC of 'New' in sentence"),
            std::string::npos)
      << mended.notes[0];
  const auto good = fit(names("B"), small());
  EXPECT_EQ(mended.model.tags, good.model.tags);
  EXPECT_EQ(mended.model.net->state()[0].second.values(), good.model.net->state()[0].second.values());
  Context context(1);
  const auto evaluation = evaluate_tagger(context, good.model, names("I"));
  EXPECT_EQ(evaluation.methods[0].confusion.unknown(), 0);
  EXPECT_NE(evaluation.notes[0].find("read as B-x"), std::string::npos);
}

TEST(Tagger, RefusesMoreTagsThanARandomFieldCanWeigh) {
  TaggedSentences set{"wide", {{}}, {{}}};
  for (int i = 0; i < 6000; ++i) {
    set.tokens[0].push_back("a");
    set.tags[0].push_back(concat("t", i % 2000));
  }
  TagOptions o = small();
  o.validation = 0;
  EXPECT_EQ(
      error_of([&] { fit(set, o); }),
      "wide: 2000 different tags; a random field weighs every pair, 4000000 of them, which is too many above 1000 "
      "tags; --no-crf decodes each step independently");
  o.crf = false;
  o.train.epochs = 1;
  EXPECT_EQ(fit(set, o).model.tags.size(), 2000u);
  set.tags[0].resize(3000);
  set.tokens[0].resize(3000);
  EXPECT_NE(error_of([&] { fit(set, o); }).find("2000 different tags for 3000 tokens; are the columns swapped?"),
            std::string::npos);
}

TEST(TaggedJsonLines, ReadAndRefused) {
  const fs::path path = fs::temp_directory_path() / concat("tagged", ::getpid(), ".jsonl");
  const auto read = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_tagged(path.string());
  };
  const auto set = read("{\"tokens\": [\"a\", \"b\"], \"tags\": [\"x\", \"y\"]}\n{\"tokens\": []}\n");
  EXPECT_EQ(set.count(), 2);
  EXPECT_EQ(set.tags[0], (std::vector<std::string>{"x", "y"}));
  EXPECT_NE(error_of([&] { read("{\"tokens\": [\"a\"], \"tags\": []}\n"); }).find("line 1: 1 tokens have 0 tags"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read("{\"tokens\": [\"a b\"]}\n"); }).find("tokens without blanks"), std::string::npos);
  EXPECT_NE(error_of([&] { read("\n"); }).find("there is no sentence"), std::string::npos);
  fs::remove(path);
}

}  // namespace
}  // namespace recurra::tagger_test
