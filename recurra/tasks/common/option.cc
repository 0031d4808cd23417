// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/option.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "recurra/data/nearest_name.h"
#include "recurra/data/number.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// The shortest text that reads as the same number, among 15 and 17 digits.
std::string number_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", x);
  if (std::strtod(text, nullptr) != x) std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

const std::string& one(const Words& words) {
  require(words.size() == 1, "expected one value, found ", words.size());
  return words[0];
}

template <class Integer>
Integer integer_of(const std::string& word) {
  Integer value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  require(error != std::errc::result_out_of_range, "expected a number of at most 64 bits, found ", word);
  require(error == std::errc() && end == word.data() + word.size(), "expected a whole number, found ",
          quote_for_message(word));
  return value;
}

double number_of(const std::string& word) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  require(end != word.c_str() && *end == '\0', "expected a number, found ", quote_for_message(word));
  require(std::isfinite(value), "expected a finite number, found ", word);
  return value;
}

bool truth_of(const Words& words) {
  if (words.empty()) return true;
  const auto word = read_truth(one(words));
  require(word.has_value(), "expected true or false, found ", quote_for_message(words[0]));
  return word->value;
}

/// Splits at commas; \, is a comma.
Words split_at_commas(const Words& words) {
  Words out;
  for (const std::string& word : words) {
    out.emplace_back();
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (word[i] == ',') {
        out.emplace_back();
        continue;
      }
      const bool escaped = word[i] == '\\' && i + 1 < word.size() && word[i + 1] == ',';
      out.back() += word[escaped ? ++i : i];
    }
  }
  return out;
}

std::string joined_with_commas(const Words& words) {
  std::string out;
  for (const std::string& word : words) {
    if (&word != &words[0]) out += ',';
    for (const char c : word) out += c == ',' ? "\\," : std::string(1, c);
  }
  return out;
}

void set_three(std::array<double, 3>& three, const Words& words) {
  const Words parts = split_at_commas(words);
  require(parts.size() == 3, "expected three fractions, for training, validation and test, such as 0.7,0.1,0.2; found ",
          parts.size());
  std::transform(parts.begin(), parts.end(), three.begin(), number_of);
}

}  // namespace

Option& Option::range(double from, double to) {
  low = from;
  high = to;
  return *this;
}
Option& Option::at_least(double from) {
  low = from;
  return *this;
}
Option& Option::above(double bound) {
  low = bound;
  low_open = true;
  return *this;
}
Option& Option::range_below(double from, double bound) {
  low = from;
  high = bound;
  high_open = true;
  return *this;
}
Option& Option::automatic(const char* words, std::optional<double> stand_in) {
  standard = words;
  unset = stand_in;
  return *this;
}
Option& Option::kept(const char* as) {
  key = as;
  if (key.empty()) std::replace_copy(name.begin(), name.end(), std::back_inserter(key), '-', '_');
  return *this;
}
Option& Option::kept_unless(const char* means, const char* as) {
  absent = means;
  omitted = true;
  return kept(as);
}
Option& Option::missing(const char* means) {
  absent = means;
  return *this;
}
Option& Option::only_if(std::function<bool()> condition) {
  applies = std::move(condition);
  return *this;
}
Option& Option::off(const char* flag) {
  negative = flag;
  return *this;
}
Option& Option::path(FileUse use) {
  file = use;
  return *this;
}
Option& Option::argument(bool is_required) {
  positional = true;
  required = is_required;
  return *this;
}
Option& Option::must() {
  required = true;
  return *this;
}
Option& Option::splits() {
  split = true;
  return *this;
}
Option& Option::with(const char* other) {
  needs = other;
  return *this;
}
Option& Option::without(const char* other) {
  bars = other;
  return *this;
}
Option& Option::global() {
  everywhere = true;
  return *this;
}

void Option::set(const Words& words) {
  std::visit(
      Overloaded{[&](bool* v) { *v = truth_of(words); }, [&](Index* v) { *v = integer_of<Index>(one(words)); },
                 [&](std::uint64_t* v) { *v = integer_of<std::uint64_t>(one(words)); },
                 [&](double* v) { *v = number_of(one(words)); }, [&](std::string* v) { *v = one(words); },
                 [&](std::vector<std::string>* v) { *v = split ? split_at_commas(words) : words; },
                 [&](std::array<double, 3>* v) { set_three(*v, words); },
                 [&](std::vector<double>* v) {
                   v->clear();
                   for (const std::string& part : split_at_commas(words)) v->push_back(number_of(part));
                 },
                 [&](std::optional<double>* v) { *v = number_of(one(words)); },
                 [&](std::optional<std::string>* v) { *v = one(words); }, [&](TextValue& v) { v.set(one(words)); }},
      value);
  given = true;
}

Words Option::words() const {
  const auto text = [](const std::string& word) { return word.empty() ? Words() : Words{word}; };
  return std::visit(
      Overloaded{[](bool* v) { return Words{*v ? "true" : "false"}; },
                 [](Index* v) { return *v == kByData ? Words() : Words{concat(*v)}; },
                 [](std::uint64_t* v) { return Words{concat(*v)}; }, [](double* v) { return Words{number_text(*v)}; },
                 [&](std::string* v) { return text(*v); }, [](std::vector<std::string>* v) { return *v; },
                 [](std::array<double, 3>* v) {
                   return Words{number_text((*v)[0]) + "," + number_text((*v)[1]) + "," + number_text((*v)[2])};
                 },
                 [&](std::vector<double>* v) {
                   Words numbers;
                   for (const double number : *v) numbers.push_back(number_text(number));
                   return text(joined_with_commas(numbers));
                 },
                 [](std::optional<double>* v) { return *v ? Words{number_text(**v)} : Words(); },
                 [](std::optional<std::string>* v) { return *v ? Words{**v} : Words(); },
                 [&](const TextValue& v) { return text(v.get()); }},
      value);
}

std::string Option::default_text() const {
  return is_flag() ? "" : standard.empty() ? first_ : standard;
}

std::string Option::type_text() const {
  if (is_flag()) return "";
  if (file != FileUse::none) return "FILE";
  if (!choices.empty()) {
    std::string out;
    for (const std::string& choice : choices) out += (out.empty() ? "{" : ",") + choice;
    return out + "}";
  }
  if (std::holds_alternative<Index*>(value) || std::holds_alternative<std::uint64_t*>(value)) return "INT";
  if (std::holds_alternative<double*>(value) || std::holds_alternative<std::optional<double>*>(value)) return "FLOAT";
  if (std::holds_alternative<std::array<double, 3>*>(value)) return "A,B,C";
  if (std::holds_alternative<std::vector<double>*>(value)) return "A,B,...";
  return is_list() ? "TEXT,..." : "TEXT";
}

bool Option::is_list() const {
  return std::holds_alternative<std::vector<std::string>*>(value);
}

void Option::check_range() const {
  const auto check = [&](double x) {
    if (unset && x == *unset) return;
    if ((low_open ? x > low : x >= low) && (high_open ? x < high : x <= high)) return;
    std::string expected;
    if (std::isinf(high)) {
      expected = concat(low_open ? "above " : "at least ", number_text(low));
    } else {
      expected = concat(number_text(low), " to ", high_open ? "below " : "", number_text(high));
    }
    throw ValueError(concat(name, ": expected ", expected, ", found ", number_text(x)));
  };
  std::visit(Overloaded{[&](Index* v) {
                          if (*v != kByData) check(static_cast<double>(*v));
                        },
                        [&](double* v) { check(*v); },
                        [&](std::optional<double>* v) {
                          if (*v) check(**v);
                        },
                        [](const auto&) {}},
             value);
}

Option& OptionTable::put(const char* name, Option::Value value, HelpText help) {
  Option& option = options_.emplace_back();
  option.name = name;
  option.group = group_;
  option.help = help.text();
  option.value = std::move(value);
  const Words words = option.words();
  option.first_ = option.is_list() ? joined_with_commas(words) : words.empty() ? "" : words[0];
  return option;
}

Option* OptionTable::find(const std::string& name) {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

void OptionTable::remove(const std::string& name) {
  std::erase_if(options_, [&](const Option& o) { return o.name == name; });
}

void OptionTable::check_ranges() const {
  for (const Option& option : options_) option.check_range();
}

void OptionTable::check_given() const {
  const auto is_given = [&](const std::string& name) {
    return std::any_of(options_.begin(), options_.end(), [&](const Option& o) { return o.given && o.name == name; });
  };
  for (const Option& o : options_) {
    const std::string dashes = o.positional ? "" : "--";
    require<UsageError>(!o.required || o.given, dashes, o.name, " is required");
    if (!o.given) continue;
    require<UsageError>(o.needs.empty() || is_given(o.needs), "--", o.name, " needs --", o.needs);
    require<UsageError>(o.bars.empty() || !is_given(o.bars), "--", o.name, " excludes --", o.bars);
  }
}

void OptionTable::write(Json& json) const {
  for (const Option& o : options_) {
    if (o.key.empty() || (o.applies && !o.applies())) continue;
    const Words words = o.words();
    if (o.omitted && (words.empty() ? "" : words[0]) == *o.absent) continue;
    json[o.key] = std::visit(Overloaded{[](const TextValue& v) { return Json(v.get()); },
                                        [](std::optional<double>* v) { return *v ? Json(**v) : Json(); },
                                        [](std::optional<std::string>* v) { return *v ? Json(**v) : Json(); },
                                        [](auto* v) { return Json(*v); }},
                             o.value);
  }
}

void OptionTable::read(const JsonReader& r) {
  constexpr double kWhole = 9.2e18;
  for (Option& o : options_) {
    if (o.key.empty() || (o.applies && !o.applies())) continue;
    if (o.absent && !r.has(o.key)) {
      o.set(o.absent->empty() && o.is_list() ? Words() : Words{*o.absent});
      continue;
    }
    const char* key = o.key.c_str();
    std::visit(Overloaded{[&](bool* v) { *v = r.boolean(key); },
                          [&](Index* v) {
                            *v = r.integer(key, o.low < -kWhole ? INT64_MIN : static_cast<Index>(o.low),
                                           o.high > kWhole ? INT64_MAX : static_cast<Index>(o.high));
                          },
                          [&](std::uint64_t* v) { *v = static_cast<std::uint64_t>(r.integer(key, 0, INT64_MAX)); },
                          [&](double* v) { *v = r.number(key); }, [&](std::string* v) { *v = r.text(key); },
                          [&](std::vector<std::string>* v) { *v = r.texts(key); },
                          [&](std::array<double, 3>* v) {
                            const std::vector<double> numbers = r.numbers(key);
                            require<FormatError>(numbers.size() == 3, r.where(), ": expected three numbers in \"", key,
                                                 "\", found ", numbers.size());
                            std::copy(numbers.begin(), numbers.end(), v->begin());
                          },
                          [&](std::vector<double>* v) { *v = r.numbers(key); },
                          [&](std::optional<double>* v) {
                            const double number = r.number(key, true);
                            *v = std::isnan(number) ? std::nullopt : std::optional(number);
                          },
                          [&](std::optional<std::string>* v) { *v = r.text(key); },
                          [&](TextValue& v) {
                            const std::string text = r.text(key);
                            try {
                              v.set(text);
                            } catch (const ValueError& error) {
                              throw FormatError(concat(r.where(), ": \"", key, "\": ", error.what()));
                            }
                          }},
               o.value);
  }
}

void set_option(Option& option, const Words& words, const std::string& prefix) {
  try {
    option.set(words);
  } catch (const ValueError& error) {
    const std::string meant = words.size() == 1 ? nearest_name(words[0], option.choices) : "";
    throw UsageError(
        concat(prefix, option.name, ": ", error.what(), meant.empty() ? "" : "; did you mean '" + meant + "'?"));
  }
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || std::string("_-./,:=+").find(static_cast<char>(c)) != std::string::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string differing_flags(const OptionTable& actual, const OptionTable& standard) {
  std::string out;
  for (std::size_t i = 0; i < actual.options().size(); ++i) {
    const Option& o = actual.options()[i];
    const Words words = o.words();
    if (o.key.empty() || o.everywhere || words == standard.options()[i].words()) continue;
    if (o.applies && !o.applies()) continue;
    if (o.is_flag())
      out += words[0] == "true" ? " --" + o.name : " --" + (o.negative.empty() ? "no-" + o.name : o.negative);
    else if (!words.empty())
      out += " --" + o.name + " " + shell_word(o.is_list() ? joined_with_commas(words) : words[0]);
  }
  return out;
}

}  // namespace recurra
