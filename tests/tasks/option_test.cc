// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/option.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/classify/options.h"
#include "recurra/tasks/forecast/options.h"
#include "recurra/tasks/lm/options.h"
#include "recurra/tasks/seq2seq/options.h"
#include "recurra/tasks/tag/options.h"
#include "recurra/tasks/tasks.h"

namespace recurra {
namespace {

enum class Colour { red, green };

struct Paint {
  Index coats = 2;
  double gloss = 0.5;
  bool dry = true;
  Colour colour = Colour::red;
  std::optional<double> price;
  std::vector<std::string> rooms;
  std::array<double, 3> mix = {0.7, 0.1, 0.2};
  std::vector<double> widths = {5, 7.5};
};

void add_options(OptionTable& t, Paint& p) {
  static const Names<Colour> names = {{"red", Colour::red}, {"green", Colour::green}};
  t.group("Paint");
  t.add("coats", p.coats, "How often").range(1, 9).kept();
  t.add("gloss", p.gloss, "How shiny").range_below(0, 1).kept();
  t.add("dry", p.dry, "Wait").kept();
  t.add("main-colour", p.colour, names, "Which").kept();
  t.add("price", p.price, "Per litre").automatic("asked for").kept();
  t.add("rooms", p.rooms, "Where").splits().kept_unless("");
  t.add("mix", p.mix, "Of what").kept();
  t.add("widths", p.widths, "Of brushes").kept_unless("5,7.5");
}

OptionTable table_of_paint(Paint& paint) {
  OptionTable table;
  add_options(table, paint);
  return table;
}

std::string complaint(OptionTable& table, const char* name, std::vector<std::string> words) {
  try {
    set_option(*table.find(name), words, "--");
    table.check_ranges();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "none";
}

TEST(Option, ReadsWordsIntoItsMember) {
  Paint paint;
  OptionTable t = table_of_paint(paint);
  t.find("coats")->set({"3"});
  t.find("gloss")->set({"2.5e-1"});
  t.find("dry")->set({"false"});
  t.find("main-colour")->set({"green"});
  t.find("price")->set({"7"});
  t.find("rooms")->set({"hall,bath", "a\\,b"});
  t.find("mix")->set({"1,2,3"});
  EXPECT_EQ(paint.coats, 3);
  EXPECT_EQ(paint.gloss, 0.25);
  EXPECT_FALSE(paint.dry);
  EXPECT_EQ(paint.colour, Colour::green);
  EXPECT_EQ(paint.price, 7.0);
  EXPECT_EQ(paint.rooms, (std::vector<std::string>{"hall", "bath", "a,b"}));
  EXPECT_EQ(paint.mix[2], 3);
  EXPECT_EQ(t.find("coats")->default_text(), "2") << "the default is that of the struct, whatever was set since";
  EXPECT_EQ(t.find("price")->default_text(), "asked for");
  EXPECT_EQ(t.find("main-colour")->type_text(), "{red,green}");
}

TEST(Option, SaysWhatWasExpectedAndFound) {
  Paint paint;
  OptionTable t = table_of_paint(paint);
  EXPECT_EQ(complaint(t, "coats", {"0"}), "coats: expected 1 to 9, found 0");
  EXPECT_EQ(complaint(t, "coats", {"1e3"}), "--coats: expected a whole number, found '1e3'");
  EXPECT_EQ(complaint(t, "coats", {"99999999999999999999"}),
            "--coats: expected a number of at most 64 bits, found 99999999999999999999");
  paint.coats = 1;
  EXPECT_EQ(complaint(t, "gloss", {"1"}), "gloss: expected 0 to below 1, found 1");
  EXPECT_EQ(complaint(t, "gloss", {"inf"}), "--gloss: expected a finite number, found inf");
  EXPECT_EQ(complaint(t, "gloss", {"shiny"}), "--gloss: expected a number, found 'shiny'");
  paint.gloss = 0;
  EXPECT_EQ(complaint(t, "main-colour", {"gren"}),
            "--main-colour: expected one of red, green, found 'gren'; did you mean 'green'?");
  EXPECT_NE(complaint(t, "mix", {"1,2"}).find("found 2"), std::string::npos);
}

TEST(Option, KeepsWhatAModelFileNeedsAndReadsItAgain) {
  Paint paint{.coats = 4, .dry = false, .colour = Colour::green, .price = 3.5, .rooms = {"hall"}};
  nlohmann::json json;
  table_of_paint(paint).write(json);
  EXPECT_EQ(json["main_colour"], "green");
  Paint same;
  OptionTable t = table_of_paint(same);
  t.read(JsonReader(json, "x"));
  EXPECT_EQ(same.coats, 4);
  EXPECT_EQ(same.price, 3.5);
  EXPECT_EQ(same.rooms, paint.rooms);
  nlohmann::json plain;
  Paint bare;
  table_of_paint(bare).write(plain);
  EXPECT_FALSE(plain.contains("rooms"));
  same.rooms = {"hall"};
  t.read(JsonReader(plain, "x"));
  EXPECT_TRUE(same.rooms.empty()) << "what is absent has the value that the table says";
  json["coats"] = 10;
  EXPECT_THROW(t.read(JsonReader(json, "x")), FormatError);
  json.erase("coats");
  EXPECT_THROW(t.read(JsonReader(json, "x")), FormatError);
}

TEST(Option, ACommandLineTellsWhatDiffers) {
  EXPECT_EQ(options_as_flags(Paint(), Paint()), "");
  const Paint paint{.coats = 4, .dry = false, .price = 0.1, .rooms = {"a b", "c,d"}};
  EXPECT_EQ(options_as_flags(paint, Paint()), " --coats 4 --no-dry --price 0.1 --rooms 'a b,c\\,d'");
}

TEST(Option, GivenOptionsMayNeedOrExcludeOthers) {
  Paint paint;
  OptionTable t;
  t.group("Paint");
  t.add("coats", paint.coats, "How often").with("dry");
  t.add("dry", paint.dry, "Wait").without("price");
  t.add("price", paint.price, "Per litre").must();
  const auto complaint = [&] {
    try {
      t.check_given();
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_EQ(complaint(), "--price is required");
  t.find("price")->set({"1"});
  EXPECT_EQ(complaint(), "none");
  t.find("coats")->set({"1"});
  EXPECT_EQ(complaint(), "--coats needs --dry");
  t.find("dry")->set({});
  EXPECT_EQ(complaint(), "--dry excludes --price");
}

/// Each option that a model keeps, with another value than the default, through a file and back.
template <class Options>
void expect_every_kept_option_comes_back(Options start) {
  OptionTable names;
  add_options(names, start);
  for (const Option& o : names.options()) {
    if (o.key.empty()) continue;
    Options changed = start, read;
    OptionTable t;
    add_options(t, changed);
    Option& option = *t.find(o.name);
    if (option.is_flag())
      option.set({option.words()[0] == "true" ? "false" : "true"});
    else if (!option.choices.empty())
      option.set({option.choices.back() == option.words()[0] ? option.choices.front() : option.choices.back()});
    else if (option.type_text() == "INT")
      option.set({"3"});
    else if (option.type_text() == "FLOAT")
      option.set({"0.25"});
    else if (option.type_text() == "A,B,...")
      option.set({"10,20.5"});
    else if (option.type_text() == "A,B,C")
      option.set({"0.5,0.25,0.25"});
    else
      option.set({"some"});
    nlohmann::json json;
    t.write(json);
    OptionTable again;
    add_options(again, read);
    again.read(JsonReader(json, o.name));
    if (option.applies && !option.applies()) continue;
    EXPECT_EQ(again.find(o.name)->words(), option.words()) << o.name;
  }
}

TEST(Option, EveryKeptOptionOfEveryTaskComesBackFromAFile) {
  ForecastOptions forecast;
  forecast.lookback = 2;
  expect_every_kept_option_comes_back(forecast);
  ClassifyOptions classify;
  classify.ensemble = 2;
  classify.init.chrono_steps = 0;
  expect_every_kept_option_comes_back(classify);
  expect_every_kept_option_comes_back(TagOptions());
  expect_every_kept_option_comes_back(Seq2SeqOptions());
  expect_every_kept_option_comes_back(LmOptions());
  LmOptions frames;
  frames.format = LmFormat::frames;
  expect_every_kept_option_comes_back(frames);
}

TEST(Task, EveryOptionOfEveryVerbSaysWhatItIsFor) {
  for (const Task* task : all_tasks()) {
    EXPECT_GE(task->verbs.size(), 3u) << task->name;
    for (const Verb& verb : task->verbs) {
      const VerbCall call = verb.begin();
      std::set<std::string> names;
      for (const Option& o : call.options.options()) {
        const std::string where = std::string(task->name) + " " + verb.name + " " + o.name;
        EXPECT_FALSE(std::string(o.help).empty()) << where;
        EXPECT_FALSE(o.group.empty()) << where;
        EXPECT_TRUE(names.insert(o.name).second) << where << " stands twice";
        EXPECT_NO_THROW(o.check_range()) << where << ": its default is outside its range";
      }
      for (const Option& o : call.options.options())
        for (const std::string& other : {o.needs, o.bars})
          EXPECT_TRUE(other.empty() || names.count(other) == 1) << o.name << " names " << other;
    }
  }
}

}  // namespace
}  // namespace recurra
