// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/trainer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "recurra/autograd/functions/losses.h"
#include "recurra/io/model_file.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/nn/recurrent.h"
#include "recurra/simd/isa.h"
#include "recurra/train/batch_step.h"
#include "recurra/train/divergence.h"
#include "recurra/train/run_settings.h"

namespace recurra {
namespace {

struct Net : Module<float> {
  Recurrent<float> lstm{{.cell = Cell::lstm, .input_size = 2, .hidden_size = 24, .layers = 2, .dropout = 0.3}};
  Linear<float> head{24, 1};

  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x) const {
    return head.forward(tape, read_out(tape, Readout::last, lstm.forward(tape, Variable<float>(x))));
  }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    lstm.collect(prefix + "lstm.", out);
    head.collect(prefix + "head.", out);
  }
};

/// The sum of a random sequence: learnable, with dropout, and large enough for several threads.
class SumProblem : public Problem {
 public:
  explicit SumProblem(std::uint64_t seed = 1) {
    initialize(net_.parameters(), seed);
    Random random(7, 0);
    for (float& v : x_.span()) v = static_cast<float>(random.uniform(-1, 1));
    for (Index b = 0; b < kItems; ++b)
      for (Index t = 0; t < kSteps; ++t) y_[b] += 0.3f * x_[(b * kSteps + t) * 2];
  }

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return kItems - 10; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    ++batches;
    if (batches == spoil_batch) block_.values()[0] = NAN;
    const auto [x, y] = batch(items);
    return {mse_loss(tape, net_.forward(tape, x), y), static_cast<double>(items.size())};
  }
  std::optional<double> validation_loss(Context& context) const override {
    std::vector<Index> items;
    for (Index i = kItems - 10; i < kItems; ++i) items.push_back(i);
    const auto [x, y] = batch(items);
    Tape<float> tape(context, {.record = false, .training = false});
    return static_cast<double>(mse_loss(tape, net_.forward(tape, x), y).value().item());
  }

  mutable Index batches = 0;
  Index spoil_batch = 0;  ///< from 1: the weights become NaN before this batch

 private:
  static constexpr Index kItems = 74, kSteps = 12;

  std::pair<Tensor<float>, Tensor<float>> batch(std::span<const Index> items) const {
    const auto B = static_cast<Index>(items.size());
    Tensor<float> x({kSteps, B, 2}), y({B, 1});
    for (Index b = 0; b < B; ++b) {
      y[b] = y_[items[b]];
      for (Index t = 0; t < kSteps; ++t)
        for (Index d = 0; d < 2; ++d) x[(t * B + b) * 2 + d] = x_[(items[b] * kSteps + t) * 2 + d];
    }
    return {x, y};
  }

  Net net_;
  ParameterBlock<float> block_{net_.parameters()};
  Tensor<float> x_{Shape({kItems, kSteps, 2})}, y_{Shape({kItems})};
};

/// Four steps of one long wave an item, each begun from the state in which the last item ended.
class WaveProblem : public Problem {
 public:
  explicit WaveProblem(std::uint64_t seed = 1) { initialize(rnn_.parameters(), seed); }

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return 6; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    if (items[0] == 0) state_ = {};
    Tensor<float> x({4, 1, 1}), y({4, 1, 1});
    for (Index t = 0; t < 4; ++t) {
      x[t] = std::sin(0.7f * static_cast<float>(items[0] * 4 + t));
      y[t] = std::sin(0.7f * static_cast<float>(items[0] * 4 + t + 1));
    }
    const auto out = rnn_.forward(tape, Variable<float>(x), {}, state_);
    state_ = detach(out.state);
    return {mse_loss(tape, out.y, y), 1};
  }
  std::optional<double> validation_loss(Context&) const override { return static_cast<double>(block_.values()[0]); }
  NamedTensors<float> carried() const override {
    if (!state_.h.defined()) return {};
    return {{"h", state_.h.value()}};
  }
  void load_carried(const NamedTensors<float>& tensors) override {
    state_ = {};
    if (!tensors.empty()) state_.h = Variable<float>(tensors.at(0).second);
  }

 private:
  Recurrent<float> rnn_{{.cell = Cell::rnn_tanh, .input_size = 1, .hidden_size = 1}};
  ParameterBlock<float> block_{rnn_.parameters()};
  mutable StateVariables<float> state_;
};

/// Asks for a stop after a number of batches.
struct StopAfter : TrainObserver {
  explicit StopAfter(Index count) : left(count) {}
  bool stop_requested() override { return --left <= 0; }
  Index left;
};

class Training : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("recurra_trainer_test_" + std::to_string(::getpid()))).string();
  }
  void TearDown() override { std::filesystem::remove(path_); }
  TrainOptions options() const {
    TrainOptions o;
    o.epochs = 5;
    o.batch_size = 16;
    o.patience = 0;
    o.optimizer.learning_rate = 5e-3;
    o.schedule = {.kind = ScheduleKind::cosine, .warmup_steps = 3};
    o.checkpoint = path_;
    return o;
  }
  std::string path_;
};

std::vector<double> losses(const TrainResult& result) {
  std::vector<double> out;
  for (const EpochRecord& r : result.history) out.insert(out.end(), {r.train_loss, r.validation_loss, r.gradient_norm});
  return out;
}

std::string error_of_resuming(Problem& problem, const TrainOptions& options, const std::string& path) {
  Context context(1);
  try {
    train(context, problem, options, nullptr, path);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

TEST_F(Training, Learns) {
  Context context(1);
  int learned = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SumProblem problem(seed);
    TrainOptions o = options();
    o.epochs = 30;
    o.seed = seed;
    const TrainResult result = train(context, problem, o);
    learned += result.best_validation_loss < 0.3 * result.history[0].validation_loss;
  }
  EXPECT_GE(learned, 4);
}

// Three seeds: rounding the products to bfloat16 moves the result less than the seed does.
TEST_F(Training, Bf16EndsWithinNoiseOfFloat) {
  Context context(2);
  std::vector<double> exact, near;
  for (const std::uint64_t seed : {1, 2, 3}) {
    TrainOptions o = options();
    o.epochs = 30;
    o.seed = seed;
    SumProblem in_float(seed), in_bf16(seed);
    exact.push_back(train(context, in_float, o).best_validation_loss);
    o.precision = Precision::bf16;
    near.push_back(train(context, in_bf16, o).best_validation_loss);
    EXPECT_NE(near.back(), exact.back()) << "nothing was rounded";
  }
  const auto [low, high] = std::minmax_element(exact.begin(), exact.end());
  for (std::size_t i = 0; i < exact.size(); ++i)
    EXPECT_LT(std::abs(near[i] - exact[i]), std::max(*high - *low, 0.1 * exact[i])) << "seed " << i + 1;
}

TEST_F(Training, AnyNumberOfThreadsGivesTheSameBits) {
  std::vector<std::vector<float>> weights;
  std::vector<std::vector<double>> curves;
  for (const int threads : {1, 2, 3}) {
    Context context(threads);
    SumProblem problem;
    curves.push_back(losses(train(context, problem, options())));
    weights.push_back(problem.parameters().values().values());
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(weights[0], weights[2]);
  EXPECT_EQ(curves[0], curves[2]);
}

// Stopped at every batch of an epoch, and at its ends.
TEST_F(Training, AStoppedAndResumedRunEndsWithTheSameBits) {
  Context context(2);
  SumProblem unbroken;
  const TrainResult expected = train(context, unbroken, options());
  for (const Index stop : {1, 2, 3, 4, 5, 8, 11, 19}) {
    SumProblem first, second(/*seed=*/99);  // whose weights must not matter
    StopAfter observer(stop);
    ASSERT_EQ(train(context, first, options(), &observer).reason, StopReason::interrupted);
    const TrainResult resumed = train(context, second, options(), nullptr, path_);
    EXPECT_EQ(second.parameters().values().values(), unbroken.parameters().values().values()) << stop;
    EXPECT_EQ(losses(resumed), losses(expected)) << stop;
    EXPECT_EQ(resumed.best_epoch, expected.best_epoch);
  }
}

TEST_F(Training, ABatchIsASumOverItsShards) {
  Context context(2);
  const std::vector<Index> items = {5, 1, 40, 7, 22, 3, 60, 11, 30, 8, 2};
  const auto gradient = [&](Index shards) {
    SumProblem problem;
    Optimizer<float> sgd(problem.parameters(), {.kind = OptimizerKind::sgd});
    TrainOptions o = options();
    o.shards = shards;
    o.clip_norm = 0;
    const BatchStep step = step_batch(context, problem, o, sgd, 1e-3, items);
    EXPECT_EQ(step.weight, 11);
    std::vector<double> out = {step.loss, step.norm_before};
    for (const float g : problem.parameters().gradients().span()) out.push_back(static_cast<double>(g));
    return out;
  };
  const std::vector<double> whole = gradient(1);
  for (const Index shards : {2, 4, 8, 11, 64}) {
    const std::vector<double> parts = gradient(shards);
    for (std::size_t i = 0; i < whole.size(); ++i) ASSERT_NEAR(parts[i], whole[i], 1e-6) << shards << " shards, " << i;
    EXPECT_NE(parts, whole) << shards;
  }
}

TEST_F(Training, ShardsAreResumedToTheSameBitsOnAnyNumberOfThreads) {
  TrainOptions o = options();
  o.shards = 4;
  std::vector<float> expected;
  for (const int threads : {1, 2, 3}) {
    Context context(threads);
    SumProblem unbroken, first, second(/*seed=*/99);
    train(context, unbroken, o);
    StopAfter observer(6);
    ASSERT_EQ(train(context, first, o, &observer).reason, StopReason::interrupted);
    train(context, second, o, nullptr, path_);
    if (threads == 1) expected = unbroken.parameters().values().values();
    EXPECT_EQ(unbroken.parameters().values().values(), expected) << threads;
    EXPECT_EQ(second.parameters().values().values(), expected) << threads;
  }
  Context context(1);
  SumProblem whole, parts;
  EXPECT_NE(error_of_resuming(whole, options(), path_).find("shards 4 -> 1"), std::string::npos);
  o.shards = 0;
  EXPECT_THROW(train(context, parts, o), ValueError);
}

TEST_F(Training, TheCarriedStateIsKeptInTheCheckpoint) {
  Context context(1);
  TrainOptions o = options();
  o.epochs = 3;
  o.batch_size = 1;
  o.shuffle = false;
  WaveProblem unbroken;
  const TrainResult expected = train(context, unbroken, o);
  for (const Index stop : {1, 4, 6, 9}) {
    WaveProblem first, second(/*seed=*/99);
    StopAfter observer(stop);
    ASSERT_EQ(train(context, first, o, &observer).reason, StopReason::interrupted);
    EXPECT_EQ(losses(train(context, second, o, nullptr, path_)), losses(expected)) << stop;
    EXPECT_EQ(second.parameters().values().values(), unbroken.parameters().values().values()) << stop;
  }
}

TEST_F(Training, ResumingWithOtherSettingsIsRefusedByName) {
  Context context(1);
  SumProblem problem;
  StopAfter observer(2);
  train(context, problem, options(), &observer);
  TrainOptions other = options();
  other.batch_size = 8;
  other.settings = {{"hidden", "64"}};
  try {
    train(context, problem, other, nullptr, path_);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_NE(std::string(error.what()).find("batch 16 -> 8"), std::string::npos) << error.what();
  }
}

/// What the refusal of a checkpoint says, from its colon on.
std::string differing(const TrainOptions& then, const TrainOptions& now) {
  return differences(run_settings(then), run_settings(now));
}

TEST_F(Training, ADifferenceIsToldOnceInWordsAndNeverAsADigest) {
  const auto with = [&](auto change) {
    TrainOptions o = options();
    o.settings = {{"seed", "1"}, {"cell", "\"lstm\""}, {"data", "11208819208672547052"}, {"data size", "200 rows"}};
    change(o);
    return o;
  };
  const TrainOptions then = with([](auto&) {});
  EXPECT_EQ(differing(then, then), "");
  EXPECT_EQ(differing(then, with([](auto& o) { o.precision = Precision::bf16; })), "precision f32 -> bf16");
  EXPECT_EQ(differing(with([](auto& o) { o.precision = Precision::bf16; }), then), "precision bf16 -> f32");
  EXPECT_EQ(differing(then, with([](auto& o) {
                        o.settings[0].second = "2";
                        o.seed = 2;
                      })),
            "seed 1 -> 2");
  EXPECT_EQ(differing(then, with([](auto& o) {
                        o.settings[2].second = "17";
                        o.settings[3].second = "201 rows";
                      })),
            "the data changed: 200 rows then, 201 rows now");
  EXPECT_EQ(differing(then, with([](auto& o) { o.settings[2].second = "17"; })),
            "the data changed: 200 rows as then, with other values");
  EXPECT_EQ(differing(then, with([](auto& o) {
                        o.optimizer.kind = OptimizerKind::sgd;
                        o.schedule.kind = ScheduleKind::plateau;
                      })),
            "optimizer adam -> sgd, schedule cosine -> plateau");
  EXPECT_EQ(differing(then, with([](auto& o) { o.settings[1].second = "\"gru\""; })), "cell lstm -> gru");
}

TEST_F(Training, MoreEpochsProlongARunToTheBitsOfALongOne) {
  Context context(1);
  TrainOptions short_run = options(), long_run = options();
  short_run.schedule.kind = long_run.schedule.kind = ScheduleKind::plateau;
  long_run.epochs = 9;
  SumProblem unbroken;
  const TrainResult expected = train(context, unbroken, long_run);
  for (const Index stop : {6, 1000}) {
    SumProblem first, second(/*seed=*/99);
    StopAfter observer(stop);
    train(context, first, short_run, &observer);
    EXPECT_EQ(losses(train(context, second, long_run, nullptr, path_)), losses(expected)) << stop;
    EXPECT_EQ(second.parameters().values().values(), unbroken.parameters().values().values()) << stop;
  }
}

TEST_F(Training, ARunIsNotProlongedAgainstItsScheduleNorCutShort) {
  Context context(1);
  SumProblem problem;
  train(context, problem, options());
  TrainOptions o = options();
  o.epochs = 9;
  EXPECT_NE(error_of_resuming(problem, o, path_).find("epochs 5 -> 9: the cosine schedule depends on"),
            std::string::npos);
  o.schedule = {};
  o.epochs = 5;
  train(context, problem, o);
  o.epochs = 2;
  EXPECT_NE(error_of_resuming(problem, o, path_).find("has completed 5 epochs, more than the 2"), std::string::npos);
}

// One run in two parts, as a forecaster's: stopped anywhere, either part goes on from the one file.
TEST_F(Training, ALaterPartKeepsTheStateOfTheOneBefore) {
  Context context(1);
  TrainOptions first = options(), second = options();
  first.schedule = second.schedule = {};
  first.keep_state = true;
  second.phase = "refit";
  second.epochs = 3;
  SumProblem a, b(/*seed=*/2);
  const TrainResult done = train(context, a, first);
  second.before = done.state;
  const TrainResult expected = train(context, b, second);
  for (const Index stop : {1, 5, 12}) {
    SumProblem again_a(/*seed=*/98), again_b(/*seed=*/99), b2(/*seed=*/2);
    StopAfter observer(stop);
    ASSERT_EQ(train(context, b2, second, &observer).reason, StopReason::interrupted);
    EXPECT_EQ(losses(train(context, again_a, first, nullptr, path_)), losses(done));
    EXPECT_EQ(again_a.parameters().values().values(), a.parameters().values().values());
    EXPECT_EQ(losses(train(context, again_b, second, nullptr, path_)), losses(expected)) << stop;
    EXPECT_EQ(again_b.parameters().values().values(), b.parameters().values().values()) << stop;
  }
  TrainOptions longer = first;  // the first part goes on; what the file holds of the second is then of another run
  longer.epochs = 7;
  SumProblem prolonged(/*seed=*/98), unbroken;
  train(context, prolonged, longer, nullptr, path_);
  longer.checkpoint.clear();
  train(context, unbroken, longer);
  EXPECT_EQ(prolonged.parameters().values().values(), unbroken.parameters().values().values());
}

TEST_F(Training, EarlyStoppingPutsTheBestWeightsBack) {
  Context context(1);
  SumProblem problem;
  TrainOptions o = options();
  o.epochs = 200;
  o.patience = 2;
  o.optimizer.learning_rate = 0.05;
  o.schedule = {};
  const TrainResult result = train(context, problem, o);
  EXPECT_EQ(result.reason, StopReason::early);
  EXPECT_EQ(result.history.back().epoch, result.best_epoch + 2);
  EXPECT_EQ(*problem.validation_loss(context), result.best_validation_loss);
}

/// The same validation loss after every epoch.
class FlatProblem : public SumProblem {
 public:
  std::optional<double> validation_loss(Context&) const override { return 1.0; }
};

TEST_F(Training, OfEqualValidationLossesTheFirstIsTheBest) {
  Context context(1);
  FlatProblem problem;
  const std::vector<float> before = problem.parameters().values().values();
  TrainOptions o = options();
  o.epochs = 20;
  o.patience = 3;
  const TrainResult result = train(context, problem, o);
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_EQ(result.reason, StopReason::early);
  EXPECT_EQ(result.history.back().epoch, 3);
  EXPECT_EQ(problem.parameters().values().values(), before);
}

TEST_F(Training, DivergenceSaysWhereAndKeepsTheGoodCheckpoint) {
  Context context(1);
  SumProblem problem;
  problem.spoil_batch = 10;  // the second of epoch 3: four batches an epoch
  try {
    train(context, problem, options());
    FAIL();
  } catch (const DivergenceError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("at step 10 (epoch 3, batch 2), where the gradient norm is"), std::string::npos) << what;
    EXPECT_NE(what.find(path_), std::string::npos) << what;
  }
  problem.spoil_batch = 2;  // before the first checkpoint: the file that is there is of another run
  try {
    train(context, problem, options());
    FAIL();
  } catch (const DivergenceError& error) {
    EXPECT_EQ(std::string(error.what()).find(path_), std::string::npos) << error.what();
  }
  SumProblem again;
  EXPECT_EQ(train(context, again, options(), nullptr, path_).reason, StopReason::finished);
}

std::string causes(const std::function<void(TrainOptions&)>& change, bool learned = true) {
  TrainOptions o;
  change(o);
  return causes_of_divergence(o, learned);
}

TEST(Divergence, IsPutDownToTheSettingsThatStandOut) {
  const auto none = [](TrainOptions&) {};
  EXPECT_EQ(causes(none), "; try a lower learning rate than 0.001");
  EXPECT_EQ(causes(none, false), ", before anything was learned: the data or the first weights are too large");
  const auto noisy = [](TrainOptions& o) { o.suspects = {"noise 1e+30 drowns the inputs"}; };
  EXPECT_EQ(causes(noisy), "; likely cause: noise 1e+30 drowns the inputs");
  EXPECT_EQ(causes(noisy, false), ", before anything was learned; likely cause: noise 1e+30 drowns the inputs");
  EXPECT_EQ(
      causes([](TrainOptions& o) {
        o.suspects = {"noise 5"};
        o.optimizer.learning_rate = 0.5;
        o.clip_norm = 0;
      }),
      "; likely causes: noise 5; the learning rate 0.5 is high (for adam at most 0.01 is usual); the gradient is not "
      "clipped");
  EXPECT_EQ(causes([](TrainOptions& o) {
              o.clip_norm = 0;
              o.clip_value = 1;  // instead of the norm
            }),
            "; try a lower learning rate than 0.001");
}

/// Takes the folder of the checkpoint away after one epoch and gives it back after another.
struct FolderGoes : TrainObserver {
  FolderGoes(std::string its_folder, Index goes_after, Index comes_after)
      : folder(std::move(its_folder)), goes(goes_after), comes(comes_after) {}
  void on_epoch(const EpochRecord& record, bool) override {
    if (record.epoch == goes) std::filesystem::remove_all(folder);
    if (record.epoch == comes) std::filesystem::create_directory(folder);
  }
  void on_note(const std::string& sentence) override { notes.push_back(sentence); }
  bool stop_requested() override { return --stop == 0; }

  std::string folder;
  Index goes, comes, stop = 0;
  std::vector<std::string> notes;
};

class LostCheckpoint : public Training {
 protected:
  void SetUp() override {
    Training::SetUp();
    folder_ = path_ + "_folder";
    std::filesystem::create_directory(folder_);
    options_ = options();
    options_.checkpoint = folder_ + "/c";
    expected_ = losses(train(context_, unbroken_, options()));
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    Training::TearDown();
  }

  Context context_{1};
  std::string folder_;
  TrainOptions options_;
  SumProblem unbroken_, problem_;
  std::vector<double> expected_;
};

TEST_F(LostCheckpoint, IsToldOnceAndTheRunGoesOn) {
  FolderGoes observer(folder_, 2, 4);  // the checkpoints of epochs 2 and 3 fail, those of 4 and 5 are written
  const TrainResult result = train(context_, problem_, options_, &observer);
  EXPECT_EQ(losses(result), expected_);
  ASSERT_EQ(observer.notes.size(), 2u);
  EXPECT_NE(observer.notes[0].find("cannot be written; the run continues and tries again at the next one: " + folder_),
            std::string::npos)
      << observer.notes[0];
  EXPECT_EQ(observer.notes[1], folder_ + "/c: the checkpoint is written again");
  EXPECT_EQ(result.notes, observer.notes);
  EXPECT_EQ(result.checkpoint_error, "");
  SumProblem again(/*seed=*/99);
  EXPECT_EQ(losses(train(context_, again, options_, nullptr, options_.checkpoint)), expected_);
}

TEST_F(LostCheckpoint, IsTriedAgainAtTheEnd) {
  options_.checkpoint_every = 4;
  FolderGoes back(folder_, 4, 5);
  EXPECT_EQ(train(context_, problem_, options_, &back).checkpoint_error, "");
  EXPECT_TRUE(std::filesystem::exists(options_.checkpoint));
  FolderGoes gone(folder_, 4, 1000);
  SumProblem second;
  const TrainResult result = train(context_, second, options_, &gone);
  EXPECT_EQ(losses(result), expected_);
  EXPECT_NE(result.checkpoint_error.find("/c: cannot be written: No such file"), std::string::npos)
      << result.checkpoint_error;
  EXPECT_EQ(gone.notes.size(), 1u);
}

TEST_F(LostCheckpoint, OfAStoppedRunIsHandedToTheCaller) {
  FolderGoes observer(folder_, 2, 1000);
  observer.stop = 11;  // amid the third epoch: four batches each
  try {
    train(context_, problem_, options_, &observer);
    FAIL();
  } catch (const UnkeptStateError& error) {
    EXPECT_NE(std::string(error.what()).find("/c: cannot be written: No such file"), std::string::npos) << error.what();
    write_checkpoint(path_, *error.state);
  }
  SumProblem resumed(/*seed=*/99);
  EXPECT_EQ(losses(train(context_, resumed, options(), nullptr, path_)), expected_);
  EXPECT_EQ(resumed.parameters().values().values(), unbroken_.parameters().values().values());
}

TEST_F(Training, AnotherInstructionSetIsTold) {
  Context context(1);
  SumProblem first;
  StopAfter observer(6);
  train(context, first, options(), &observer);
  const ModelFile written = read_checkpoint(path_);
  EXPECT_EQ(written.description.at("instruction_set"), isa_in_use());
  const auto notes_of = [&](const std::function<void(nlohmann::json&)>& change) {
    ModelFile file = written;
    change(file.description);
    write_checkpoint(path_, file);
    SumProblem second;
    return train(context, second, options(), nullptr, path_).notes;
  };
  EXPECT_EQ(notes_of([](auto&) {}).size(), 0u);
  EXPECT_EQ(notes_of([](auto& d) { d.erase("instruction_set"); }).size(), 0u) << "as earlier versions wrote it";
  const auto told = notes_of([](auto& d) { d["instruction_set"] = "sse9"; });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0], path_ + ": written on the instruction set sse9, and this run continues on " + isa_in_use() +
                         "; its last bits may differ from those of an uninterrupted run");
}

TEST_F(Training, BadOptionsAreNamed) {
  Context context(1);
  SumProblem problem;
  TrainOptions o = options();
  o.batch_size = 0;
  EXPECT_THROW(train(context, problem, o), ValueError);
  o = options();
  o.clip_norm = -1;
  EXPECT_THROW(train(context, problem, o), ValueError);
  for (const double bad : {HUGE_VAL, std::nan("")}) {
    o = options();
    o.clip_norm = bad;
    EXPECT_THROW(train(context, problem, o), ValueError) << bad;
    o = options();
    o.optimizer.weight_decay = bad;
    EXPECT_THROW(train(context, problem, o), ValueError) << bad;
    o = options();
    o.optimizer.learning_rate = bad;
    EXPECT_THROW(train(context, problem, o), ValueError) << bad;
  }
  EXPECT_THROW(train(context, problem, options(), nullptr, "/nowhere/c"), IoError);
}

}  // namespace
}  // namespace recurra
