// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_stamps.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include "recurra/data/find_axis.h"
#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"
#include "recurra/data/time_names.h"
#include "recurra/data/time_pattern.h"

namespace recurra {
namespace {

using Field = TimePiece::Field;

constexpr std::array<DateOrder, 3> kOrders = {DateOrder::day_first, DateOrder::month_first, DateOrder::year_first};

const char* words_of(DateOrder order) {
  return order == DateOrder::day_first     ? "the day comes first"
         : order == DateOrder::month_first ? "the month comes first"
                                           : "the year comes first";
}

/// If no cell shows how a number below 10 is written, day and month are written in the same way.
void settle_padding(TimeFormat& format) {
  const auto of_date = [](const TimePiece& p) { return p.field == Field::month || p.field == Field::day; };
  const auto& pieces = format.pieces;
  const bool any_unpadded = std::any_of(pieces.begin(), pieces.end(), [](auto& p) { return p.unpadded; });
  const bool date_padded = std::any_of(pieces.begin(), pieces.end(), [&](auto& p) { return of_date(p) && p.padded; });
  for (TimePiece& piece : format.pieces) {
    const bool is_hour = piece.field == Field::hour || piece.field == Field::half_day_hour;
    if (piece.padded || !any_unpadded || !(is_hour || of_date(piece))) continue;
    piece.unpadded |= is_hour || !date_padded;
  }
}

bool same_fields(const TimeFormat& a, const TimeFormat& b) {
  return std::equal(a.pieces.begin(), a.pieces.end(), b.pieces.begin(), b.pieces.end(),
                    [](const TimePiece& x, const TimePiece& y) { return x.field == y.field; });
}

/// Reads the cells of a column in one order of day and month.
class OrderReader {
 public:
  explicit OrderReader(DateOrder order) : order_(order) {}

  /// False for a cell that cannot be read.
  bool read(std::string_view cell) {
    for (std::size_t i = 0; i < formats_.size(); ++i) {
      const std::size_t at = (last_ + i) % formats_.size();
      if (take(formats_[at], cell)) {
        last_ = at;
        return true;
      }
    }
    constexpr std::size_t kMaxFormats = 16;
    auto format = recognise_time(cell, order_);
    if (!format || formats_.size() == kMaxFormats || !take(*format, cell)) return false;
    for (const DateOrder other : kOrders) {
      const auto rival = recognise_time(cell, other);
      open_ |= rival && !same_fields(*rival, *format);
    }
    last_ = formats_.size();
    formats_.push_back(std::move(*format));
    return true;
  }

  DateOrder order() const { return order_; }
  /// Whether another order would read these cells differently.
  bool is_open() const { return open_; }
  const std::vector<std::int64_t>& ticks() const { return ticks_; }
  std::size_t zoned() const { return zoned_; }

  TimeColumn column() const {
    TimeColumn out{*std::max_element(formats_.begin(), formats_.end(),
                                     [](auto& a, auto& b) { return a.pieces.size() < b.pieces.size(); }),
                   ticks_};
    settle_padding(out.format);
    for (const TimeFormat& format : formats_) out.format.decimals = std::max(out.format.decimals, format.decimals);
    if (zoned_ > 0) {
      out.format.zone_minutes = formats_[last_].zone_minutes;
      out.format.zone_name = formats_[last_].zone_name;
      if (std::adjacent_find(offsets_.begin(), offsets_.end(), std::not_equal_to<>()) != offsets_.end())
        out.offsets = offsets_;
    }
    return out;
  }

 private:
  bool take(TimeFormat& format, std::string_view cell) {
    const auto ticks = read_time(format, cell);
    if (!ticks) return false;
    ticks_.push_back(*ticks);
    zoned_ += format.zone != TimeFormat::Zone::none ? 1 : 0;
    offsets_.push_back(format.zone_minutes);
    return true;
  }

  DateOrder order_;
  std::vector<TimeFormat> formats_;
  std::size_t last_ = 0, zoned_ = 0;
  bool open_ = false;
  std::vector<std::int64_t> ticks_;
  std::vector<int> offsets_;
};

std::string zone_of(std::string_view cell) {
  std::size_t begin = cell.size();
  while (begin > 0 && is_letter(cell[begin - 1])) --begin;
  return std::string(cell.substr(begin));
}

std::string why_unreadable(std::string_view cell) {
  const std::string zone = zone_of(trim(cell));
  if (is_ambiguous_zone(zone))
    return concat("the zone ", zone, " of ", quote_for_message(cell),
                  " means different zones in different countries; write an offset such as +01:00");
  return concat("expected a date or time, found ", quote_for_message(cell));
}

/// Whether an order gives an axis without gaps, the rows in order either way.
bool is_regular(const OrderReader& reader) {
  std::vector<std::int64_t> ticks = reader.ticks();
  if (ticks.size() > 1 && ticks.front() > ticks.back()) std::reverse(ticks.begin(), ticks.end());
  if (!std::is_sorted(ticks.begin(), ticks.end())) return false;
  ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  const auto axis = find_axis(ticks, reader.column().format);
  return axis && *place_on(*axis, ticks.back()) + 1 == static_cast<Index>(ticks.size());
}

bool has_dots(std::string_view cell) {
  return std::count(cell.begin(), cell.end(), '.') == 2;
}

TimeReading problem_at(Index row, std::string problem) {
  TimeReading out;
  out.problem = std::move(problem);
  out.problem_row = row;
  return out;
}

/// One of the orders that read every cell, and the reason; or why it is ambiguous.
TimeReading decide(const std::vector<std::string>& cells, const std::vector<OrderReader>& alive,
                   const TimeFormat* like) {
  const auto chosen = [](const OrderReader& reader, std::string remark) {
    TimeReading out{reader.column(), "", 0, false};
    out.column.remark = std::move(remark);
    return out;
  };
  if (std::all_of(alive.begin(), alive.end(), [&](auto& r) { return r.ticks() == alive[0].ticks(); }))
    return chosen(alive[0], "");
  for (const OrderReader& reader : alive)
    if (like && same_fields(*like, reader.column().format)) return chosen(reader, "as in the data trained on");
  if (alive[0].order() == DateOrder::day_first && has_dots(cells[0]))
    return chosen(alive[0], "the day comes first, as dots between the numbers suggest");
  std::vector<const OrderReader*> regular;
  for (const OrderReader& reader : alive)
    if (is_regular(reader)) regular.push_back(&reader);
  if (regular.size() == 1)
    return chosen(*regular[0],
                  concat(words_of(regular[0]->order()), ", since no other order gives evenly spaced times"));
  std::string choices;
  for (const OrderReader& reader : alive)
    choices += concat(choices.empty() ? "" : " or ", quote_for_message(to_text(reader.column().format)));
  TimeReading out = problem_at(
      0, concat(quote_for_message(cells[0]), " may mean ", choices, ", and no other value of the column decides it"));
  out.ambiguous = true;
  return out;
}

/// Like read_times, for cells that at least one order can read.
TimeReading read_written(const std::vector<std::string>& cells, const TimeFormat* like) {
  std::vector<OrderReader> alive;
  Index furthest = 0, ruled_out_at = 0;
  for (const DateOrder order : kOrders) {
    OrderReader reader(order);
    const auto bad = std::find_if_not(cells.begin(), cells.end(), [&](auto& cell) { return reader.read(cell); });
    if (bad == cells.end()) {
      alive.push_back(std::move(reader));
      if (!alive.back().is_open()) break;
    } else {
      const Index row = bad - cells.begin();
      if (!reader.is_open() && row > 0) return problem_at(row, why_unreadable(*bad));
      if (order != DateOrder::year_first) ruled_out_at = row;
      furthest = std::max(furthest, row);
    }
  }
  const auto bad_cell = [&](Index row) { return why_unreadable(cells[static_cast<std::size_t>(row)]); };
  if (alive.empty()) return problem_at(furthest, bad_cell(furthest));
  TimeReading out = decide(cells, alive, like);
  if (out.problem.empty() && alive.size() == 1 && alive[0].is_open())
    out.column.remark = concat(words_of(alive[0].order()), ", as ",
                               quote_for_message(cells[static_cast<std::size_t>(ruled_out_at)]), " shows");
  const std::size_t zoned = alive[0].zoned();
  if (zoned > 0 && zoned < cells.size()) return problem_at(0, "stamps with and without a time zone are mixed");
  return out;
}

}  // namespace

std::optional<TimeStamp> parse_time(std::string_view text) {
  for (const DateOrder order : kOrders) {
    auto format = recognise_time(text, order);
    if (!format) continue;
    if (const auto ticks = read_time(*format, text)) return TimeStamp{*ticks, *format};
  }
  return std::nullopt;
}

TimeReading read_times(const std::vector<std::string>& cells, const TimeFormat* like) {
  return cells.empty() ? problem_at(0, "there is no row") : read_written(cells, like);
}

TimeReading read_times_as(const std::vector<std::string>& cells, TimeFormat format) {
  TimeReading out;
  out.column.format = format;
  std::vector<int> decimals;  // of each plain number, until all are known
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const auto ticks = read_time(out.column.format, cells[row]);
    if (!ticks)
      return problem_at(static_cast<Index>(row),
                        concat("expected a time written as ", quote_for_message(to_text(format)), ", found ",
                               quote_for_message(cells[row])));
    out.column.ticks.push_back(*ticks);
    decimals.push_back(out.column.format.decimals);
  }
  if (format.kind != TimeFormat::Kind::number) return out;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::int64_t factor = power_of_ten(out.column.format.decimals - decimals[row]);
    std::int64_t& ticks = out.column.ticks[row];
    if (std::abs(ticks) > std::numeric_limits<std::int64_t>::max() / 4 / factor)
      return problem_at(static_cast<Index>(row),
                        concat("the step number ", quote_for_message(cells[row]), " is too large to count steps by"));
    ticks *= factor;
  }
  return out;
}

TimeColumn parse_times(const std::vector<std::string>& cells, const std::function<std::string(Index)>& place) {
  const bool numbers = !cells.empty() && read_step_number(trim(cells[0])) && !parse_time(cells[0]);
  const TimeReading reading = numbers ? read_times_as(cells, {}) : read_times(cells);
  require(reading.problem.empty(), place(reading.problem_row), ": ", reading.problem,
          reading.ambiguous ? "; write the dates as 2024-01-31" : "");
  return reading.column;
}

}  // namespace recurra
