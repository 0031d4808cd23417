// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_reader.h"

#include "recurra/data/set_filler.h"

#include "recurra/data/time_pattern.h"
#include "recurra/data/time_zone.h"

namespace recurra {
namespace {

/// Checks at the start what would otherwise fail only after the files are read.
void check_request(const SetRequest& request) {
  if (!request.calendar.zone.empty()) static_cast<void>(TimeZone(request.calendar.zone));
  if (!request.time_format.empty()) static_cast<void>(time_format_from(request.time_format));
  require(!(request.calendar.step && request.calendar.resample),
          "read_series_set: the step of the calendar is given "
          "twice, by step and by resample; expected one of them");
}

SeriesSet finish_with_future(SetFiller& filler, const SetRequest& request) {
  if (!request.future.empty()) {
    CsvStream future = CsvStream::of_file(request.future, request.csv);
    filler.add_future(future);
  }
  return filler.finish();
}

}  // namespace

SeriesSet read_series_set(const std::vector<std::string>& paths, const SetRequest& request) {
  require(!paths.empty(), "read_series_set: expected at least one file");
  check_request(request);
  SetFiller filler(paths.size() == 1 ? paths[0] : concat(paths[0], " and ", paths.size() - 1, " more"), request);
  for (const std::string& path : paths) {
    CsvStream stream = CsvStream::of_file(path, request.csv);
    filler.add(stream);
  }
  return finish_with_future(filler, request);
}

SeriesSet parse_series_set(const std::string& text, const std::string& name, const SetRequest& request) {
  check_request(request);
  SetFiller filler(name, request);
  CsvStream stream = CsvStream::of_text(text, name, request.csv);
  filler.add(stream);
  return finish_with_future(filler, request);
}

}  // namespace recurra
