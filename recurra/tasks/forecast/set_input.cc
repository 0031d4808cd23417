// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_input.h"

#include <algorithm>

#include "recurra/data/csv_stream.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/utf8.h"
#include "recurra/tasks/forecast/mapped_set.h"
#include "recurra/tasks/forecast/set_preparation.h"
#include "recurra/train/distributed/once_per_host.h"

namespace recurra {
namespace {

/// The merge after the last colon of "1h:sum", and the text before it.
std::pair<std::string, Merge> resampling(const std::string& text) {
  const auto colon = text.rfind(':');
  require(colon != std::string::npos, "resample: expected a step and how its rows are merged, such as 1h:sum, found '",
          text, "'");
  return {text.substr(0, colon), parse_name(merge_names(), text.substr(colon + 1))};
}

/// `source`: of standard input.
SeriesSet read_files(const SourceText& source, const TableInput& data, const std::vector<std::string>& more,
                     const SetRequest& request) {
  if (data.path == "-") {
    require<UsageError>(more.empty(), "--more: goes with files, not with standard input");
    return parse_series_set(source.text, source.name, request);
  }
  std::vector<std::string> paths = {data.path};
  paths.insert(paths.end(), more.begin(), more.end());
  return read_series_set(paths, request);
}

/// Of ranks, the first on each host reads the files, and the others map its columns.
SeriesSet read_for_ranks(Context& context, const SourceText& source, const TableInput& data,
                         const std::vector<std::string>& more, SetRequest request) {
  if (context.ranks()) request.storage.memory_bytes = 0;  // so that all columns are files
  std::optional<MappedSet> mapped;
  return once_per_host<SeriesSet>(
      context, [&] { return read_files(source, data, more, request); },
      [&](const SeriesSet& set) { return mapped.emplace(set).address(); }, open_mapped_set);
}

}  // namespace

SourceText source_of(const VerbContext& context, const TableInput& data) {
  return data.path == "-" ? read_source(context, "-") : SourceText{};
}

std::vector<std::string> column_names(const SourceText& source, const TableInput& data) {
  return (data.path == "-" ? CsvStream::of_text(source.text, source.name, data.csv())
                           : CsvStream::of_file(data.path, data.csv()))
      .column_names();
}

void SetInput::add_to(OptionTable& t) {
  t.group("Series");
  t.add("id", id, "Column that identifies the series in a file")
      .automatic("unique_id, series_id or item_id, if there is one");
  t.add("wide", wide, "Each column of numbers is a series");
  t.add("by-row", by_row, "Each row is a series, as in the files of M4");
  t.add("past", past, "Input columns that are known up to now, as with --features");
  t.add("categories", categories, "Input columns whose numbers are codes");
  t.add("step", step, "The calendar: 1h, 15min, business-day, month-end, quarter, trading:..., rows")
      .automatic("detected from the times");
  t.add("zone", zone, "Time zone of the stamps, such as Europe/Berlin").automatic("as they are written");
  t.add("repeated", repeated, merge_names(), "How to merge differing rows of one step");
  t.add("resample", resample, "Wider steps, and how rows are merged: 1h:sum, 1d:mean, month:last");
  add_later_to(t);
}

void SetInput::add_later_to(OptionTable& t) {
  t.group("Series");
  t.add("more", more, "Further files with the same columns").path(FileUse::read);
  t.add("future", future, "File with the known columns of future steps").path(FileUse::read);
  t.add("holidays", holidays, "File of dates and names: a category that is known ahead").path(FileUse::read);
}

bool SetInput::is_asked(const ForecastOptions& o) const {
  const auto any = [](const auto&... texts) { return (!texts.empty() || ...); };
  return wide || by_row || repeated != Merge::error ||
         any(id, future, step, zone, resample, holidays, categories, more, o.known, o.fixed);
}

SetInput::Found SetInput::read(Context& context, const SourceText& source, const TableInput& data,
                               ForecastOptions& options) const {
  require<UsageError>(!wide || !by_row, "--wide and --by-row: expected one of them");
  Found out;
  SetRequest& request = out.asked;
  request.form = wide ? SetForm::wide : by_row ? SetForm::by_row : SetForm::long_rows;
  request.csv = data.csv();
  request.id = id;
  request.time = options.time_column;
  request.time_format = options.time_format;
  request.future = future;
  options.features.insert(options.features.end(), past.begin(), past.end());
  std::vector<std::string> codes = categories;
  check_usage([&] {
    if (!step.empty()) request.calendar.step = step_rule_from(step);
    if (resample.empty()) return;
    const auto [rule, by] = resampling(resample);
    request.calendar.resample = step_rule_from(rule);
    request.calendar.resample_by = by;
  });
  request.calendar.zone = zone;
  request.calendar.repeated = repeated;
  const Table header("", column_names(source, data));
  for (std::vector<std::string>* names : {&options.targets, &options.features, &options.known, &options.fixed, &codes})
    split_names(*names, header);
  request.targets = options.targets;
  request.past = options.features;
  request.known = options.known;
  request.fixed = options.fixed;
  request.categories = codes;
  out.set = read_for_ranks(context, source, data, more, request);
  if (!holidays.empty()) {
    out.days = read_holidays(holidays);
    add_holidays(out.set, *out.days, {.horizon = options.horizon});
  }
  take_columns(out.set, options);
  check_usage([&] { check_options(options); });
  return out;
}

SeriesSet SetInput::read_later(const VerbContext& context, const TableInput& data, const ForecastModel& model,
                               const ForecastOptions& time) const {
  const SetShape& shape = *model.set;
  const SeriesSet like = shape.like();
  SetRequest request = shape.request();
  request.like = &like;
  request.csv = data.csv();
  request.future = future;
  if (!time.time_column.empty()) request.time = time.time_column;
  if (!time.time_format.empty()) request.time_format = time.time_format;
  SeriesSet set = read_files(source_of(context, data), data, more, request);
  require<UsageError>(shape.holidays || holidays.empty(), "--holidays: the model was trained without holidays");
  if (shape.holidays) {
    const Holidays days = holidays.empty() ? *shape.holidays : read_holidays(holidays);
    add_holidays(set, days, {.horizon = model.options.horizon, .like = &shape.columns.back()});
  }
  return set;
}

void split_names(std::vector<std::string>& names, const Table& table) {
  std::vector<std::string> out;
  for (const std::string& name : names)
    for (std::string& one : table.split_names(name)) out.push_back(std::move(one));
  names = std::move(out);
}

bool names_series(const Table& table) {
  return std::any_of(table.names().begin(), table.names().end(), [](const std::string& name) {
    const std::string lower = lower_ascii(name);
    return lower == "unique_id" || lower == "series_id" || lower == "item_id";
  });
}

}  // namespace recurra
