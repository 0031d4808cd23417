// SPDX-License-Identifier: Apache-2.0
// A reader's own CSV as a series of one column. Example:
//
//   std::string target;
//   const recurra::Series series = recurra::wasm::csv_series("day,demand\n2024-01-01,17.5\n2024-01-02,18\n", "",
//   target);
#pragma once

#include <string>
#include <string_view>

#include "recurra/data/series.h"

namespace recurra::wasm {

inline constexpr std::uint64_t kMostCsvBytes = 50'000'000;

/// `wanted` names the column; empty: the first that holds numbers. Sets `target` to its name.
/// Errors: as parse_csv and make_series; ValueError if no column holds numbers.
Series csv_series(std::string_view csv, std::string_view wanted, std::string& target);

}  // namespace recurra::wasm
