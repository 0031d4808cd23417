// SPDX-License-Identifier: Apache-2.0
// Every baseline that a backtest sets beside a net: the last value, drift, a season repeated, two kinds of exponential
// smoothing, and two linear autoregressions. They cope with missing values. Example:
//
//   auto names = [](const recurra::RivalInputs& in, std::vector<std::string>& notes) {
//     std::vector<std::string> out;
//     for (const recurra::Method& method : recurra::make_rivals(in, notes)) out.push_back(method.name);
//     return out;      // "repeat-last", "drift", "seasonal-naive", "theta", "holt-winters", "linear", "linear-last"
//   };
#pragma once

#include <functional>

#include "recurra/tasks/forecast/preparation.h"

namespace recurra {

/// A forecast of one target from one origin, in its own unit.
struct Method {
  std::string name;
  /// `window`: which of the backtest's. Origins come in ascending order for each target.
  std::function<std::vector<double>(std::size_t target, std::size_t window, Index origin)> forecast;
};

/// All by reference: they must outlive the methods.
struct RivalInputs {
  const ForecastOptions& options;
  const Preparation& preparation;
  const Series& series;
  const Prepared& prepared;
  Index train_begin, train_end, validation_end;  ///< rows: what is fitted sees [train_begin, train_end)
};

/// Linear: a ridge regression on the same prepared windows as the net. Linear-last: one for each target alone, on its
/// values minus the last of the window; left out where the net is prepared like that and has one target.
/// Errors: ValueError if no window lies before validation_end.
std::vector<Method> make_rivals(const RivalInputs& inputs, std::vector<std::string>& notes);

}  // namespace recurra
