// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/mapped_set.h"

#include <nlohmann/json.hpp>

#include "recurra/io/file_address_json.h"
#include "recurra/io/json_reader.h"
#include "recurra/tasks/forecast/axis_json.h"
#include "recurra/tasks/forecast/set_shape.h"

namespace recurra {

using Json = nlohmann::json;

MappedSet::MappedSet(const SeriesSet& set) : rest_({.memory_bytes = 0}) {
  Json rest = {{"source", set.source},
               {"zone", set.calendar.zone},
               {"notes", set.notes},
               {"id_column", set.id_column},
               {"time_column", set.time_column}};
  if (set.calendar.axis) rest["axis"] = to_json(*set.calendar.axis);
  Json addresses = Json::array(), columns = Json::array(), series = Json::array();
  for (const SetColumn& column : set.columns) columns.push_back(to_json(column));
  for (const SetEntry& e : set.series)
    series.push_back({e.id, e.first_row, e.start, e.length, e.planned, e.missing_rows, e.missing_cells});
  rest["columns"] = std::move(columns);
  rest["series"] = std::move(series);
  const std::vector<std::uint8_t> bytes = Json::to_cbor(rest);
  rest_.append(bytes.data(), bytes.size());
  static_cast<void>(rest_.data());
  addresses.push_back(to_json(rest_.address()));
  for (const auto& column : set.values)
    addresses.push_back(column->size() > 0 ? to_json(column->address()) : Json(nullptr));
  address_ = addresses.dump();
}

SeriesSet open_mapped_set(const std::string& address) {
  const Json addresses = Json::parse(address);
  ByteStore store(file_address_from(addresses[0]));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(store.data());
  const Json rest = Json::from_cbor(bytes, bytes + store.size());
  SeriesSet out;
  rest["source"].get_to(out.source);
  rest["zone"].get_to(out.calendar.zone);
  rest["notes"].get_to(out.notes);
  rest["id_column"].get_to(out.id_column);
  rest["time_column"].get_to(out.time_column);
  const JsonReader reader(rest, out.source);
  if (reader.has("axis")) out.calendar.axis = time_axis_from(reader.child("axis"));
  for (const JsonReader& column : reader.children("columns")) out.columns.push_back(set_column_from(column));
  for (const Json& e : rest["series"]) out.series.push_back({e[0], e[1], e[2], e[3], e[4], e[5], e[6]});
  for (std::size_t c = 0; c < out.columns.size(); ++c) {
    const Json& place = addresses[c + 1];
    const ColumnKind kind = out.columns[c].kind;
    out.values.push_back(place.is_null() ? std::make_shared<const TypedColumn>(kind, StorageOptions())
                                         : std::make_shared<const TypedColumn>(kind, file_address_from(place)));
  }
  return out;
}

}  // namespace recurra
