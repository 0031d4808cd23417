// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/tagger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "recurra/io/model_file.h"
#include "recurra/tasks/tag/report.h"

namespace recurra {
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
  ThreadTeam team(threads);
  return train_tagger(team, set, options);
}

Tagged tags(const TagModel& model, const TaggedSentences& set) {
  ThreadTeam team(1);
  return tag(team, model, set);
}

double token_accuracy(const TagModel& model, const TaggedSentences& test) {
  ThreadTeam team(1);
  return evaluate_tagger(team, model, test).methods[0].confusion.accuracy();
}

template <class Fn>
std::string error_of(Fn fn) {
  try {
    fn();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
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
    ThreadTeam team(1);
    Tape<float> one(team, {.record = false}), two(team, {.record = false});
    const std::vector<Index> length = {2}, lengths = {2, 0};
    const Tensor<std::int64_t> x({2, 1}, {1, 2}), y({2, 1}, {0, 1}), wide_x({3, 2}, {1, 0, 2, 0, 0, 0}),
        wide_y({3, 2}, {0, 0, 1, 0, 0, 0});
    EXPECT_EQ(trained.model.net->loss(one, x, length, y).value().item(),
              trained.model.net->loss(two, wide_x, lengths, wide_y).value().item());
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
  ThreadTeam team(1);
  const auto evaluation = evaluate_tagger(team, trained.model, test);
  EXPECT_EQ(evaluation.unknown, 1);
  EXPECT_EQ(evaluation.methods[0].confusion.unknown(), 1);
  ASSERT_EQ(evaluation.notes.size(), 2u);
  EXPECT_NE(evaluation.notes[0].find("'z' did not occur in training"), std::string::npos);
  EXPECT_NE(evaluation.notes[1].find("1 of"), std::string::npos);
  EXPECT_EQ(evaluation.methods.size(), 3u);
  const std::string page = tag_report(trained.model, evaluation);
  EXPECT_NE(page.find("Which tag was taken for which"), std::string::npos);
  test.tags[2][0] = "";
  EXPECT_THROW(evaluate_tagger(team, trained.model, test), ValueError);
  EXPECT_EQ(tags(trained.model, test).tags.back().size(), 0u);
}

TEST(Tagger, RefusesWhatCannotBeLearned) {
  TaggedSentences set = words(20);
  set.tags[3][0] = "";
  EXPECT_NE(error_of([&] { fit(set, small()); }).find("of sentence 4 has no tag"), std::string::npos);
  for (auto& row : set.tags) row.assign(row.size(), "y");
  EXPECT_EQ(error_of([&] { fit(set, small()); }), "words: expected at least two tags, found 1");
  EXPECT_NE(error_of([&] { fit(subset(words(), {5}), small()); }).find("words: "), std::string::npos);
  TagOptions o = small();
  o.embedding = 0;
  EXPECT_THROW(fit(words(), o), ValueError);
}

TaggedSentences conll(const std::string& text) {
  std::istringstream in(text);
  return read_conll(in, "x.conll");
}

std::string conll_error(const std::string& text) {
  return error_of([&] { conll(text); });
}

TEST(Conll, ReadsTabsSpacesAndBlankLines) {
  const auto set = conll(
      "\xEF\xBB\xBF"
      "Anna\tB-PER\r\nsings O\n \n\n\nBob B-PER");
  EXPECT_EQ(set.tokens, (std::vector<std::vector<std::string>>{{"Anna", "sings"}, {"Bob"}}));
  EXPECT_EQ(set.tags[0], (std::vector<std::string>{"B-PER", "O"}));
  EXPECT_EQ(set.total_tokens(), 3);
  EXPECT_EQ(conll("a\nb\n").tags[0], (std::vector<std::string>{"", ""}));
}

TEST(Conll, RefusesWhatDoesNotFitAndNamesTheLine) {
  EXPECT_EQ(conll_error("a x\n\nb\n"), "x.conll line 3: expected 2 columns as in the first line, found 1, 'b'");
  EXPECT_EQ(conll_error("a x y\n"), "x.conll line 1: expected a token and its tag, found 3 columns");
  EXPECT_EQ(conll_error("\n \n"), "x.conll: there is no token");
  EXPECT_EQ(conll_error("a x\nb\xFF y\n"), "x.conll: byte 5 is not UTF-8; convert the file to UTF-8");
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
}  // namespace recurra
