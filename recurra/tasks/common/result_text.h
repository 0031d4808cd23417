// SPDX-License-Identifier: Apache-2.0
// Formatting of results: aligned tables, numbers with as many digits as a reader needs, cells of CSV, lines of JSON.
// Example:
//
//   const std::string table = recurra::text_table({{"method", "MAE"}, {"lstm", recurra::short_number(0.25)}});
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "recurra/nn/module.h"

namespace recurra {

struct NetOptions;
struct TrainingSummary;

/// Rows of cells, the header first, as a report and the command print them.
using TextTable = std::vector<std::vector<std::string>>;

/// Aligned columns; the first is text, the others numbers.
std::string text_table(const TextTable& rows);

/// Four significant digits, no exponent for usual sizes; a dash for NaN.
std::string short_number(double x);

/// A cell of CSV, quoted if necessary.
std::string csv_cell(const std::string& text);

/// A line of JSON for a result; file names that are not UTF-8 get replacement characters.
std::string json_line(const nlohmann::json& json);

/// One sentence per line.
std::string lines_of(const std::vector<std::string>& sentences);

/// "2 x lstm of 64 units, both directions".
std::string stack_text(const NetOptions& options);

/// The first line of every task's inspection: "m.safetensors: tag, 1234 bytes".
std::string inspection_title(const std::string& path, const char* task);
/// Its end: one row per parameter and their sum; "trained on 80 sentences of a.txt in 1.2 s, 9 epochs, best 7".
/// `items`: "sentences of "; empty: only the source.
std::string inspection_end(const Module<float>& net, const TrainingSummary& summary, const std::string& items);

/// The members common to every task's inspection: task, parameters and their count, best epoch, seconds.
nlohmann::json inspection_json(const char* task, const Module<float>& net, const TrainingSummary& summary);

}  // namespace recurra
