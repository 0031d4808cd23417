// SPDX-License-Identifier: Apache-2.0
// Reads files of many series into a set, in one pass and in bounded memory: long files (a row is one step of one
// series), wide files (a column is one series), and files with one series per row. Example:
//
//   const std::string file = "unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,3\nb,2024-01-02,4\n";
//   const recurra::SeriesSet set = recurra::parse_series_set(file, "x.csv", {});
//   const recurra::Index count = set.count();               // 2, and set.notes says what was recognised
#pragma once

#include "recurra/data/set_request.h"

namespace recurra {

/// In several files the rows of one id are one series; without an id column each file is a series of its own. Each
/// series ends at its last present target; rows after it are the plan, if they hold a known value.
/// Memory: what `storage` allows, a block of the file, the ids, and the rows of the longest series.
/// Errors: IoError, FormatError as read_csv; ValueError as find_layout, SetCells::value and SetBuilder::finish, for an
/// empty id, and for a file of the future that lacks a column.
SeriesSet read_series_set(const std::vector<std::string>& paths, const SetRequest& request);

/// The same from memory; a file of the future is still read from disk.
SeriesSet parse_series_set(const std::string& text, const std::string& name, const SetRequest& request);

}  // namespace recurra
