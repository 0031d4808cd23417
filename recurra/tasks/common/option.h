// SPDX-License-Identifier: Apache-2.0
// An option of a task, declared once: its name, the member that holds it (and so its type and default), its range or
// choices, a line of help, and the group that it is listed in. The command makes its flags and help from these tables,
// Python its keywords, a model file its "options", a report the command that repeats a run. Not here: checks that
// involve several options, which are plain functions (check_options). Example:
//
//   recurra::NetOptions net;
//   recurra::OptionTable table;
//   table.group("Net");
//   table.add("hidden", net.hidden, "Units per layer").range(1, 65'536).kept();
//   table.find("hidden")->set({"32"});                                           // net.hidden is 32
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "recurra/base/error.h"
#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

class JsonReader;

/// Stands for a number that a task chooses by its data; no option takes it from a user.
inline constexpr Index kByData = std::numeric_limits<Index>::min();

/// An argument that no data could make right.
class UsageError : public ValueError {
 public:
  using ValueError::ValueError;
};

/// A line of help. A WebAssembly module, in which nobody reads it, does not carry it.
class HelpText {
 public:
#ifdef __EMSCRIPTEN__
  consteval HelpText(const char*) : text_("") {}  // NOLINT: implicit, so that a table reads as a table
#else
  constexpr HelpText(const char* text) : text_(text) {}  // NOLINT
#endif
  const char* text() const {
    return text_;
  }

 private:
  const char* text_;
};

/// A value that is told and read as text, such as one of an enum.
struct TextValue {
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  ///< Errors: ValueError
};

/// What a face has to know of a text that names a file.
enum class FileUse {
  none,
  read,
  written,
  report  ///< written beside the result, so that standard output is not for it
};

/// One option. The table it stands in refers to the members of a struct, which must outlive it.
struct Option {
  using Value = std::variant<bool*, Index*, std::uint64_t*, double*, std::string*, std::vector<std::string>*,
                             std::array<double, 3>*, std::vector<double>*, std::optional<double>*,
                             std::optional<std::string>*, TextValue>;

  std::string name;                  ///< "min-count": the flag --min-count, Python's min_count
  std::string group;                 ///< what it is for: "Data", "Net", "Training", ...
  const char* help = "";             ///< one line
  Value value = {};                  ///< where it is stored
  std::vector<std::string> choices;  ///< of an enum
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;  ///< whether the bound itself is outside the range
  std::string standard = {};                 ///< the default, in words; empty: the value when the table was made
  std::optional<double> unset;               ///< a number that stands for `standard`; outside the range
  std::string key = {};                      ///< in a model file; empty: not kept there
  std::optional<std::string> absent;         ///< what a model file means that does not have the key
  bool omitted = false;                      ///< not written where it has that value
  std::function<bool()> applies;             ///< null: always; whether a model file has it
  std::string negative = {};                 ///< of a bool: the flag that turns it off
  FileUse file = FileUse::none;
  bool positional = false, required = false;
  bool everywhere = false;            ///< an option of the whole command, such as --seed
  bool split = false;                 ///< of a list: its words are split at commas
  std::string needs = {}, bars = {};  ///< another option that must, or must not, be given too
  bool given = false;                 ///< set by set()

  Option& range(double from, double to);
  Option& at_least(double from);
  Option& above(double bound);
  Option& range_below(double from, double bound);  ///< from included, bound not
  /// Default in words. `stand_in`: the number that means it, where it is not kByData.
  Option& automatic(const char* words, std::optional<double> stand_in = {});
  /// Kept in the model file, as `as` or under its name with _ for -.
  Option& kept(const char* as = "");
  /// The same for an option that older files lack, which then means `value`: written only where it differs from that.
  Option& kept_unless(const char* value, const char* as = "");
  /// What older files mean, which lack it; written all the same.
  Option& missing(const char* value);
  Option& only_if(std::function<bool()> condition);
  Option& off(const char* flag);
  Option& path(FileUse use);
  Option& argument(bool must = true);  ///< positional
  Option& must();
  Option& splits();
  Option& with(const char* other);
  Option& without(const char* other);
  Option& global();

  /// Reads the words that a user gave. Errors: ValueError that says what was expected and found, without the name.
  void set(const std::vector<std::string>& words);
  /// Its value as words that set would read. Empty: nothing set.
  std::vector<std::string> words() const;
  /// What --help shows as the default; empty: none to speak of.
  std::string default_text() const;
  /// "INT", "FLOAT", "TEXT", "FILE", or its choices; empty for a bool.
  std::string type_text() const;
  bool is_flag() const { return std::holds_alternative<bool*>(value); }
  bool is_list() const;
  /// Errors: ValueError "name: expected low to high, found value".
  void check_range() const;

 private:
  friend class OptionTable;
  std::string first_;  ///< the default in words, when the table was made
};

/// The options of a verb, in the order in which they are listed.
class OptionTable {
 public:
  /// The group of the options that are added next.
  void group(const char* name) { group_ = name; }

  template <class T>
  Option& add(const char* name, T& value, HelpText help) {
    return put(name, &value, help);
  }
  /// One value of an enum.
  template <class Enum>
  Option& add(const char* name, Enum& value, const Names<Enum>& names, HelpText help) {
    Option& option = put(name,
                         TextValue{[&value, &names] { return name_of(names, value); },
                                   [&value, &names](const std::string& text) { value = parse_name(names, text); }},
                         help);
    option.choices = names.names();
    return option;
  }
  Option& add(const char* name, TextValue value, HelpText help) { return put(name, std::move(value), help); }

  /// Null if there is none.
  Option* find(const std::string& name);
  void remove(const std::string& name);
  std::deque<Option>& options() { return options_; }
  const std::deque<Option>& options() const { return options_; }

  /// Ranges of all. Errors: ValueError.
  void check_ranges() const;
  /// What a user gave: whether the required ones are there, and those that need or bar another. Errors: UsageError.
  void check_given() const;

  /// Adds what a model file keeps to an object.
  void write(nlohmann::json& json) const;
  /// Reads what write wrote. Errors: FormatError for a missing key, another type, or a whole number out of range.
  void read(const JsonReader& reader);

 private:
  Option& put(const char* name, Option::Value value, HelpText help);

  std::string group_;
  std::deque<Option> options_;  ///< a reference to one stays good while others are added
};

/// Sets an option by its name. Errors: UsageError that begins with `prefix` and the name, and suggests a choice.
void set_option(Option& option, const std::vector<std::string>& words, const std::string& prefix = "");

/// "'two words'" for a shell where the text is not plain.
std::string shell_word(const std::string& text);

/// " --embedding 32 --no-crf": the kept options of `actual` that differ from those of `standard`, a table of the same
/// options; as a shell reads them.
std::string differing_flags(const OptionTable& actual, const OptionTable& standard);

/// The same of a task's options.
template <class Options>
std::string options_as_flags(Options actual, Options standard) {
  OptionTable first, second;
  add_options(first, actual);
  add_options(second, standard);
  return differing_flags(first, second);
}

/// Calls the check of a task's options and turns what it finds into a wrong usage.
template <class Check>
void check_usage(Check check) {
  try {
    check();
  } catch (const UsageError&) {
    throw;
  } catch (const ValueError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace recurra
