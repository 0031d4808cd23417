// SPDX-License-Identifier: Apache-2.0
// What a forecaster keeps of the set that it was trained on, so that later files are read as those were: form, columns
// with their roles and categories, calendar, holidays. Example:
//
//   auto like = [](const recurra::SetShape& shape, const recurra::SeriesSet& earlier) {
//     recurra::SetRequest request = shape.request();
//     request.like = &earlier;                                                         // shape.like()
//     return request;
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/data/holidays.h"
#include "recurra/data/set_request.h"

namespace recurra {

class JsonReader;

struct SetShape {
  SetRequest asked;                  ///< as the files were read; its like, future, storage and progress are not kept
  std::vector<SetColumn> columns;    ///< as they were found
  std::optional<TimeAxis> axis;      ///< of the calendar; nothing: each row is one step
  std::optional<Holidays> holidays;  ///< whose column is the last one
  Index series = 0;                  ///< how many there were
  Index end = 0;                     ///< the place on the calendar behind the last of them; 0: not known
  std::string digest;                ///< of all values

  /// A set without series, for SetRequest::like.
  SeriesSet like() const;
  /// How later files are read; `like` is the caller's to set.
  SetRequest request() const;
};

/// Of all values, ids and stretches. Cost: reads the set once.
std::uint64_t digest_of(const SeriesSet& set);

SetShape shape_of(const SeriesSet& set, const SetRequest& asked);
nlohmann::json to_json(const SetColumn& column);
/// Errors: FormatError.
SetColumn set_column_from(const JsonReader& reader);
nlohmann::json to_json(const SetShape& shape);
/// Errors: FormatError; ValueError for a calendar that is none.
SetShape set_shape_from(const JsonReader& reader);

}  // namespace recurra
