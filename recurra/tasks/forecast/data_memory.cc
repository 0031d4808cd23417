// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/data_memory.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/training.h"

namespace recurra {
namespace {

constexpr Index kOpeningRows = 16;

std::string digest_of_rows(const Series& series, Index begin, Index end) {
  std::uint64_t sum = 0;
  for (const auto& column : series.columns)
    sum = digest(sum, std::vector<double>(column.begin() + begin, column.begin() + end));
  return concat(sum);
}

std::string opening_of(const Series& series, Index rows) {
  return digest_of_rows(series, 0, std::min({rows, kOpeningRows, series.length()}));
}

}  // namespace

DataMemory remember(const Series& series) {
  DataMemory memory;
  memory.rows = series.length();
  memory.digest = digest_of_rows(series, 0, series.length());
  memory.opening = opening_of(series, series.length());
  if (!series.axis) return memory;
  memory.first = series.axis->stamp(0);
  memory.last = series.axis->stamp(series.length() - 1);
  memory.step = describe_step(*series.axis);
  memory.first_ticks = series.axis->ticks(0);
  return memory;
}

nlohmann::json to_json(const DataMemory& m) {
  nlohmann::json json = {{"rows", m.rows}, {"digest", m.digest}, {"opening", m.opening}};
  if (!m.step.empty())
    json.update({{"first", m.first}, {"last", m.last}, {"step", m.step}, {"first_ticks", concat(m.first_ticks)}});
  return json;
}

DataMemory data_memory_from(const JsonReader& r) {
  DataMemory m;
  m.rows = r.integer("rows", 0, std::numeric_limits<Index>::max());
  m.digest = r.text("digest");
  m.opening = r.text("opening");
  if (!r.has("step")) return m;
  m.first = r.text("first");
  m.last = r.text("last");
  m.step = r.text("step");
  const std::string ticks = r.text("first_ticks");
  const auto end = ticks.data() + ticks.size();
  require<FormatError>(std::from_chars(ticks.data(), end, m.first_ticks).ptr == end && !ticks.empty(),
                       "model: expected a whole number in \"first_ticks\", found ", ticks);
  return m;
}

RowPlace place_rows(const DataMemory& m, const Series& series) {
  if (m.digest.empty() || series.length() == 0) return {};
  if (m.step.empty() != !series.axis) return {};
  if (series.axis) {
    const auto begin = place_on(*series.axis, m.first_ticks);
    return begin ? RowPlace{true, *begin, *begin + m.rows} : RowPlace{};
  }
  const bool enough = series.length() >= std::min(m.rows, kOpeningRows);
  return enough && opening_of(series, m.rows) == m.opening ? RowPlace{true, 0, m.rows} : RowPlace{};
}

void require_same_step(const DataMemory& m, const Series& series) {
  if (m.digest.empty() || m.step.empty()) return;
  require(series.axis.has_value(), series.source, ": the model was trained on ", m.step,
          " data, but there is no time column; name it with --time when training, or give the same columns");
  const std::string step = describe_step(*series.axis);
  require(step == m.step, series.source, ": the model was trained on data of another step: ", m.step, " then, ", step,
          " now; bring the data to the same step, or train a model for them");
}

std::vector<std::string> differences_from(const DataMemory& m, const Series& series) {
  std::vector<std::string> out;
  if (m.digest.empty()) return out;
  const RowPlace place = place_rows(m, series);
  const Index length = series.length();
  if (!place.known) {
    out.push_back("these rows are not those that the net was trained on, nor do they go on from them");
    return out;
  }
  if (place.begin >= 0 && place.end <= length && digest_of_rows(series, place.begin, place.end) != m.digest)
    out.push_back("the rows that the net was trained on have other values now");
  if (place.end < 0)
    out.push_back(concat(-place.end, " steps lie between the data that the net was trained on (to ", m.last,
                         ") and the first row"));
  if (place.end < length)
    out.push_back(concat(length - std::max<Index>(place.end, 0),
                         " rows are newer than the data that the net was trained on",
                         m.last.empty() ? "" : concat(" (to ", m.last, ")")));
  return out;
}

}  // namespace recurra
