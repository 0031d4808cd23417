// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/window_source.h"

// As a long file with every role, as a wide one and with one series a row; what is read must have windows to gather.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const recurra::SetForm form : recurra::set_form_names().values())
    for (const bool roles : {false, true})
      parse_or_refuse(data, size, [&](const std::string& text) {
        recurra::SetRequest request{.form = form, .csv = {.max_columns = 1000}};
        if (roles && form == recurra::SetForm::long_rows) request.known = {"promo"}, request.fixed = {"size"};
        if (roles) request.calendar.repeated = recurra::Merge::mean;
        if (roles && size % 2 == 1) request.calendar.zone = "Europe/Berlin";
        if (roles && size % 3 == 1) request.calendar.resample = recurra::step_rule_from("1d");
        const recurra::SeriesSet set = recurra::parse_series_set(text, "fuzz.csv", request);
        const recurra::WindowSource windows(set, {.lookback = 3, .horizon = 2}, recurra::whole_range(set));
        static_cast<void>(windows.gather(recurra::forecast_origins(set)));
        if (windows.count() > 0) static_cast<void>(windows.gather(std::vector{windows.origin(windows.count() - 1)}));
      });
  return 0;
}
