// SPDX-License-Identifier: Apache-2.0
#include "reader_csv.h"

#include "recurra/data/csv.h"

namespace recurra::wasm {

Series csv_series(std::string_view csv, std::string_view wanted, std::string& target) {
  const Table table = parse_csv(std::string(csv), "the CSV", {.max_bytes = kMostCsvBytes});
  if (!wanted.empty()) {
    target = wanted;
    return make_series(table, {"", {target}});
  }
  std::string why;
  for (const std::string& name : table.names()) {
    try {
      target = name;
      Series series = make_series(table, {"", {name}});
      return series;
    } catch (const ValueError& error) {  // text, or the time column itself: try the next
      if (why.empty()) why = error.what();
    }
  }
  throw ValueError(concat("the CSV: no column holds numbers; the first says: ", why));
}

}  // namespace recurra::wasm
