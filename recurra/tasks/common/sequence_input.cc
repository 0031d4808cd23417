// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/sequence_input.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/utf8.h"
#include "recurra/data/wav.h"
#include "recurra/io/json_lines.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

const Names<InputKind>& kind_names() {
  static const Names<InputKind> names = {
      {"numbers", InputKind::numbers}, {"symbols", InputKind::symbols}, {"sound", InputKind::sound}};
  return names;
}

const Alphabet& alphabet_of(const InputEncoding& encoding, const std::string& where) {
  require(encoding.alphabet.has_value(), where,
          ": symbols need an alphabet: --alphabet dna, rna, protein or the letters");
  return *encoding.alphabet;
}

std::string extension_of(const fs::path& path) {
  std::string out = path.extension().string();
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + quote_for_message(name);
  return out;
}

void warn_of_extra(LabelledSequences& set, const std::vector<std::string>& extra) {
  if (extra.empty()) return;
  const bool one = extra.size() == 1;
  set.warnings.push_back(concat(set.source, ": ignored ", one ? "a column that is" : "columns that are",
                                " no channel of the model: ", quoted_list(extra)));
}

/// Data without names: their channels are in the order of training.
void take_by_place(LabelledSequences& set, const InputEncoding& encoding) {
  if (set.channels.size() == encoding.channels.size() && set.channels != encoding.channels)
    set.warnings.push_back(
        concat(set.source, ": its channels have no names and are taken in the order ", quoted_list(encoding.channels)));
}

/// Adds the sequences of one source after another; the first one decides the channels.
class Collector {
 public:
  Collector(std::string source, InputEncoding& encoding) : encoding_(encoding) { set_.source = std::move(source); }

  void add(InputKind kind, const std::vector<std::string>& channels, const std::string& id, const std::string& label,
           std::span<const float> steps, const std::string& where) {
    if (set_.x.total_steps() == 0) {  // sequences without steps fit any number of channels
      Sequences<float> empty(static_cast<Index>(channels.size()));
      for (Index i = 0; i < set_.count(); ++i) empty.add(std::vector<float>());
      set_.x = empty;
      set_.channels = channels;
      encoding_.kind = kind;
    }
    require(kind == encoding_.kind, where, ": expected ", name_of(kind_names(), encoding_.kind), " as before, found ",
            name_of(kind_names(), kind));
    require(steps.empty() || channels.size() == set_.channels.size(), where, ": expected ", set_.channels.size(),
            " channels as in the first sequence, found ", channels.size());
    set_.add(id, label, steps);
  }

  void add_symbols(std::string_view symbols, const std::string& id, const std::string& label,
                   const std::string& where) {
    const Alphabet& alphabet = alphabet_of(encoding_, where);
    std::vector<std::string> channels;
    for (const char letter : alphabet.letters()) channels.emplace_back(1, letter);
    add(InputKind::symbols, channels, id, label, alphabet.encode(symbols, unknown_), where);
  }

  void add_sound(const std::string& path, const std::string& id, const std::string& label) {
    const Sound sound = read_wav(path);
    if (encoding_.rate == 0) encoding_.rate = sound.rate;
    require(sound.rate == encoding_.rate, path, ": expected ", encoding_.rate,
            " samples a second as in the others, found ", sound.rate, "; resample it");
    std::vector<std::string> channels;
    for (Index b = 0; b < encoding_.mel.bands; ++b) channels.push_back(concat("mel", b + 1));
    add(InputKind::sound, channels, id, label, log_mel(sound, encoding_.mel), path);
  }

  /// A row is a step; columns are found by the names of the channels, if these are known.
  void add_table(const Table& table, const std::string& id, const std::string& label) {
    const std::vector<std::string> names = encoding_.channels.empty() ? table.names() : encoding_.channels;
    for (const auto& name : table.names())
      if (std::find(names.begin(), names.end(), name) == names.end() &&
          std::find(extra_.begin(), extra_.end(), name) == extra_.end())
        extra_.push_back(name);
    std::vector<std::vector<double>> columns;
    for (const auto& name : names) columns.push_back(table.number_column(name));
    std::vector<float> steps;
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows()); ++row)
      for (const auto& column : columns) steps.push_back(static_cast<float>(column[row]));
    add(InputKind::numbers, names, id, label, steps, table.file_name());
    if (!steps.empty()) encoding_.channels = names;
  }

  LabelledSequences finish() {
    require(set_.count() > 0, set_.source, ": there is no sequence");
    warn_of_extra(set_, extra_);
    if (encoding_.alphabet) warn_of_unknown(set_, *encoding_.alphabet, unknown_);
    return std::move(set_);
  }

 private:
  LabelledSequences set_;
  InputEncoding& encoding_;
  Index unknown_ = 0;
  std::vector<std::string> extra_;  ///< columns that match no channel
};

/// "values": a list of numbers, or a list of lists of numbers, null where missing. Returns the width.
std::size_t json_steps(const nlohmann::json& values, const std::string& where, std::vector<float>& steps) {
  require<FormatError>(values.is_array(), where, ": expected \"values\" to be a list");
  std::size_t width = 1;
  const auto number = [&](const nlohmann::json& v) {
    require<FormatError>(v.is_null() || v.is_number(), where, ": expected numbers or null in \"values\"");
    const double value = v.is_null() ? std::nan("") : v.get<double>();
    require<FormatError>(!(std::abs(value) > kLargestNumber), where, ": expected numbers of at most ", kLargestNumber,
                         " in size in \"values\", found ", value, "; divide them by a power of ten");
    steps.push_back(static_cast<float>(value));
  };
  for (std::size_t t = 0; t < values.size(); ++t) {
    const auto& step = values[t];
    if (t == 0 && step.is_array()) width = step.size();
    require<FormatError>(
        width > 0 && step.is_array() == values[0].is_array() && (!step.is_array() || step.size() == width), where,
        ": step ", t + 1, " of \"values\" does not have ", width, " numbers like the first");
    if (step.is_array()) {
      for (const auto& v : step) number(v);
    } else {
      number(step);
    }
  }
  return width;
}

void add_file(const fs::path& path, const std::string& label, const CsvOptions& csv, Collector& out) {
  const std::string extension = extension_of(path), name = path.string(), id = utf8_or_replaced(path.stem().string());
  if (extension == ".wav") {
    out.add_sound(name, id, label);
  } else if (extension == ".txt") {
    const std::string text = read_text_file(name);
    std::string symbols;
    std::copy_if(text.begin(), text.end(), std::back_inserter(symbols), [](char c) { return c > ' '; });
    out.add_symbols(symbols, id, label, name);
  } else if (extension == ".csv") {
    out.add_table(read_csv_file(name, csv), id, label);
  }
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    out.push_back(it->path());
  require<IoError>(!error, "cannot list '", folder.string(), "': ", error.message());
  std::sort(out.begin(), out.end());
  return out;
}

LabelledSequences read_folder(const std::string& path, const CsvOptions& csv, InputEncoding& encoding) {
  Collector out(path, encoding);
  for (const fs::path& entry : sorted_entries(path)) {
    if (!fs::is_directory(entry)) {
      add_file(entry, "", csv, out);
      continue;
    }
    const std::string label = entry.filename().string();
    require(is_utf8(label), path, ": the name of the folder ", quote_for_message(label),
            " would be a label, but is not UTF-8; rename it");
    for (const fs::path& file : sorted_entries(entry))
      if (!fs::is_directory(file)) add_file(file, label, csv, out);
  }
  return out.finish();
}

}  // namespace

// By the keys the command in a report repeats what differs; a model file stores the encoding apart from the options.
void add_options(OptionTable& t, InputEncoding& e) {
  const auto sound = [&e] { return e.kind == InputKind::sound; };
  InputColumns& c = e.columns;
  t.group("Data");
  t.add("id", c.id, "CSV: column that identifies the sequence of a row").kept();
  t.add("time", c.time, "CSV: column by which the steps are sorted").automatic("the order of the rows").kept();
  t.add("label", c.label, "CSV: column of labels").kept();
  t.add("values", c.values, "CSV: columns of values").splits().automatic("all others").kept();
  t.add("symbols", c.symbols, "CSV: column of symbol strings; each row is then a sequence").kept();
  t.add("alphabet",
        {[&e] { return e.alphabet ? e.alphabet->text() : std::string(); },
         [&e](const std::string& text) { e.alphabet = Alphabet::parse(text); }},
        "Alphabet of symbols: dna, rna, protein, or letters and codes: ACGT,N=ACGT")
      .kept();
  t.add("mel-bands", e.mel.bands, "Sound: bands per frame").kept().only_if(sound);
  t.add("frame-ms", e.mel.frame_ms, "Sound: length of a frame").kept().only_if(sound);
  t.add("hop-ms", e.mel.hop_ms, "Sound: time between frames").kept().only_if(sound);
}

void SequenceInput::add_to(OptionTable& options) {
  table.add_to(options,
               "A .ts file, a CSV file (- for standard input), JSON Lines (.jsonl), or a folder with a folder of .wav, "
               ".csv or .txt files for each label");
}

std::optional<Table> SequenceInput::table_of(const VerbContext& context, const std::string& path) const {
  if (path == "-") return read_input_table(context, table.csv());
  std::error_code ignored;
  const std::string extension = extension_of(path);
  if (fs::is_directory(path, ignored) || extension == ".ts" || extension == ".jsonl" || extension == ".ndjson")
    return std::nullopt;
  return read_csv_file(path, table.csv());
}

LabelledSequences SequenceInput::read(const VerbContext& context, const std::string& path, InputEncoding& encoding,
                                      bool labelled, TsTarget target) const {
  if (const auto own = table_of(context, path)) return labelled_table(*own, encoding, labelled);
  return read_labelled(path, table.csv(), encoding, labelled, target);
}

LabelledSequences labelled_table(const Table& table, InputEncoding& encoding, bool labelled) {
  const InputColumns& c = encoding.columns;
  const std::string &path = table.file_name(), label = labelled || table.has_column(c.label) ? c.label : "";
  if (!c.symbols.empty()) {
    encoding.kind = InputKind::symbols;
    return sequences_from(table, SymbolColumns{c.symbols, c.id, label}, alphabet_of(encoding, path));
  }
  require(
      !c.id.empty(), path,
      ": a table needs --id, the column that says which sequence a row belongs to, or --symbols, a column of symbol "
      "strings");
  encoding.kind = InputKind::numbers;
  LabelledSequences set =
      sequences_from(table, LongColumns{c.id, c.time, label, c.values.empty() ? encoding.channels : c.values});
  std::vector<std::string> known = set.channels, extra;
  known.insert(known.end(), {c.id, c.time, c.label});
  std::copy_if(table.names().begin(), table.names().end(), std::back_inserter(extra),
               [&](const auto& name) { return std::find(known.begin(), known.end(), name) == known.end(); });
  if (c.values.empty()) warn_of_extra(set, extra);
  if (encoding.channels.empty()) encoding.channels = set.channels;
  return set;
}

LabelledSequences parse_labelled_lines(std::string_view text, const std::string& name, InputEncoding& encoding) {
  Collector out(name, encoding);
  Index count = 0;
  for_each_json_line(text, name, [&](const nlohmann::json& json, const std::string& where) {
    std::string id = optional_text(json, "id", where);
    if (id.empty()) id = concat(count + 1);
    ++count;
    const std::string label = optional_text(json, "label", where);
    if (json.contains("symbols")) return out.add_symbols(JsonReader(json, where).text("symbols"), id, label, where);
    require<FormatError>(json.contains("values"), where, ": expected a key \"values\" or \"symbols\"");
    std::vector<float> steps;
    const std::size_t width = json_steps(json["values"], where, steps);
    std::vector<std::string> channels;
    for (std::size_t c = 0; c < width; ++c) channels.push_back(concat("channel", c + 1));
    out.add(InputKind::numbers, channels, id, label, steps, where);
  });
  LabelledSequences set = out.finish();
  if (encoding.kind == InputKind::numbers) take_by_place(set, encoding);
  return set;
}

LabelledSequences read_labelled(const std::string& path, const CsvOptions& csv, InputEncoding& encoding, bool labelled,
                                TsTarget target) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return read_folder(path, csv, encoding);
  const std::string extension = extension_of(path);
  if (extension == ".ts") {
    encoding.kind = InputKind::numbers;
    LabelledSequences set = read_ts_file(path, target);
    take_by_place(set, encoding);
    return set;
  }
  if (extension == ".jsonl" || extension == ".ndjson")
    return parse_labelled_lines(read_text_file(path), path, encoding);
  return labelled_table(read_csv_file(path, csv), encoding, labelled);
}

std::vector<std::string> given_names(const std::vector<std::string>& channels) {
  for (std::size_t c = 0; c < channels.size(); ++c)
    if (channels[c] != concat("channel", c + 1)) return channels;
  return {};
}

nlohmann::json to_json(const InputEncoding& e) {
  const InputColumns& c = e.columns;
  return {
      {"columns", {{"id", c.id}, {"time", c.time}, {"label", c.label}, {"symbols", c.symbols}, {"values", c.values}}},
      {"kind", name_of(kind_names(), e.kind)},
      {"alphabet", e.alphabet ? e.alphabet->text() : ""},
      {"rate", e.rate},
      {"mel_bands", e.mel.bands},
      {"frame_ms", e.mel.frame_ms},
      {"hop_ms", e.mel.hop_ms},
      {"low_hz", e.mel.low_hz},
      {"high_hz", e.mel.high_hz}};
}

InputEncoding input_encoding_from(const JsonReader& r) {
  InputEncoding e;
  const JsonReader c = r.child("columns");
  e.columns = {c.text("id"), c.text("time"), c.text("label"), c.text("symbols"), c.texts("values")};
  e.kind = r.one_of("kind", kind_names());
  try {
    if (const std::string text = r.text("alphabet"); !text.empty()) e.alphabet = Alphabet::parse(text);
    e.rate = r.number("rate");
    e.mel = {r.integer("mel_bands", 1, 1000), r.number("frame_ms"), r.number("hop_ms"), r.number("low_hz"),
             r.number("high_hz")};
    check_options(e.mel);
  } catch (const ValueError& error) {
    throw FormatError(concat("model: ", error.what()));
  }
  return e;
}

}  // namespace recurra
