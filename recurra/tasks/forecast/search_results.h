// SPDX-License-Identifier: Apache-2.0
// The trials of a search as a CSV table, from which it can go on, as JSON, as text and as a report. Example:
//
//   auto keep = [](const std::string& path, const recurra::Search& search) {
//     recurra::write_file_atomically(path, recurra::trials_csv(search));
//     return recurra::read_trials(path).trials.size();
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/forecast/search.h"

namespace recurra {

/// One line per trial: its place in the search, settings, score, and the run that it belongs to.
std::string trials_csv(const Search& search);
/// The scores of trials_csv, without the settings. Errors: IoError; FormatError and ValueError for another table.
EarlierTrials read_trials(const std::string& path);

nlohmann::json to_json(const Search& search);
/// The best trials, and how the search ended.
std::string to_text(const Search& search);
/// The lowest error after each trial, and the table of all; `command` trains the best one.
std::string search_report(const Search& search, const std::string& source, const std::string& command);

}  // namespace recurra
