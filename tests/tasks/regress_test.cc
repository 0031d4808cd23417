// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/evaluate.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "recurra/base/random.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/common/task.h"
#include "recurra/tasks/regress/baselines.h"
#include "recurra/tasks/regress/report.h"
#include "recurra/tasks/regress/results.h"
#include "tests/error_of.h"

namespace recurra::regress_test {
namespace {

/// Noisy sequences whose number is how often the sign changes, which no summary statistic tells; the second number is
/// their mean.
MeasuredSequences crossings(Index count, std::uint64_t seed) {
  MeasuredSequences out{{"made", {"x"}, Sequences<float>(1), {}, {}, {}}, {"crossings", "mean"}, {}};
  Random random(seed, stream_id("crossings"));
  for (Index i = 0; i < count; ++i) {
    std::vector<float> steps;
    const double stay = random.uniform();
    double sign = 1, crossed = 0, sum = 0;
    for (Index t = 0; t < 12 + i % 5; ++t) {
      if (t > 0 && random.uniform() > stay) {
        sign = -sign;
        ++crossed;
      }
      steps.push_back(static_cast<float>(sign * (0.5 + random.uniform())));
      sum += static_cast<double>(steps.back());
    }
    out.set.add(concat("s", i), "", steps);
    out.y.push_back({crossed, sum / static_cast<double>(steps.size())});
  }
  return out;
}

RegressOptions small() {
  RegressOptions o;
  o.hidden = 8;
  o.bidirectional = false;
  o.train.epochs = 2;
  o.train.batch_size = 8;
  o.train.patience = 0;
  return o;
}

std::string temporary(const std::string& name) {
  return (std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))).string();
}

TEST(Regressor, LearnsWhatSummaryStatisticsDoNotTell) {
  Context context(2);
  Index wins = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const MeasuredSequences train = crossings(240, seed), test = crossings(120, seed + 100);
    RegressOptions o;
    o.hidden = 12;
    o.bidirectional = false;
    o.seed = seed;
    o.validation = 0;
    o.train.epochs = 60;
    o.train.batch_size = 16;
    o.train.optimizer.learning_rate = 1e-2;
    const auto trained = train_regressor(context, train, {}, o);
    const RegressEvaluation scores = evaluate_regressor(context, trained.model, test, &train);
    const auto& methods = scores.targets[0].methods;
    ASSERT_EQ(methods.size(), 4u);
    wins += methods[0].r2 > 0.9 && methods[0].mae < 0.6 * methods[2].mae;
    EXPECT_GT(scores.targets[1].methods[2].r2, 0.99) << "the mean is one of the ridge regression's inputs";
    EXPECT_NEAR(methods[1].r2, 0, 0.1);
  }
  EXPECT_GE(wins, 4);
}

TEST(Regressor, AFileGivesTheSameNumbersAgain) {
  Context context(2);
  const MeasuredSequences data = crossings(24, 1);
  const auto trained = train_regressor(context, data, {}, small());
  const std::string path = temporary("recurra_regress");
  save_regressor(path, trained.model);
  const RegressModel loaded = load_regressor(path);
  EXPECT_EQ(predict_numbers(context, loaded, data.set), predict_numbers(context, trained.model, data.set));
  EXPECT_EQ(training_command(loaded, "m"), training_command(trained.model, "m"));
  EXPECT_EQ(regressor_bytes(loaded), regressor_bytes(trained.model));
  ModelFile file = read_model(path);
  file.description["preparation"]["targets"][0]["factor"] = 0;
  write_model(path, file);
  EXPECT_NE(error_of([&] { load_regressor(path); }).find("has the factor 0"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(Regressor, HasTheSameBitsOnAnyNumberOfThreadsAndInAnyCompany) {
  const MeasuredSequences data = crossings(24, 2);
  Context one(1), three(3);
  const auto a = train_regressor(one, data, {}, small()), b = train_regressor(three, data, {}, small());
  const auto together = predict_numbers(one, a.model, data.set);
  EXPECT_EQ(together, predict_numbers(three, b.model, data.set));
  for (const Index i : {0, 7, 23})
    EXPECT_EQ(predict_numbers(one, a.model, subset(data, {i}).set)[0], together[static_cast<std::size_t>(i)]);
}

TEST(Regressor, AMissingNumberTeachesNothing) {
  Context context(2);
  MeasuredSequences data = crossings(24, 3);
  data.y[3][0] = data.y[5][1] = std::nan("");
  const auto trained = train_regressor(context, data, {}, small());
  for (const auto& row : predict_numbers(context, trained.model, data.set))
    for (const double y : row) EXPECT_TRUE(std::isfinite(y));
  const RegressEvaluation scores = evaluate_regressor(context, trained.model, data, &data);
  EXPECT_EQ(scores.targets[0].methods[0].count, 23);
  EXPECT_NE(scores.notes.back().find("1 of 24 sequences have no mean"), std::string::npos) << scores.notes.back();
  for (auto& row : data.y) row[1] = 7;
  EXPECT_NE(
      error_of([&] { static_cast<void>(train_regressor(context, data, {}, small())); }).find("'mean' has one number"),
      std::string::npos);
}

TEST(Regressor, ScoresAreThoseOfTheirFormulas) {
  Context context(1);
  MeasuredSequences data = crossings(4, 4);
  const auto trained = train_regressor(context, data, {}, small());
  for (std::size_t i = 0; i < 4; ++i) data.y[i][0] = static_cast<double>(i);  // mean 1.5
  RegressModel model = trained.model;
  model.target_means[0] = 2.5;
  const RegressScore mean = evaluate_regressor(context, model, data).targets[0].methods[1];
  EXPECT_DOUBLE_EQ(mean.mae, (2.5 + 1.5 + 0.5 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(mean.rmse, std::sqrt((6.25 + 2.25 + 0.25 + 0.25) / 4));
  EXPECT_DOUBLE_EQ(mean.r2, 1 - 9.0 / 5.0);
}

class MeasuredInput : public testing::Test {
 protected:
  MeasuredInput() : context_(threads_) {}
  ~MeasuredInput() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  MeasuredSequences read(const std::string& path, const std::vector<std::string>& targets, bool measured = true) {
    return read_measured(context_, {}, path, encoding_, targets, measured);
  }

  Context threads_{1};
  VerbContext context_;
  InputEncoding encoding_;
  std::string folder_ = temporary("recurra_measured");
};

TEST_F(MeasuredInput, ATableHasAColumnForEachTarget) {
  encoding_.columns.id = "unit";
  const std::string path = write("a.csv", "unit,x,life,z,age\na,1,10,2,5\na,2,10,3,5\nb,3,7.5,4,\n");
  const MeasuredSequences data = read(path, {"life", "age"});
  EXPECT_EQ(data.set.channels, (std::vector<std::string>{"x", "z"}));
  ASSERT_EQ(data.y.size(), 2u);
  EXPECT_EQ(data.y[0], (std::vector<double>{10, 5}));
  EXPECT_EQ(data.y[1][0], 7.5);
  EXPECT_TRUE(std::isnan(data.y[1][1]));
  const std::string bare = write("b.csv", "unit,z,x\na,1,2\n");
  const MeasuredSequences unseen = read(bare, {"life", "age"}, false);
  EXPECT_EQ(unseen.set.channels, (std::vector<std::string>{"x", "z"})) << "by their names, as in training";
  EXPECT_TRUE(unseen.y.empty());
  EXPECT_TRUE(read(path, {"life", "age"}, false).set.warnings.empty()) << "its targets are no strange columns";
  const std::string more = write("c.csv", "unit,z,x,w\na,1,2,3\n");
  EXPECT_EQ(read(more, {"life", "age"}, false).set.warnings.size(), 1u);
}

TEST_F(MeasuredInput, SaysWhatIsWrongWithATarget) {
  encoding_.columns.id = "unit";
  const std::string path = write("a.csv", "unit,x,life\na,1,ten\nb,2,3\n");
  EXPECT_NE(error_of([&] { read(path, {"life"}); }).find("the life of sequence 'a' is 'ten', expected a number"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read(path, {}); }).find("a table needs --target"), std::string::npos);
  const std::string two = write("b.csv", "unit,x,life\na,1,1\na,2,2\n");
  EXPECT_NE(error_of([&] { read(two, {"life"}); }).find("'a'"), std::string::npos);
  const std::string ts = write("a.ts", "@targetLabel true\n@data\n1,2,3:4.5\n");
  EXPECT_NE(error_of([&] { read(ts, {"life"}); }).find("--target names columns of a table"), std::string::npos);
}

TEST_F(MeasuredInput, OtherFilesHaveOneNumberEach) {
  const std::string ts = write("a.ts", "@targetLabel true\n@data\n1,2,3:4.5\n1,1:-2\n");
  const MeasuredSequences data = read(ts, {});
  EXPECT_EQ(data.targets, std::vector<std::string>{"target"});
  EXPECT_EQ(data.y, (std::vector<std::vector<double>>{{4.5}, {-2}}));
  const std::string lines = write("a.jsonl", "{\"values\": [1, 2], \"label\": \"3\"}\n");
  EXPECT_EQ(read(lines, {}).y[0][0], 3);
}

}  // namespace
}  // namespace recurra::regress_test
