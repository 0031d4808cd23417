// SPDX-License-Identifier: Apache-2.0
// What a model remembers of the series that it was trained on, so that later data can be compared with it: which of
// their rows the net has learned from, whether the step is the same, whether time has passed in between. Example:
//
//   auto told = [](const recurra::Series& then, const recurra::Series& now) {
//     const recurra::DataMemory memory = recurra::remember(then);
//     recurra::require_same_step(memory, now);
//     return recurra::place_rows(memory, now).begin;
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "recurra/data/series.h"

namespace recurra {

class JsonReader;

struct DataMemory {
  Index rows = 0;
  std::string digest;       ///< of all values; empty in models of earlier versions
  std::string opening;      ///< of the first rows, to know the same data without a time axis
  std::string first, last;  ///< stamps; empty without a time axis
  std::string step;         ///< "daily"; empty without a time axis
  std::int64_t first_ticks = 0;
};

DataMemory remember(const Series& series);
nlohmann::json to_json(const DataMemory& memory);
/// Errors: FormatError.
DataMemory data_memory_from(const JsonReader& reader);

/// The rows [begin, end) of a series that are those of the training data, as far as the series holds them: `begin` may
/// lie before its first row, `end` behind its last.
struct RowPlace {
  bool known = false;  ///< false: other data, or a model of an earlier version
  Index begin = 0, end = 0;
};
/// By the time axis; without one by the first values.
RowPlace place_rows(const DataMemory& memory, const Series& series);

/// Errors: ValueError for a series with another step than the training data, or with a time axis where they had none.
void require_same_step(const DataMemory& memory, const Series& series);

/// Other values in the training rows, a gap between them and the series, rows that are newer: a sentence each.
std::vector<std::string> differences_from(const DataMemory& memory, const Series& series);

}  // namespace recurra
