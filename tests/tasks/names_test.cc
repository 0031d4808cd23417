// SPDX-License-Identifier: Apache-2.0
// Each enum that users choose from has one table of names, and each of its values stands there once.
#include "recurra/base/names.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "recurra/io/vocabulary_json.h"
#include "recurra/ops/losses.h"
#include "recurra/tasks/classify/options.h"
#include "recurra/tasks/forecast/options.h"
#include "recurra/tasks/lm/options.h"
#include "recurra/tasks/seq2seq/options.h"
#include "recurra/tasks/synthetic/problem.h"

namespace recurra {
namespace {

constexpr int kMaxValues = 32;

/// Whether the compiler has a name for the value; for a number that is none it prints "(Enum)5".
template <auto kValue>
constexpr bool is_enumerator() {
  const std::string_view name = __PRETTY_FUNCTION__;
  return name[name.find("kValue = ") + 9] != '(';
}

template <class Enum, int... kNumbers>
std::vector<Enum> values_of(std::integer_sequence<int, kNumbers...>) {
  std::vector<Enum> out;
  ((is_enumerator<static_cast<Enum>(kNumbers)>() ? out.push_back(static_cast<Enum>(kNumbers)) : void()), ...);
  return out;
}

template <class Enum>
void expect_complete(const Names<Enum>& names) {
  const std::vector<Enum> all = values_of<Enum>(std::make_integer_sequence<int, kMaxValues>());
  EXPECT_EQ(names.values().size(), all.size()) << names.list();
  for (const Enum value : all) EXPECT_EQ(parse_name(names, name_of(names, value)), value) << names.list();
  EXPECT_EQ(std::set<std::string>(names.names().begin(), names.names().end()).size(), names.names().size());
}

TEST(Names, EveryValueHasOne) {
  expect_complete(cell_names());
  expect_complete(init_names());
  expect_complete(optimizer_names());
  expect_complete(schedule_names());
  expect_complete(scale_names());
  expect_complete(ops::loss_kind_names());
  expect_complete(token_unit_names());
  expect_complete(forcing_names());
  expect_complete(attention_names());
  expect_complete(difference_names());
  expect_complete(strategy_names());
  expect_complete(readout_names());
  expect_complete(lm_format_names());
  expect_complete(synthetic_names());
}

TEST(Names, DoNotDependOnTheOrderOfTheEnum) {
  enum class Colour { red, green, blue };
  const Names<Colour> names = {{"blue", Colour::blue}, {"red", Colour::red}, {"green", Colour::green}};
  expect_complete(names);
  EXPECT_EQ(name_of(names, Colour::green), "green");
  EXPECT_EQ(names.only({Colour::red, Colour::blue}).list(), "red, blue");
  EXPECT_THROW(parse_name(names, "pink"), ValueError);
  EXPECT_THROW(name_of(names.only({Colour::red}), Colour::blue), ValueError);
}

TEST(Names, AForecasterOffersSomeLossesByTheirOwnNames) {
  for (const ops::LossKind kind : loss_names().values())
    EXPECT_EQ(name_of(loss_names(), kind), name_of(ops::loss_kind_names(), kind));
  EXPECT_THROW(name_of(loss_names(), ops::LossKind::bce_with_logits), ValueError);
}

}  // namespace
}  // namespace recurra
