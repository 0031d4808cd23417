// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "recurra/data/find_axis.h"
#include "recurra/data/table.h"
#include "recurra/data/time_column.h"
#include "recurra/data/time_pattern.h"

namespace {

void demand(bool ok) {
  if (!ok) std::abort();
}

/// A stamp that is written in the form in which it was read says the same time.
void check_written_back(const std::string& cell) {
  const auto stamp = recurra::parse_time(cell);
  if (!stamp) return;
  recurra::TimeFormat format = stamp->format;
  const auto again = recurra::read_time(format, recurra::format_time(stamp->ticks, stamp->format));
  demand(again && *again == stamp->ticks);
  recurra::TimeFormat from_text = recurra::time_format_from(recurra::to_text(format));
  demand(from_text.pieces.size() == format.pieces.size());
}

/// Every tick has its place on the axis, and the axis has a stamp for it.
void check_axis(const recurra::TimeColumn& times) {
  std::vector<std::int64_t> ticks = times.ticks;
  std::sort(ticks.begin(), ticks.end());
  ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  const auto axis = recurra::find_axis(ticks, times.format);
  if (!axis) return;
  for (const std::int64_t tick : ticks) {
    const auto place = recurra::place_on(*axis, tick);
    demand(place.has_value());
    const bool may_move = axis->month_day != recurra::TimeAxis::MonthDay::fixed;
    demand(may_move || axis->ticks(*place) == tick);
  }
  recurra::describe_step(*axis);
  axis->stamp(1000);
}

}  // namespace

// The first line is the column's name, the others are its cells; a tab within a line parts two columns.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    const bool two = line.find('\t') != std::string::npos;
    const auto cells_of = [&](const std::string& whole) {
      const std::size_t tab = std::min(whole.find('\t'), whole.size());
      std::vector<std::string> cells = {whole.substr(0, tab)};
      if (two) cells.push_back(tab == whole.size() ? "" : whole.substr(tab + 1));
      return cells;
    };
    recurra::Table table("the table", cells_of(line));
    while (std::getline(lines, line)) {
      check_written_back(line);
      const auto cells = cells_of(line);
      table.add_row({cells.begin(), cells.end()});
    }
    const auto found = recurra::find_times(table, {.rows = table.filled_rows()});
    if (!found.columns.empty()) check_axis(found.times);
  });
}
