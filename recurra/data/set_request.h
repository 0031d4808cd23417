// SPDX-License-Identifier: Apache-2.0
// What a user says about files of many series: which column is what, and how the calendar goes. What is left open is
// recognised by recurra/data/set_reader.h, and told. Example:
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
  std::vector<std::string> targets = {};  ///< "": y or target, else the only column of numbers; of wide files all
  std::vector<std::string> known = {}, past = {}, fixed = {};
  std::vector<std::string> categories = {};  ///< columns of codes, whose numbers mean nothing
  std::string future = {};                   ///< a file with the plan: id, time and what is known ahead
  CalendarOptions calendar = {};
  StorageOptions storage = {};
  CsvOptions csv = {};
  const SeriesSet* like = nullptr;  ///< earlier data, whose columns, kinds and categories these files share
  /// Bytes of the files that are read, and of all (0 where unknown); called now and then.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress = {};
};

}  // namespace recurra
