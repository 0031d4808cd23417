// SPDX-License-Identifier: Apache-2.0
// What a user specifies about files of many series: the roles of columns and the calendar. Everything else is detected
// by recurra/data/set_reader.h and noted. Example:
//
//   recurra::SetRequest request{.id = "shop", .targets = {"sales"}, .known = {"promo"}};
//   request.calendar.step = recurra::step_rule_from("business-day");
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recurra/data/csv.h"
#include "recurra/data/set_builder.h"

namespace recurra {

enum class SetForm { long_rows, wide, by_row };
/// "long": a row is one step of one series; "wide": a column is one series; "by-row": a row is one series.
const Names<SetForm>& set_form_names();

struct SetRequest {
  SetForm form = SetForm::long_rows;
  std::string id = {};                    ///< column; "": unique_id, series_id or item_id, else each file is one series
  std::string time = {};                  ///< as TimeRequest::column
  std::string time_format = {};           ///< as TimeRequest::format
  std::vector<std::string> targets = {};  ///< "": y or target, else the only column of numbers; in wide files all
  std::vector<std::string> known = {}, past = {}, fixed = {};
  std::vector<std::string> categories = {};  ///< columns whose numbers are codes
  std::string future = {};                   ///< a file with the plan: id, time and known columns
  CalendarOptions calendar = {};
  StorageOptions storage = {};
  CsvOptions csv = {};
  const SeriesSet* like = nullptr;  ///< earlier data, whose columns, kinds and categories these files share
  /// Bytes read so far and in total (0 if unknown); called from time to time.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress = {};
};

}  // namespace recurra
