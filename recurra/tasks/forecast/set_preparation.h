// SPDX-License-Identifier: Apache-2.0
// Fits a preparation to a set of series, or to a sample of them where there are many. Example:
//
//   auto fit = [](const recurra::SeriesSet& set, recurra::ForecastOptions options) {
//     std::vector<std::string> notes;
//     recurra::take_columns(set, options);
//     recurra::resolve_options(set, options, notes);
//     return recurra::fit_set(set, options, recurra::whole_range(set));
//   };
#pragma once

#include "recurra/tasks/forecast/prepared_set.h"

namespace recurra {

/// Names all columns of the set in the options, by their roles.
/// Errors: ValueError for a column of the options that the set has in another role, or not at all.
void take_columns(const SeriesSet& set, ForecastOptions& options);

/// As the resolve_options of one series, on up to 8 series that are as long as the middle one or longer: seasons that a
/// third of them have; errors are relative to repeating the last value. A set of one is resolved as its series. The
/// effects of what is known ahead on the changes of the targets are removed first, since the plan is an input of the
/// net. Errors: ValueError if no series has two present values of a target that differ.
void resolve_options(const SeriesSet& set, ForecastOptions& options, std::vector<std::string>& notes);

/// With resolved options, on the steps of `range`, of up to 200 series. Gaps that any series has count.
/// Errors: ValueError for a column without a value there, and for a target whose logarithm does not exist.
Preparation fit_set(const SeriesSet& set, const ForecastOptions& options, const SetRange& range);

}  // namespace recurra
