// SPDX-License-Identifier: Apache-2.0
// The importance of each input of a forecaster: how much the error grows if the values of that input are exchanged
// among windows, so that they hold no information about their window. Information that other inputs share is not
// counted. Example:
//
//   auto ask = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set) {
//     return recurra::importance(context, model, set).inputs[0].input;             // the most telling one
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/report/html.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

struct InputWorth {
  std::string input;     ///< a column, with its flag of missing values; "calendar" is all of it together
  std::string kind;      ///< "lags" of a target, "past", "known", "static", "calendar"
  double increase = 0;   ///< of the error, as a share of it: 0.1 is a tenth more; mean over the exchanges
  double deviation = 0;  ///< over the exchanges
};

struct Importance {
  Index windows = 0, exchanges = 0;
  double error = 0;                ///< mean absolute error of the point forecast, on the net's scale
  std::vector<InputWorth> inputs;  ///< the most telling first
};

/// Of the tested net, on up to 512 windows that it was not trained on, spread evenly. The lags of a target are
/// exchanged as a whole; an input that is known ahead both in the window and beyond it. A value below 0 means that
/// the net does better without that input; one within its deviation of 0, that it makes no difference here. Redundant
/// inputs can replace one another, so each may look worthless alone. Source: Breiman 2001; Fisher, Rudin, Dominici
/// 2019. Errors: ValueError if no such window has a present target. Cost: 5 forward passes per input.
Importance importance(Context& context, const ForecastModel& model, const SeriesSet& set);
/// The same of one series.
Importance importance(Context& context, const ForecastModel& model, const Series& series);

nlohmann::json to_json(const Importance& importance);
std::string to_text(const Importance& importance);
/// A chart and a sentence on how to read it.
void add_importance_section(Report& report, const Importance& importance);

}  // namespace recurra
