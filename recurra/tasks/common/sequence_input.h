// SPDX-License-Identifier: Apache-2.0
// Reads labelled sequences from any supported source: a .ts file, a table in long form, JSON Lines, a table of symbol
// strings, a folder with one folder per label, WAV files. The model stores how a file was converted to numbers, so that
// prediction reads in the same way. Example:
//
//   auto read = [](const std::string& path) {
//     recurra::InputEncoding encoding;
//     encoding.columns = {.id = "plant", .label = "species"};
//     return recurra::read_labelled(path, {}, encoding).count();
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "recurra/data/alphabet.h"
#include "recurra/data/csv.h"
#include "recurra/data/labelled.h"
#include "recurra/data/log_mel.h"
#include "recurra/data/long_table.h"
#include "recurra/data/ts_file.h"
#include "recurra/tasks/common/table_input.h"

namespace recurra {

enum class InputKind { numbers, symbols, sound };

/// The roles of a table's columns. JSON Lines have the keys id, label, values (a list of numbers, or of one list per
/// step) and symbols.
struct InputColumns {
  std::string id = {}, time = {}, label = {};
  std::string symbols = {};              ///< a column of symbol strings: each row is a sequence
  std::vector<std::string> values = {};  ///< empty: all other columns
};

struct InputEncoding {
  InputColumns columns;
  InputKind kind = InputKind::numbers;  ///< detected by the reader
  std::optional<Alphabet> alphabet;     ///< needed for symbols
  LogMelOptions mel;                    ///< for sound
  double rate = 0;                      ///< samples per second of the sounds; 0: that of the first sound read
  /// Names of the channels in the training data, by which columns are then found in any order; empty: those of the
  /// first table read.
  std::vector<std::string> channels = {};
};

/// The options for reading a file: group "Data".
void add_options(OptionTable& table, InputEncoding& encoding);

/// The source of the sequences.
struct SequenceInput {
  TableInput table;

  void add_to(OptionTable& options);
  /// The table, if the path is one rather than a folder, a .ts file or JSON Lines. Errors: as read_csv.
  std::optional<Table> table_of(const VerbContext& context, const std::string& path) const;
  /// Reads `path`, which may be another file; "-" is a table from standard input. Errors: as read_labelled.
  LabelledSequences read(const VerbContext& context, const std::string& path, InputEncoding& encoding,
                         bool labelled = true, TsTarget target = TsTarget::label) const;
};

/// A folder holds one folder per label, or files without labels; the files are .wav, .csv (one row per step) or .txt
/// (symbols). Files are read in the order of their names.
/// Errors: FormatError, ValueError and IoError of the readers; ValueError for a folder without such files or with
/// several kinds, sounds of different rates, symbols without an alphabet, a channel of the encoding that a table lacks,
/// or no sequence at all. Channels without names (.ts, JSON Lines) are matched by position, with a warning if the
/// encoding has names. `labelled`: a table must have the label's column.
/// `target`: what a .ts file holds.
LabelledSequences read_labelled(const std::string& path, const CsvOptions& csv, InputEncoding& encoding,
                                bool labelled = true, TsTarget target = TsTarget::label);

/// The sequences of a table that has been read. A column that is neither a channel of the encoding nor id, time or
/// label is ignored with a warning. Errors: as read_labelled.
LabelledSequences labelled_table(const Table& table, InputEncoding& encoding, bool labelled = true);

/// The JSON Lines that read_labelled reads, from memory; `name` stands for the file in messages.
LabelledSequences parse_labelled_lines(std::string_view text, const std::string& name, InputEncoding& encoding);

/// The names by which channels can be found again: none if they are channel1, channel2, ..., the names given by readers
/// of data without names.
std::vector<std::string> given_names(const std::vector<std::string>& channels);

nlohmann::json to_json(const InputEncoding& encoding);
/// Errors: FormatError.
InputEncoding input_encoding_from(const JsonReader& reader);

}  // namespace recurra
