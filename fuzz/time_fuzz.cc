// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "recurra/data/time_axis.h"

// One time stamp a line, as a column of a table holds them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    std::vector<std::string> cells;
    std::istringstream lines(text);
    for (std::string cell; std::getline(lines, cell);) cells.push_back(cell);
    auto [format, ticks] = recurra::parse_times(cells, [](recurra::Index) { return std::string("row"); });
    std::sort(ticks.begin(), ticks.end());
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
    const auto axis = recurra::find_axis(ticks, format);
    if (axis) axis->stamp(1000);
  });
}
