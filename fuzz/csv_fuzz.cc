// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "fuzz/fuzz.h"
#include "recurra/data/csv.h"
#include "recurra/data/series.h"
#include "recurra/tasks/common/sequence_input.h"

// As a series, then as labelled sequences in long form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_or_refuse(data, size, [](const std::string& text) {
    std::istringstream in(text);
    const bool odd = text.size() % 2 == 1;
    const recurra::Table table = recurra::read_csv(in, "fuzz.csv", {.decimal_comma = odd, .max_columns = 1000});
    recurra::make_series(table, {});
  });
  return parse_or_refuse(data, size, [](const std::string& text) {
    const recurra::Table table = recurra::parse_csv(text, "fuzz.csv", {.max_columns = 1000});
    recurra::InputEncoding encoding;
    encoding.columns = {.id = table.names().front(), .time = table.names().back()};
    recurra::labelled_table(table, encoding);
  });
}
