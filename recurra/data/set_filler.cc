// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_filler.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/time_pattern.h"

namespace recurra {
namespace {

constexpr Index kRowsOfPart = 20'000;

bool day_comes_first(const TimeFormat& format) {
  const auto is_day = [](const TimePiece& piece) { return piece.field == TimePiece::Field::day; };
  const auto is_month = [](const TimePiece& piece) { return piece.field == TimePiece::Field::month; };
  const auto& pieces = format.pieces;
  const auto day = std::find_if(pieces.begin(), pieces.end(), is_day);
  return std::find_if(day, pieces.end(), is_month) != pieces.end();
}

}  // namespace

void SetFiller::add(CsvStream& stream) {
  rows_before_ = 0;
  bool first = true;
  while (const std::optional<Table> part = stream.next(kRowsOfPart)) {
    if (!builder_) begin(*part);
    if (first) builder_->next_file(stream.name());
    first = false;
    if (request_.form == SetForm::long_rows) add_long(*part);
    if (request_.form == SetForm::wide) add_wide(*part);
    if (request_.form == SetForm::by_row) add_by_row(*part);
    rows_before_ += part->rows();
    if (request_.progress) request_.progress(stream.bytes_read(), stream.bytes_in_all());
  }
}

void SetFiller::add_future(CsvStream& stream) {
  future_ = true;
  require(request_.form == SetForm::long_rows, stream.name(),
          ": a file of the future goes with long files; put the plan of wide files into their last rows");
  add(stream);
}

void SetFiller::begin(const Table& sample) {
  if (request_.form == SetForm::wide) begin_wide(sample);
  if (request_.form == SetForm::by_row) begin_by_row(sample);
  if (request_.form == SetForm::long_rows) layout_ = find_layout(sample, request_);
  make_builder();
}

void SetFiller::make_builder() {
  CalendarOptions calendar = request_.calendar;
  if (request_.like != nullptr && !calendar.step && !calendar.resample) {
    calendar.like = request_.like->calendar.axis;
    if (!calendar.like) calendar.step = StepRule{.rows = true};
  }
  if (request_.like != nullptr && calendar.zone.empty()) calendar.zone = request_.like->calendar.zone;
  builder_ = std::make_unique<SetBuilder>(source_, layout_.columns, calendar, request_.storage);
  for (SetColumn& column : builder_->columns())
    cells_.emplace_back(column, request_.csv.decimal_comma, request_.like != nullptr);
  values_.resize(layout_.columns.size());
}

std::vector<Index> SetFiller::columns_in(const Table& part) const {
  std::vector<Index> out;
  for (const SetColumn& column : layout_.columns) {
    const bool may_lack = future_ && column.role != Role::known;
    out.push_back(may_lack && !part.has_column(column.name) ? -1 : part.column_index(column.name));
  }
  return out;
}

double SetFiller::cell(const Table& part, Index row, Index column, std::size_t c) {
  if (column < 0) return std::numeric_limits<double>::quiet_NaN();
  return cells_[c].value(part.cell(row, column), [&] { return place(part, row); });
}

std::string SetFiller::id_of(const Table& part, Index row, Index id_column) const {
  if (id_column < 0) return future_ ? "" : std::filesystem::path(part.file_name()).stem().string();
  std::string id = part.name_in(row, id_column);
  if (id.empty())
    throw ValueError(concat(place(part, row), ", column ", quote_for_message(layout_.id),
                            ": expected the name of a series, found an empty cell"));
  return id;
}

std::vector<std::int64_t> SetFiller::ticks_of(const Table& part) {
  const auto rows = static_cast<std::size_t>(part.rows());
  std::vector<std::int64_t> ticks(rows);
  if (layout_.times.columns.empty()) {
    for (std::size_t row = 0; row < rows; ++row) ticks[row] = rows_before_ + static_cast<Index>(row);
    return ticks;
  }
  TimeFormat& format = layout_.times.times.format;
  bool plain = layout_.times.columns.size() == 1;
  const Index column = part.column_index(layout_.times.columns[0]);
  const TimeFormat before = format;
  for (std::size_t row = 0; row < rows && plain; ++row) {
    const auto read = read_time(format, part.cell(static_cast<Index>(row), column));
    // Numbers are counted in units of the last decimal, which must not change later.
    plain = read && (format.is_calendar() || format.decimals == before.decimals);
    if (plain) ticks[row] = *read;
  }
  if (plain) return ticks;
  format = before;
  Index unread = 0;
  if (layout_.times.columns.size() == 1)
    while (unread + 1 < part.rows() && read_time(format, part.cell(unread, column))) ++unread;
  format = before;
  FoundTimes again = find_set_times(part, request_, layout_);
  require(format.is_calendar() || again.times.format.decimals == format.decimals, part.file_name(), ", ",
          layout_.times.named(), ": expected steps with ", format.decimals, " decimals as in the first rows");
  if (day_comes_first(again.times.format) != day_comes_first(format))
    throw ValueError(concat(place(part, unread), ", ", layout_.times.named(), ": ",
                            quote_for_message(part.cell(unread, column)), " cannot be read as ", describe(format),
                            " like the first rows; say how the times are written with --time-format"));
  return std::move(again.times.ticks);
}

void SetFiller::add_long(const Table& part) {
  const std::vector<Index> columns = columns_in(part);
  const Index id_column = layout_.id.empty() ? -1 : part.column_index(layout_.id);
  const std::vector<std::int64_t> ticks = ticks_of(part);
  for (Index row = 0; row < part.rows(); ++row) {
    const std::string id = id_of(part, row, id_column);
    if (future_ && !id.empty() && !builder_->has_series(id)) {
      if (unknown_ids_++ == 0) first_unknown_id_ = concat(quote_for_message(id), " in ", place(part, row));
      continue;
    }
    const Index series = id.empty() ? 0 : builder_->series(id);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      values_[c] = cell(part, row, columns[c], c);
      if (layout_.columns[c].role == Role::fixed)
        builder_->set_static(series, static_cast<Index>(c), values_[c], part.file_row(row));
    }
    builder_->add_row(series, ticks[static_cast<std::size_t>(row)], part.file_row(row), values_);
  }
}

SeriesSet SetFiller::finish() {
  const TimeColumn& times = layout_.times.times;
  const bool on_calendar = !layout_.times.columns.empty() || !header_ticks_.empty();
  std::string text;
  if (on_calendar)
    text = concat(layout_.times.columns.empty() ? "names of the columns" : layout_.times.named(), ", ",
                  describe(times.format), times.remark.empty() ? "" : " (" + times.remark + ")");
  SeriesSet set = builder_->finish(on_calendar ? std::optional(times.format) : std::nullopt, text);
  set.id_column = layout_.id;
  if (layout_.times.columns.size() == 1) set.time_column = layout_.times.columns[0];
  std::vector<std::string> notes = std::move(layout_.notes);
  for (std::size_t c = 0; c < cells_.size(); ++c)
    if (cells_[c].unknown() > 0)
      notes.push_back(concat(
          source_, ", column ", quote_for_message(layout_.columns[c].name), ": ", cells_[c].unknown(),
          " cells hold categories that are new here and count as unknown, the first ", cells_[c].first_unknown()));
  if (unknown_ids_ > 0)
    notes.push_back(concat(request_.future, ": ", unknown_ids_,
                           " rows of the plan are of series without a past and were left out, the first ",
                           first_unknown_id_));
  set.notes.insert(set.notes.begin(), notes.begin(), notes.end());
  return set;
}

}  // namespace recurra
