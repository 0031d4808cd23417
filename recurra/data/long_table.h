// SPDX-License-Identifier: Apache-2.0
// From a table to labelled sequences: in long form, where a row is one step of one sequence, or with one sequence of
// symbols per row. Example:
//
//   recurra::Table table("gait.csv", {"id", "time", "x", "label"});
//   table.add_row({"a", "2", "0.5", "walk"});
//   table.add_row({"a", "1", "0.3", "walk"});
//   recurra::LabelledSequences set = recurra::sequences_from(table, {.id = "id", .time = "time", .label = "label"});
#pragma once

#include "recurra/data/alphabet.h"
#include "recurra/data/labelled.h"
#include "recurra/data/table.h"

namespace recurra {

struct LongColumns {
  std::string id = {};                   ///< which sequence a row belongs to
  std::string time = {};                 ///< numbers or time stamps, for sorting; empty: the order of the rows
  std::string label = {};                ///< empty: none
  std::vector<std::string> values = {};  ///< empty: all other columns
};

/// Sequences are in the order of their first rows. Missing cells are NaN; a row whose values are all missing still is
/// a step. Errors: ValueError for an unknown column, an empty id, text or an infinity as a value, a missing time, two
/// rows of one sequence at one time, or two labels for one sequence; it names the rows.
LabelledSequences sequences_from(const Table& table, const LongColumns& columns);

struct SymbolColumns {
  std::string symbols = {};
  std::string id = {};     ///< empty: the row's line in the file
  std::string label = {};  ///< empty: none
};

/// One sequence per row; blanks around a cell are ignored. Unknown symbols are reported in the warnings.
/// Errors: ValueError for an unknown column.
LabelledSequences sequences_from(const Table& table, const SymbolColumns& columns, const Alphabet& alphabet);

/// Adds a warning about `unknown` symbols that the alphabet lacks; does nothing if there were none.
void warn_of_unknown(LabelledSequences& set, const Alphabet& alphabet, Index unknown);

}  // namespace recurra
