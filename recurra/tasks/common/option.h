// SPDX-License-Identifier: Apache-2.0
// An option of a task, declared once: its name, the member that stores it (and so its type and default), its range or
// choices, a line of help, and its group. The command's flags and help, Python's keywords, the "options" of a model
// file and the command shown in a report all come from these tables. Not here: checks that involve several options,
// which are plain functions (check_options). Example:
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

/// Marks a number that a task chooses by its data; users cannot give it.
inline constexpr Index kByData = std::numeric_limits<Index>::min();

/// An argument that is wrong for any data.
class UsageError : public ValueError {
 public:
  using ValueError::ValueError;
};

/// A line of help. Empty in WebAssembly modules, where it is not shown.
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

/// A value that is written and read as text, such as that of an enum.
struct TextValue {
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  ///< Errors: ValueError
};

/// How an option that names a file uses it.
enum class FileUse {
  none,
  read,
  written,
  report  ///< written in addition to the result, so it cannot be standard output
};

/// One option. Its table refers to the members of a struct, which must outlive the table.
struct Option {
  using Value = std::variant<bool*, Index*, std::uint64_t*, double*, std::string*, std::vector<std::string>*,
                             std::array<double, 3>*, std::vector<double>*, std::optional<double>*,
                             std::optional<std::string>*, TextValue>;

  std::string name;                  ///< "min-count": the flag --min-count, Python's min_count
  std::string group;                 ///< heading in the help: "Data", "Net", "Training", ...
  const char* help = "";             ///< one line
  Value value = {};                  ///< where it is stored
  std::vector<std::string> choices;  ///< for an enum
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;  ///< whether the bound itself is outside the range
  std::string standard = {};                 ///< the default in words; empty: the value when the table was made
  std::optional<double> unset;               ///< a number outside the range that means `standard`
  std::string key = {};                      ///< in a model file; empty: not stored there
  std::optional<std::string> absent;         ///< the value meant by a model file without the key
  bool omitted = false;                      ///< not written if it has that value
  std::function<bool()> applies;             ///< whether a model file has it; null: always
  std::string negative = {};                 ///< for a bool: the flag that turns it off
  FileUse file = FileUse::none;
  bool positional = false, required = false;
  bool everywhere = false;            ///< an option of the whole command, such as --seed
  bool split = false;                 ///< for a list: words are split at commas
  std::string needs = {}, bars = {};  ///< another option that must, or must not, also be given
  bool given = false;                 ///< set by set()

  Option& range(double from, double to);
  Option& at_least(double from);
  Option& above(double bound);
  Option& range_below(double from, double bound);  ///< from included, bound not
  /// Default in words. `stand_in`: the number that means the default, if not kByData.
  Option& automatic(const char* words, std::optional<double> stand_in = {});
  /// Stored in the model file, as `as` or under its name with _ for -.
  Option& kept(const char* as = "");
  /// The same for an option that older files lack, where it means `value`: written only if it differs from `value`.
  Option& kept_unless(const char* value, const char* as = "");
  /// The value meant by older files without the option; it is always written.
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

  /// Sets the value from a user's words. Errors: ValueError that says what was expected and found, without the name.
  void set(const std::vector<std::string>& words);
  /// Its value as words that set would accept. Empty: nothing set.
  std::vector<std::string> words() const;
  /// The default shown by --help; empty: none.
  std::string default_text() const;
  /// "INT", "FLOAT", "TEXT", "FILE", or its choices; empty for a bool.
  std::string type_text() const;
  bool is_flag() const { return std::holds_alternative<bool*>(value); }
  bool is_list() const;
  /// Errors: ValueError "name: expected low to high, found value".
  void check_range() const;

 private:
  friend class OptionTable;
  std::string first_;  ///< the default in words when the table was made
};

/// The options of a verb, in the order of the help.
class OptionTable {
 public:
  /// Sets the group of the options added next.
  void group(const char* name) { group_ = name; }

  template <class T>
  Option& add(const char* name, T& value, HelpText help) {
    return put(name, &value, help);
  }
  /// An option with the value of an enum.
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

  /// Null if there is no such option.
  Option* find(const std::string& name);
  void remove(const std::string& name);
  std::deque<Option>& options() { return options_; }
  const std::deque<Option>& options() const { return options_; }

  /// Checks the ranges of all options. Errors: ValueError.
  void check_ranges() const;
  /// Checks that required options are given, and those that need or bar another one. Errors: UsageError.
  void check_given() const;

  /// Adds the options stored in a model file to a JSON object.
  void write(nlohmann::json& json) const;
  /// Reads the result of write. Errors: FormatError for a missing key, a wrong type, or an integer out of range.
  void read(const JsonReader& reader);

 private:
  Option& put(const char* name, Option::Value value, HelpText help);

  std::string group_;
  std::deque<Option> options_;  ///< references stay valid while options are added
};

/// Sets an option by its name. Errors: UsageError that begins with `prefix` and the name, and suggests a choice.
void set_option(Option& option, const std::vector<std::string>& words, const std::string& prefix = "");

/// Quotes a text for the shell if necessary: 'two words'.
std::string shell_word(const std::string& text);

/// " --embedding 32 --no-crf": the stored options of `actual` that differ from those of `standard`, a table of the same
/// options, quoted for a shell.
std::string differing_flags(const OptionTable& actual, const OptionTable& standard);

/// The same for a task's options.
template <class Options>
std::string options_as_flags(Options actual, Options standard) {
  OptionTable first, second;
  add_options(first, actual);
  add_options(second, standard);
  return differing_flags(first, second);
}

/// Calls the check of a task's options and rethrows its ValueError as UsageError.
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
