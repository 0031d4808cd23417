// SPDX-License-Identifier: Apache-2.0
// How results are written down: aligned tables, numbers with as many digits as a reader needs, cells of CSV, lines of
// JSON. Example:
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

/// As many digits as a reader needs: four significant ones, no exponent for sizes that occur; a dash for NaN.
std::string short_number(double x);

/// Quoted where the text asks for it.
std::string csv_cell(const std::string& text);

/// A line of JSON as a result shows it: names of files that are not UTF-8 with replacement characters.
std::string json_line(const nlohmann::json& json);

/// One sentence per line.
std::string lines_of(const std::vector<std::string>& sentences);

/// "2 x lstm of 64 units, both directions".
std::string stack_text(const NetOptions& options);

/// What every task's inspection begins with: "m.safetensors: tag, 1234 bytes".
std::string inspection_title(const std::string& path, const char* task);
/// And ends with: a row for each parameter and their sum; "trained on 80 sentences of a.txt in 1.2 s, 9 epochs, best
/// 7". `items`: "sentences of "; empty: the source alone.
std::string inspection_end(const Module<float>& net, const TrainingSummary& summary, const std::string& items);

/// The members that every task's inspection has: task, parameters and their count, best epoch, seconds.
nlohmann::json inspection_json(const char* task, const Module<float>& net, const TrainingSummary& summary);

}  // namespace recurra
