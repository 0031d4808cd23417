// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "recurra/data/text_file.h"
#include "recurra/tasks/lm/frames_model.h"
#include "recurra/tasks/lm/report.h"

namespace recurra {
namespace {

LmOptions frame_options() {
  LmOptions o;
  o.format = LmFormat::frames;
  o.lowest = 60;
  o.labels = 6;
  o.hidden = 16;
  o.train.epochs = 40;
  o.train.batch_size = 4;
  o.train.patience = 0;
  o.train.optimizer.learning_rate = 1e-2;
  return o;
}

/// Label 60 + t mod 5 at each step, from a random start; of 8 to 15 frames.
LmFrames ladders() {
  Random random(1, 0);
  LmFrames out{"ladders", {}, {}, {}};
  for (int i = 0; i < 40; ++i) {
    const Index start = static_cast<Index>(random.below(5)), length = 8 + static_cast<Index>(random.below(8));
    FramePiece piece;
    for (Index t = 0; t < length; ++t) piece.push_back({60 + (start + t) % 5});
    (i < 24 ? out.train : i < 32 ? out.valid : out.test).push_back(piece);
  }
  return out;
}

std::string message(const std::string& text) {
  try {
    parse_frames(text, "roll.json", frame_options());
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Frames, BothFormsAreRead) {
  const LmOptions o = frame_options();
  const LmFrames json =
      parse_frames(R"({"train": [[[65, 60, 60], []]], "valid": [], "test": [[[61]]]})", "roll.json", o);
  EXPECT_EQ(json.train, (std::vector<FramePiece>{{{60, 65}, {}}}));
  EXPECT_EQ(json.test.size(), 1u);
  const LmFrames lines =
      parse_frames("{\"frames\": [[60]], \"part\": \"test\"}\n\n{\"frames\": [[61], [62]]}\n", "roll.jsonl", o);
  EXPECT_EQ(lines.train, (std::vector<FramePiece>{{{61}, {62}}}));
  EXPECT_EQ(lines.test, (std::vector<FramePiece>{{{60}}}));
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += frames_line({{60}, {61}});
  const LmFrames split = parse_frames(ten, "ten.jsonl", o);
  EXPECT_EQ(split.train.size(), 8u);
  EXPECT_EQ(split.valid.size(), 1u);
  EXPECT_EQ(split.test.size(), 1u);
}

TEST(Frames, WhatIsWrongIsNamed) {
  EXPECT_NE(message("").find("roll.json is not JSON"), std::string::npos) << message("");
  EXPECT_NE(message("{}").find("no piece for training"), std::string::npos);
  EXPECT_NE(
      message(R"({"train": [[[60], [66]]]})").find("train, piece 1, frame 2: expected labels from 60 to 65, found 66"),
      std::string::npos);
  EXPECT_NE(message(R"({"train": [[[60.5]]]})").find("whole numbers"), std::string::npos);
  EXPECT_NE(message(R"({"train": [[60]]})").find("frame 1: expected a list"), std::string::npos);
  EXPECT_NE(message(R"({"train": [[]]})").find("at least one frame"), std::string::npos);
  EXPECT_NE(message("{\"frames\": [[60]]}\n{\"frames\": 3}\n").find("line 2"), std::string::npos);
  EXPECT_NE(message("{\"frames\": [[60]]}\n{\"piece\": 3}\n").find("line 2: \"frames\" is missing"), std::string::npos);
  EXPECT_NE(message("{\"frames\": [[60]], \"part\": \"exam\"}\n").find("one of train, valid, test"), std::string::npos);
  EXPECT_NE(message(R"({"train": 5})").find("\"train\" to be a list"), std::string::npos);
}

TEST(Frames, TheNetLearnsALadderAndTheBaselinesAreBeside) {
  Context context(2);
  const LmFrames frames = ladders();
  int won = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    LmOptions o = frame_options();
    o.seed = seed;
    const LmModel model = train_frames(context, frames, o).model;
    const FramesEvaluation result = evaluate_frames(context, model, frames);
    ASSERT_EQ(result.methods.size(), 3u);
    EXPECT_NEAR(result.methods[2].nats, 5 * (-0.2 * std::log(0.2) - 0.8 * std::log(0.8)), 0.2);
    EXPECT_LT(result.methods[1].nats, result.methods[2].nats);
    won += result.methods[0].nats < 0.2;
  }
  EXPECT_GE(won, 4);
}

// A piece of a padded batch gives, bit for bit, what it gives alone.
TEST(Frames, APaddedBatchEqualsEachPieceAlone) {
  Context context(1);
  LmOptions o = frame_options();
  o.layers = 2;
  const auto net = make_lm_net(o, o.labels);
  net->initialize(1, {});
  const std::vector<FramePiece> pieces = ladders().test;
  std::vector<const FramePiece*> all;
  for (const FramePiece& piece : pieces) all.push_back(&piece);
  const auto logits = [&](std::span<const FramePiece* const> some) {
    const FrameBatch batch = gather_frames(some, o);
    Tape<float> tape(context, {.record = false, .training = false});
    const LmOutput out = net->forward(tape, Variable<float>(batch.inputs), batch.lengths);
    return ops::unpack(context, out.recurrent.packing, out.logits.value());
  };
  const Tensor<float> together = logits(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Tensor<float> alone = logits(std::span(all).subspan(i, 1));
    for (Index t = 0; t < alone.dim(0); ++t)
      for (Index label = 0; label < o.labels; ++label)
        EXPECT_EQ(alone.at({t, 0, label}), together.at({t, static_cast<Index>(i), label})) << i << " " << t;
  }
}

// The mean over frames of the sum over labels, and nothing from padding.
TEST(Frames, ABatchScoresAsItsPiecesAlone) {
  Context context(1);
  const LmOptions o = frame_options();
  const auto net = make_lm_net(o, o.labels);
  net->initialize(1, {});
  const LmFrames frames = ladders();
  double nats = 0, count = 0;
  for (const FramePiece& piece : frames.test) {
    const double n = static_cast<double>(piece.size() - 1);
    nats += n * score_frames(context, *net, o, {piece});
    count += n;
  }
  EXPECT_NEAR(score_frames(context, *net, o, frames.test), nats / count, 1e-5);
  EXPECT_THROW(score_frames(context, *net, o, {{{60}}}), ValueError);
}

TEST(Frames, SavedAndLoadedItWritesTheSameRoll) {
  Context context(1);
  LmOptions o = frame_options();
  o.train.epochs = 25;
  const LmModel model = train_frames(context, ladders(), o).model;
  const std::string path =
      (std::filesystem::temp_directory_path() / ("recurra_frames_test_" + std::to_string(::getpid()))).string();
  save_lm(path, model);
  const LmModel loaded = load_lm(path);
  std::filesystem::remove(path);
  EXPECT_EQ(loaded.opening, model.opening);
  const FramePiece roll = generate_frames(context, model, {}, 20, 0.5, 1);
  EXPECT_EQ(roll.size(), 20u);
  EXPECT_EQ(roll[0], model.opening);
  EXPECT_EQ(generate_frames(context, loaded, {}, 20, 0.5, 1), roll);
  EXPECT_EQ(generate_frames(context, loaded, {{61}, {62}}, 2, 0, 1), (FramePiece{{63}, {64}}));
  EXPECT_THROW(generate_frames(context, loaded, {{66}}, 2, 0, 1), ValueError);
  EXPECT_THROW(generate_frames(context, loaded, {}, 2, -1, 1), ValueError);
  EXPECT_NE(frames_report(context, loaded, evaluate_frames(context, loaded, ladders())).find("previous-frame"),
            std::string::npos);
}

// Public data beside the project: the baselines that published numbers are read against.
TEST(Frames, TheChoralesGiveThePublishedBaselines) {
  const std::string path = std::string(RECURRA_SOURCE_DIR) + "/../shared/data/music/jsb-chorales-quarter.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  LmOptions o;
  o.format = LmFormat::frames;
  o.hidden = 2;
  const LmFrames frames = parse_frames(read_text_file(path, 1 << 24), path, o);
  ASSERT_EQ(frames.train.size(), 229u);
  Context context(1);
  LmModel model;
  model.options = o;
  model.net = make_lm_net(o, o.labels);
  const FramesEvaluation result = evaluate_frames(context, model, frames);
  EXPECT_NEAR(result.methods[2].nats, 11.09, 0.05);
  EXPECT_NEAR(result.methods[1].nats, 10.49, 0.15);
}

}  // namespace
}  // namespace recurra
