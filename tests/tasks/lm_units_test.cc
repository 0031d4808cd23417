// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/units.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/tasks/lm/report.h"
#include "recurra/tasks/lm/text_features.h"

namespace recurra {
namespace {

std::array<double, 6> after(const std::string& text) {
  TextFeatures features;
  features.read(text);
  return features.values();
}

TEST(TextFeatures, FollowTheText) {
  EXPECT_EQ(after("say \"so")[0], 1);
  EXPECT_EQ(after("say \"so\"")[0], 0);
  EXPECT_EQ(after("say \"so\n\nand")[0], 0) << "a blank line closes";
  EXPECT_EQ(after("ab\ncd\xC3\xA9")[1], 3) << "a code point counts once";
  EXPECT_EQ(after("ab\n")[2], 1);
  EXPECT_EQ(after("ab\nc")[2], 0);
  EXPECT_EQ(after("if\n  \tx  y")[3], 6);
  EXPECT_EQ(after("if\n  \tx\n")[3], 0);
  EXPECT_EQ(after("f(a[i")[4], 2);
  EXPECT_EQ(after("f(a[i]))")[4], 0);
  EXPECT_EQ(after("word")[5], 1);
  EXPECT_EQ(after("word,")[5], 0);
}

/// Quoted and plain parts of random length, so that only a memory can know.
std::string quoted_text() {
  Random random(1, 0);
  std::string text;
  for (int i = 0; i < 150; ++i) {
    for (std::uint64_t k = random.below(12); k > 0; --k) text += "a";
    text += '"';
    for (std::uint64_t k = 1 + random.below(12); k > 0; --k) text += "b";
    text += "\"\n";
  }
  return text;
}

TEST(Units, AUnitIsFoundThatFollowsQuotes) {
  Context context(1);
  LmOptions o;
  o.hidden = 12;
  o.embedding = 4;
  o.chunk = 16;
  o.train.batch_size = 8;
  o.train.epochs = 6;
  o.train.optimizer.learning_rate = 1e-2;
  const LmText text = prepare_text(quoted_text(), "quotes", o);
  const LmModel model = train_lm(context, text, o).model;
  const UnitStudy study = study_units(context, model, text);
  ASSERT_FALSE(study.features.empty());
  EXPECT_EQ(study.features[0].feature, "inside quotes");
  EXPECT_EQ(study.features[0].best.size(), 3u);
  EXPECT_GT(std::abs(study.features[0].best[0].correlation), 0.8);
  EXPECT_LE(std::abs(study.features[0].best[0].correlation), 1.0 + 1e-9);
  EXPECT_GE(std::abs(study.features[0].best[0].correlation), std::abs(study.features[0].best[1].correlation));
  for (const FeatureUnits& feature : study.features) {
    EXPECT_NE(feature.feature, "brackets open") << "there are none";
    ASSERT_EQ(feature.activations.size(), study.sample.size());
    for (const double a : feature.activations) EXPECT_LE(std::abs(a), 1);
  }
  const std::string page = units_report(model, text, study);
  EXPECT_NE(page.find("inside quotes"), std::string::npos);
  EXPECT_NE(page.find("rgba(0,114,178"), std::string::npos);
  EXPECT_NE(describe(study.features[0]).find("layer 1, unit "), std::string::npos);
}

}  // namespace
}  // namespace recurra
