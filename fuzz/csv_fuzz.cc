// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "fuzz/fuzz.h"
#include "recurra/data/csv.h"
#include "recurra/data/series.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    std::istringstream in(text);
    const bool odd = text.size() % 2 == 1;
    const recurra::Table table = recurra::read_csv(in, "fuzz.csv", {.decimal_comma = odd, .max_columns = 1000});
    recurra::make_series(table, {});
  });
}
