// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/language_model.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "recurra/tasks/lm/evaluate.h"
#include "recurra/tasks/lm/generate.h"
#include "recurra/tasks/lm/stream.h"
#include "tests/error_of.h"
#include "tests/tasks/stop_after.h"

namespace recurra {
namespace {

/// Sentences by a small rule, so that there is something to learn.
std::string sentences(int count, std::uint64_t seed = 1) {
  const std::vector<std::string> who = {"the cat", "a dog", "my owl"}, what = {"sees", "likes", "hears"};
  Random random(seed, 0);
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::size_t first = random.below(3);
    text += who[first] + " " + what[random.below(3)] + " " + who[(first + 1) % 3] + ".\n";
  }
  return text;
}

LmOptions small_options() {
  LmOptions o;
  o.hidden = 24;
  o.embedding = 8;
  o.chunk = 16;
  o.train.batch_size = 8;
  o.train.epochs = 3;
  o.train.patience = 0;
  o.train.optimizer.learning_rate = 1e-2;
  return o;
}

class LanguageModel : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("recurra_lm_test_" + std::to_string(::getpid()))).string();
  }
  void TearDown() override { std::filesystem::remove(path_); }
  LmModel trained(const LmOptions& options, const std::string& text = sentences(200)) {
    return train_lm(context_, prepare_text(text, "text", options), options).model;
  }
  Context context_{2};
  std::string path_;
};

TEST_F(LanguageModel, BeatsTheNgramsAndTheBound) {
  int won = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    LmOptions o = small_options();
    o.train.epochs = 12;
    o.seed = seed;
    const LmText text = prepare_text(sentences(250), "text", o);
    const LmEvaluation result = evaluate_lm(context_, train_lm(context_, text, o).model, text);
    ASSERT_EQ(result.methods.size(), 3u);
    EXPECT_NEAR(result.methods[0].perplexity, std::exp(result.methods[0].nats), 1e-9);
    EXPECT_NEAR(result.methods[0].bits_per_character, result.methods[0].nats / std::log(2.0), 1e-9);
    EXPECT_NE(verdict(result).find(result.methods[0].name), std::string::npos);
    won += result.methods[0].nats < 0.25;  // two choices of three in 21 characters are 0.1 nats a character
  }
  EXPECT_GE(won, 4);
}

// A chunk that ends anywhere changes nothing: the state goes on.
TEST_F(LanguageModel, TheStateIsCarriedFromChunkToChunk) {
  const LmOptions o = small_options();
  const LmModel model = trained(o);
  const LmText text = prepare_text(sentences(30), "text", o, *model.vocabulary);
  const auto score = [&](Index chunk) {
    return score_tokens(context_, *model.net, text.tokens, {.begin = 0, .end = 300, .streams = 1, .chunk = chunk});
  };
  EXPECT_NEAR(score(7), score(299), 1e-6);
  EXPECT_NEAR(score(1), score(299), 1e-6);
}

// A piece of a batch gives, bit for bit, what it gives alone.
TEST_F(LanguageModel, ABatchOfPiecesEqualsEachAlone) {
  LmNet net({.outputs = 9, .embedding = 5, .tied = true}, {.cell = Cell::gru, .hidden_size = 12, .layers = 2});
  net.initialize(1, {});
  const std::vector<Index> lengths = {4, 0, 7, 1};
  Tensor<std::int64_t> ids({7, 4});
  for (Index i = 0; i < ids.size(); ++i) ids[i] = i * 5 % 9;
  Tape<float> tape(context_, {.record = false, .training = false});
  const LmOutput together = net.forward(tape, net.embed(tape, ids), lengths);
  const Tensor<float> unpacked = ops::unpack(context_, together.recurrent.packing, together.logits.value());
  for (Index s = 0; s < 4; ++s) {
    Tensor<std::int64_t> own({lengths[s], 1});
    for (Index t = 0; t < lengths[s]; ++t) own[t] = ids.at({t, s});
    if (lengths[s] == 0) continue;
    const LmOutput alone = net.forward(tape, net.embed(tape, own));
    for (Index t = 0; t < lengths[s]; ++t)
      for (Index v = 0; v < 9; ++v) EXPECT_EQ(unpacked.at({t, s, v}), alone.logits.value().at({t, v})) << s << " " << t;
  }
}

// Token by token through a Stepper: the bits of the net over the whole text, for each kind of table and head.
TEST_F(LanguageModel, StreamsTokenByToken) {
  constexpr Index V = 13, T = 12;
  Tensor<std::int64_t> ids({T, 1});
  for (Index t = 0; t < T; ++t) ids[t] = t * 5 % V;
  for (const LmNetOptions& options : {LmNetOptions{.outputs = V, .embedding = 6}, LmNetOptions{.outputs = V},
                                      LmNetOptions{.outputs = V, .embedding = 6, .tied = true},
                                      LmNetOptions{.outputs = V, .embedding = 9, .tied = true}}) {
    SCOPED_TRACE(testing::Message() << options.embedding << " tied " << options.tied);
    LmModel model;
    model.net = std::make_shared<LmNet>(options, RecurrentOptions{.cell = Cell::gru, .hidden_size = 9, .layers = 2});
    model.net->initialize(1, {});
    Tape<float> tape(context_, {.record = false, .training = false});
    const auto expected = model.net->forward(tape, model.net->embed(tape, ids)).logits.value();
    Stepper stepper = stream(model);
    EXPECT_EQ(stepper.vocabulary(), V);
    for (Index t = 0; t < T; ++t) {
      const auto id = static_cast<float>(ids[t]);
      const auto logits = stepper.step(&id);
      for (Index v = 0; v < V; ++v) EXPECT_EQ(logits[v], expected.at({t, v})) << t;
    }
  }
}

TEST_F(LanguageModel, NothingIsRememberedAcrossDocuments) {
  LmOptions o = small_options();
  o.document_line = "--";
  std::string text;
  for (int i = 0; i < 60; ++i) text += sentences(4, 100 + i) + "--\n";
  const LmModel model = trained(o, text);
  const auto nats = [&](const std::string& documents) {
    const LmText t = prepare_text(documents, "text", o, *model.vocabulary);
    const Index n = t.tokens.size();
    return static_cast<double>(n - 1) *
           score_tokens(context_, *model.net, t.tokens, {.begin = 0, .end = n, .streams = 1, .document = 1});
  };
  const std::string a = sentences(3, 7), b = sentences(5, 8);
  // Both orders hold the same documents and one edge, which is predicted from the end of the one that comes first.
  EXPECT_NEAR(nats(a + "--\n" + b + "--\n" + a) - nats(b + "--\n" + a), nats(a + "--\n" + a) - nats(a), 1e-3);
  EXPECT_EQ(generate_text(context_, model, "", 500, {}, 1).find("--"), std::string::npos);
}

TEST_F(LanguageModel, AStoppedAndResumedRunEndsWithTheSameBits) {
  LmOptions o = small_options();
  o.cell = Cell::lstm;
  o.layers = 2;
  o.dropout = 0.2;
  o.train.checkpoint = path_;
  const LmText text = prepare_text(sentences(100), "text", o);
  const TrainedLm expected = train_lm(context_, text, o);
  for (const Index stop : {1, 5, 13, 20}) {
    StopAfter observer(stop);
    ASSERT_EQ(train_lm(context_, text, o, &observer).reason, StopReason::interrupted);
    const TrainedLm resumed = train_lm(context_, text, o, nullptr, path_);
    for (std::size_t i = 0; i < expected.model.net->parameters().size(); ++i)
      EXPECT_EQ(resumed.model.net->state()[i].second.values(), expected.model.net->state()[i].second.values()) << stop;
  }
  o.chunk = 8;
  EXPECT_NE(error_of([&] { train_lm(context_, text, o, nullptr, path_); }).find("chunk 16 -> 8"), std::string::npos);
}

TEST_F(LanguageModel, SavedAndLoadedItWritesTheSameText) {
  for (const bool tied : {false, true}) {
    LmOptions o = small_options();
    o.unit = tied ? TokenUnit::word : TokenUnit::character;
    o.tied = tied;
    o.cell = tied ? Cell::gru : Cell::lstm;
    o.chunk = tied ? 4 : 16;
    const LmModel model = trained(o);
    save_lm(path_, model);
    const LmModel loaded = load_lm(path_);
    const std::string text = generate_text(context_, model, "the cat", 60, {.temperature = 0.7}, 3);
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(generate_text(context_, loaded, "the cat", 60, {.temperature = 0.7}, 3), text);
    EXPECT_NE(generate_text(context_, loaded, "the cat", 60, {.temperature = 0.7}, 4), text);
    EXPECT_EQ(generate_text(context_, loaded, "the", 30, {.temperature = 0}, 3),
              generate_text(context_, loaded, "the", 30, {.temperature = 0}, 4));
    EXPECT_EQ(loaded.text_digest, model.text_digest);
    EXPECT_EQ(to_json(loaded.options), to_json(model.options));
  }
}

TEST_F(LanguageModel, OneHotTokensAndByteUnits) {
  LmOptions o = small_options();
  o.embedding = 0;
  o.unit = TokenUnit::byte;
  const std::string text = sentences(100);
  const LmModel model = trained(o, text);
  EXPECT_EQ(model.net->recurrent().options().input_size, model.vocabulary->size());
  const LmText prepared = prepare_text(text, "text", o, *model.vocabulary);
  EXPECT_LT(evaluate_lm(context_, model, prepared).methods[0].nats, std::log(20.0));
}

TEST_F(LanguageModel, AnotherTextIsScoredWholeAndItsUnknownTokensAreTold) {
  const LmOptions o = small_options();
  const LmModel model = trained(o);
  const LmText other = prepare_text("the cat sees XYZ.\n", "other.txt", o, *model.vocabulary);
  EXPECT_EQ(other.unknown, 3);
  const LmEvaluation whole = evaluate_lm(context_, model, other, {.whole = true});
  EXPECT_EQ(whole.tokens, 17);
  EXPECT_EQ(whole.methods.size(), 1u);
  EXPECT_NE(whole.notes.at(0).find("3 of 18 tokens"), std::string::npos);
  const LmEvaluation part = evaluate_lm(context_, model, other);
  EXPECT_NE(part.notes.at(1).find("not the text"), std::string::npos);
}

TEST_F(LanguageModel, AVocabularyThatNeedsMoreMemoryThanThereIsIsRefusedBeforeTraining) {
  LmOptions o = small_options();
  const LmText text = prepare_text(std::string(500, 'a') + "b", "play.txt", o);
  EXPECT_TRUE(size_notes(text, o).empty());
  o.chunk = 1'000'000;
  o.train.batch_size = 1'000'000;
  EXPECT_NE(size_notes(text, o).at(0).find("play.txt: a vocabulary of"), std::string::npos);
  EXPECT_NE(error_of([&] { train_lm(context_, text, o); }).find("--vocabulary 20000 keeps the commonest"),
            std::string::npos);
}

TEST_F(LanguageModel, BadInputIsNamed) {
  const LmOptions o = small_options();
  EXPECT_NE(error_of([&] { trained(o, "too short"); }).find("shorter than one chunk: expected at least 129 tokens"),
            std::string::npos);
  EXPECT_NE(error_of([&] { prepare_text("", "empty.txt", o); }).find("empty.txt: the text is empty"),
            std::string::npos);
  EXPECT_NE(error_of([&] { prepare_text("ab\xFF", "play.txt", o); }).find("play.txt: byte 2"), std::string::npos);
  LmOptions lenient = o;
  lenient.replace_invalid = true;
  EXPECT_EQ(prepare_text("ab\xFF", "play.txt", lenient).replaced, 1);
  LmOptions bad = o;
  bad.bidirectional = true;
  EXPECT_THROW(check_options(bad), ValueError);
  bad = o;
  bad.tied = true;
  bad.embedding = 0;
  EXPECT_THROW(check_options(bad), ValueError);
  const LmModel model = trained(o);
  EXPECT_THROW(generate_text(context_, model, "", 5, {.temperature = -1}, 1), ValueError);
  EXPECT_THROW(generate_text(context_, model, "\xFF", 5, {}, 1), FormatError);
}

}  // namespace
}  // namespace recurra
