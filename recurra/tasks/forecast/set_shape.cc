// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_shape.h"

#include <algorithm>
#include <limits>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/forecast/axis_json.h"

namespace recurra {
namespace {

constexpr Index kLongestDay = 10'000'000;  // since 1970, of a holiday

nlohmann::json calendar_json(const CalendarOptions& calendar) {
  nlohmann::json json = nlohmann::json::object();
  if (calendar.step) json["step"] = to_text(*calendar.step);
  if (!calendar.zone.empty()) json["zone"] = calendar.zone;
  if (calendar.repeated != Merge::error) json["repeated"] = name_of(merge_names(), calendar.repeated);
  if (calendar.resample) {
    json["resample"] = to_text(*calendar.resample);
    json["resample_by"] = name_of(merge_names(), calendar.resample_by);
  }
  return json;
}

CalendarOptions calendar_from(const JsonReader& r) {
  CalendarOptions out;
  if (r.has("step")) out.step = step_rule_from(r.text("step"));
  if (r.has("zone")) out.zone = r.text("zone");
  if (r.has("repeated")) out.repeated = r.one_of("repeated", merge_names());
  if (!r.has("resample")) return out;
  out.resample = step_rule_from(r.text("resample"));
  out.resample_by = r.one_of("resample_by", merge_names());
  return out;
}

}  // namespace

nlohmann::json to_json(const SetColumn& column) {
  nlohmann::json json = {{"name", column.name},
                         {"role", name_of(role_names(), column.role)},
                         {"kind", name_of(column_kind_names(), column.kind)}};
  if (column.kind == ColumnKind::category) json["categories"] = column.categories;
  if (column.by_place) json["by_place"] = true;
  return json;
}

SetColumn set_column_from(const JsonReader& r) {
  SetColumn column{r.text("name"), r.one_of("role", role_names()), r.one_of("kind", column_kind_names())};
  if (column.kind == ColumnKind::category) column.categories = r.texts("categories");
  column.by_place = r.has("by_place") && r.boolean("by_place");
  return column;
}

SeriesSet SetShape::like() const {
  SeriesSet out;
  out.calendar = {axis, asked.calendar.zone};
  out.columns = columns;
  return out;
}

SetRequest SetShape::request() const {
  SetRequest out = asked;
  if (out.form != SetForm::long_rows) return out;
  for (const auto& [role, names] : {std::pair{Role::target, &out.targets}, std::pair{Role::known, &out.known},
                                    std::pair{Role::past, &out.past}, std::pair{Role::fixed, &out.fixed}}) {
    names->clear();
    for (const SetColumn& column : columns)
      if (column.role == role && !column.by_place) names->push_back(column.name);
  }
  return out;
}

std::uint64_t digest_of(const SeriesSet& set) {
  std::uint64_t sum = 0;
  std::vector<double> values;
  for (Index s = 0; s < set.count(); ++s) {
    const SetEntry& entry = set.series[static_cast<std::size_t>(s)];
    sum = digest(sum, std::vector<std::string>{entry.id});
    values = {static_cast<double>(entry.start), static_cast<double>(entry.length)};
    for (Index c = 0; c < static_cast<Index>(set.columns.size()); ++c) {
      const bool fixed = set.columns[static_cast<std::size_t>(c)].role == Role::fixed;
      for (Index t = 0; t < (fixed ? 1 : entry.length); ++t) values.push_back(set.value(s, c, t));
    }
    sum = digest(sum, values);
  }
  return sum;
}

SetShape shape_of(const SeriesSet& set, const SetRequest& asked) {
  SetShape out;
  out.asked = asked;
  out.columns = set.columns;
  out.axis = set.calendar.axis;
  out.series = set.count();
  for (const SetEntry& entry : set.series) out.end = std::max(out.end, entry.end());
  out.asked.like = nullptr;
  out.asked.future.clear();
  out.asked.progress = {};
  out.asked.storage = {};
  out.digest = concat(digest_of(set));
  return out;
}

nlohmann::json to_json(const SetShape& shape) {
  nlohmann::json columns = nlohmann::json::array();
  for (const SetColumn& column : shape.columns) columns.push_back(to_json(column));
  nlohmann::json json = {{"form", name_of(set_form_names(), shape.asked.form)},
                         {"columns", columns},
                         {"calendar", calendar_json(shape.asked.calendar)},
                         {"series", shape.series},
                         {"digest", shape.digest}};
  if (!shape.asked.id.empty()) json["id"] = shape.asked.id;
  if (!shape.asked.time.empty()) json["time"] = shape.asked.time;
  if (!shape.asked.time_format.empty()) json["time_format"] = shape.asked.time_format;
  if (shape.axis) json["axis"] = to_json(*shape.axis);
  if (shape.end > 0) json["end"] = shape.end;
  if (!shape.holidays) return json;
  nlohmann::json days = nlohmann::json::array();
  for (const auto& [day, name] : shape.holidays->days) days.push_back({{"day", day}, {"name", name}});
  json["holidays"] = days;
  return json;
}

SetShape set_shape_from(const JsonReader& r) {
  SetShape out;
  out.asked.form = r.one_of("form", set_form_names());
  for (const JsonReader& column : r.children("columns")) out.columns.push_back(set_column_from(column));
  out.asked.calendar = calendar_from(r.child("calendar"));
  out.series = r.integer("series", 1, std::numeric_limits<Index>::max());
  out.digest = r.text("digest");
  if (r.has("id")) out.asked.id = r.text("id");
  if (r.has("time")) out.asked.time = r.text("time");
  if (r.has("time_format")) out.asked.time_format = r.text("time_format");
  if (r.has("axis")) out.axis = time_axis_from(r.child("axis"));
  if (r.has("end")) out.end = r.integer("end", 1, std::numeric_limits<Index>::max());  // later files have it
  for (const SetColumn& column : out.columns)
    if (column.role == Role::fixed && out.asked.form == SetForm::by_row) out.asked.fixed.push_back(column.name);
  for (const SetColumn& column : out.columns)
    if (column.role == Role::known && out.asked.form == SetForm::wide && !column.by_place)
      out.asked.known.push_back(column.name);
  if (!r.has("holidays")) return out;
  out.holidays.emplace(Holidays{"the model", {}});
  for (const JsonReader& day : r.children("holidays"))
    out.holidays->days[day.integer("day", -kLongestDay, kLongestDay)] = day.text("name");
  return out;
}

}  // namespace recurra
