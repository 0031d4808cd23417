// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/translator.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "recurra/base/random.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/seq2seq/evaluation.h"
#include "recurra/tasks/seq2seq/report.h"

namespace recurra::seq2seq_translator_test {
namespace {

/// A word of one to four letters, and the names of its letters from the last to the first.
std::vector<TextPair> spelling(Index count, std::uint64_t seed = 1) {
  const std::vector<std::string> names = {"ay", "bee", "cee", "dee", "ee"};
  std::vector<TextPair> pairs;
  Random random(seed, 0);
  for (Index i = 0; i < count; ++i) {
    TextPair pair;
    for (auto left = 1 + random.below(4); left > 0; --left) {
      const auto letter = random.below(5);
      pair.source += static_cast<char>('a' + letter);
      pair.target = names[letter] + (pair.target.empty() ? "" : " ") + pair.target;
    }
    pairs.push_back(pair);
  }
  return pairs;
}

Seq2SeqOptions small() {
  Seq2SeqOptions o;
  o.target_unit = TokenUnit::word;
  o.cell = Cell::gru;
  o.hidden = 24;
  o.embedding = 12;
  o.validation = 0.2;
  o.train.epochs = 3;
  o.train.batch_size = 16;
  o.train.optimizer.learning_rate = 5e-3;
  return o;
}

TrainedSeq2Seq fit(const Seq2SeqOptions& options, int threads = 1) {
  Context context(threads);
  return train_seq2seq(context, {spelling(200), {}, "toy.tsv"}, options);
}

std::string temporary(const char* name) {
  return (std::filesystem::temp_directory_path() / concat("recurra_", name, "_", ::getpid())).string();
}

TEST(Translator, LearnsAndBeatsTheLookup) {
  Context context(1);
  int good = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    Seq2SeqOptions o = small();
    o.seed = seed;
    o.train.epochs = 25;
    o.train.patience = 0;
    const auto pairs = spelling(500);
    const auto trained = train_seq2seq(context, {pairs, {}, "toy.tsv"}, o);
    const auto result = evaluate_seq2seq(context, trained.model, trained.validation, trained.training, {});
    good += result.net.exact_match() > 0.9 && result.net.token_error() < result.baseline->token_error();
    EXPECT_EQ(verdict(result).empty(), result.net.token_error() < result.baseline->token_error());
  }
  EXPECT_GE(good, 4);
}

TEST(Translator, EveryOptionTrainsSavesLoadsAndTranslatesTheSameBits) {
  std::vector<Seq2SeqOptions> all(9, small());
  all[1].attention = AttentionKind::additive;
  all[1].tied = true;
  all[2].attention = AttentionKind::none;
  all[2].reverse = true;
  all[3].cell = Cell::lstm;
  all[3].layers = 2;
  all[3].dropout = 0.2;
  all[4].bidirectional = false;
  all[5].forcing = {ForcingDecay::linear, 20, 0.1};
  all[6].forcing = {ForcingDecay::inverse_sigmoid, 5};
  all[7].source_unit = TokenUnit::byte;
  all[7].reverse = true;
  all[8].forcing = {ForcingDecay::exponential, 0.95};
  all[8].init.recurrent = Init::orthogonal;
  const std::string path = temporary("translator");
  const std::vector<std::string> sources = {"abc", "", "ede"};
  std::vector<std::vector<float>> weights;
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    const auto trained = fit(all[i]);
    Context context(2);
    const TranslateOptions options{.beam = 3, .best = 2, .length_penalty = 0.5, .attention = true};
    const auto before = translate(context, trained.model, sources, options);
    save_seq2seq(path, trained.model);
    const auto loaded = load_seq2seq(path);
    const auto after = translate(context, loaded, sources, options);
    for (std::size_t s = 0; s < sources.size(); ++s) {
      ASSERT_EQ(after.targets[s].size(), 2u);
      for (std::size_t n = 0; n < 2; ++n) {
        EXPECT_EQ(after.targets[s][n].text, before.targets[s][n].text);
        EXPECT_EQ(after.targets[s][n].found.score, before.targets[s][n].found.score);
        EXPECT_EQ(after.targets[s][n].found.attention, before.targets[s][n].found.attention);
      }
      EXPECT_GE(after.targets[s][0].found.score, after.targets[s][1].found.score);
    }
    EXPECT_EQ(to_json(loaded.options), to_json(trained.model.options));
    EXPECT_EQ(training_command(loaded, "m"), training_command(trained.model, "m"));
    weights.push_back(loaded.net->state()[0].second.values());
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(weights[j], weights[i]) << "options " << j << " make no difference";
  }
  std::filesystem::remove(path);
}

TEST(Translator, TrainingHasTheSameBitsOnAnyNumberOfThreads) {
  const auto one = fit(small(), 1).model.net->state(), three = fit(small(), 3).model.net->state();
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].second.values(), three[i].second.values());
}

TEST(Translator, UnknownTokensAreCountedAndAnEmptySourceIsLegal) {
  Context context(1);
  const auto model = fit(small()).model;
  const auto found = translate(context, model, {"axbz", ""}, {});
  EXPECT_EQ(found.unknown_tokens, 2);
  EXPECT_EQ(found.targets[1].size(), 1u);
  EXPECT_EQ(found.targets[0][0].text.find("\xEF\xBF\xBD"), std::string::npos) << "the net may not say unknown";
  const auto cut = translate(context, model, {"abcd", "ab"}, {.max_length = 1});
  EXPECT_GE(cut.cut, 1);
}

TEST(Translator, EmptyTargetsAreToldOrRefusedByLine) {
  Seq2SeqOptions o = small();
  o.validation = 0;
  const auto data = [](const std::string& text) { return Seq2SeqData{parse_pairs(text, "p.tsv"), {}, "p.tsv"}; };
  const auto notes = begin_seq2seq(data("ab\tc\n\ncd\t\nef\t\n"), o)->notes;
  EXPECT_NE(std::find(notes.begin(), notes.end(),
                      "p.tsv line 3: the target is empty, as are those of 1 further pairs; learned as it stands"),
            notes.end());
  try {
    begin_seq2seq(data("ab\t\ncd\t\n"), o);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(
        error.what(),
        "p.tsv line 1: the target is empty, as those of all 2 pairs are; expected a source, a tab and a target");
  }
}

TEST(Translator, APredictionCountsIfItEqualsAnyListedTarget) {
  Context context(1);
  const auto model = fit(small()).model;
  const std::string said = translate(context, model, {"ab"}, {}).targets[0][0].text;
  const auto result = evaluate_seq2seq(context, model, {{"ab", "bee bee bee bee bee"}, {"ab", said}}, {}, {});
  EXPECT_EQ(result.net.sequences(), 1);
  EXPECT_EQ(result.net.exact_match(), 1);
  EXPECT_FALSE(result.baseline.has_value());
  const auto wrong = evaluate_seq2seq(context, model, {{"ab", "qu qu"}}, {{"ab", "ay"}}, {});
  EXPECT_EQ(wrong.net.exact_match(), 0);
  EXPECT_EQ(wrong.notes.at(0), "target tokens that are not in the vocabulary, never right: 2");
  EXPECT_THROW(evaluate_seq2seq(context, model, {}, {}, {}), ValueError);
}

TEST(Translator, ReadsTheSourceFromItsEndWhenAsked) {
  Seq2SeqOptions o = small();
  o.reverse = true;
  const auto model = fit(o).model;
  Index unknown = 0;
  auto ids = model.encode_source("abc", "test", unknown);
  std::reverse(ids.begin(), ids.end());
  EXPECT_EQ(ids, model.source->encode("abc", "test"));
}

TEST(Translator, RefusesFilesThatAreNotItsOwn) {
  const std::string path = temporary("refused");
  auto trained = fit(small());
  save_seq2seq(path, trained.model);
  ModelFile file = read_model(path);
  const auto complaint = [&](const ModelFile& spoilt) {
    write_model(path, spoilt);
    try {
      load_seq2seq(path);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  ModelFile other = file;
  other.task = "forecast";
  EXPECT_NE(complaint(other).find("forecast"), std::string::npos);
  ModelFile large = file;
  large.description["options"]["hidden"] = 60000;
  EXPECT_NE(complaint(large).find("needs at least"), std::string::npos);
  ModelFile words = file;
  words.description["preparation"]["source"]["unit"] = "word";
  EXPECT_NE(complaint(words).find("units"), std::string::npos);
  ModelFile bare = file;
  bare.description["preparation"]["target"]["end"] = false;
  EXPECT_NE(complaint(bare).find("symbol"), std::string::npos);
  ModelFile short_of = file;
  short_of.tensors.pop_back();
  EXPECT_NE(complaint(short_of).find("missing"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(Translator, RefusesOptionsOutsideTheirRange) {
  Context context(1);
  Seq2SeqOptions o = small();
  o.validation = 1;
  EXPECT_THROW(fit(o), ValueError);
  o = small();
  o.embedding = 0;
  EXPECT_THROW(fit(o), ValueError);
  o = small();
  o.forcing = {ForcingDecay::exponential, 2};
  EXPECT_THROW(fit(o), ValueError);
  EXPECT_THROW(train_seq2seq(context, {{}, {}, "empty.tsv"}, small()), ValueError);
}

TEST(Seq2SeqReport, DrawsTheAttentionAndListsMistakes) {
  Context context(1);
  const auto trained = fit(small());
  const auto result = evaluate_seq2seq(context, trained.model, trained.validation, trained.training, {});
  const std::string page = seq2seq_report(context, trained.model, result, "validation pairs");
  EXPECT_NE(page.find("longest-prefix lookup"), std::string::npos);
  EXPECT_NE(page.find("fill-opacity"), std::string::npos);
  EXPECT_NE(page.find("Mistakes"), std::string::npos);
  EXPECT_NE(page.find("recurra seq2seq train toy.tsv --target-tokens word"), std::string::npos);
}

}  // namespace
}  // namespace recurra::seq2seq_translator_test
