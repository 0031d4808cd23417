// SPDX-License-Identifier: Apache-2.0
// Chooses what a user left open about a forecast: season, difference, lookback. Each combination is tried with a linear
// model, on rows before the test part. Example:
//
//   auto choose = [](const recurra::Series& series, recurra::ForecastOptions options) {
//     std::vector<std::string> notes;
//     recurra::resolve_options(series, options, notes);
//     return options.difference;
//   };
#pragma once

#include <span>

#include "recurra/data/series.h"
#include "recurra/data/split.h"
#include "recurra/tasks/forecast/options.h"

namespace recurra {

/// Fills in the options that are 0 or automatic. Seasons are those of find_seasons on the training rows. A ridge
/// regression is fitted with each of them as a seasonal difference, with no difference, the first one and the last
/// value subtracted, for a short and a long lookback; then with the best of these and each window on a scale of its
/// own, by its mean and deviation and by its mean size. It is scored on the newest 30 % of the rows before the test
/// part, in three stretches: each is forecast by a model fitted to all rows before it. The lowest mean error is chosen,
/// but a longer lookback must lower it by 3 %, and so must a scale of each window. `notes` report each in one line,
/// with the errors. Errors: ValueError for a seasonal difference without a season. Cost: at most twelve candidates,
/// each three fits over 1,000 windows in all, for up to three targets; nothing is tried where nothing is open.
void resolve_options(const Series& series, ForecastOptions& options, std::vector<std::string>& notes);
/// The same for several series of one kind: errors are relative to repeating the last value of each, and a season is
/// tried that a third of the series has. Errors: also ValueError without a series.
void resolve_options(std::span<const Series> samples, ForecastOptions& options, std::vector<std::string>& notes);

/// Two horizons, at least 24, as far as the training rows leave room for a window and some more.
Index short_lookback(const ForecastOptions& options, const Split& split);

/// The season whose naive forecast has the lowest error on the newest rows before the test part: one of those found,
/// that of the options, or where none holds up one of those that the calendar suggests; the shortest that is within the
/// noise. 1 if none fits.
Index best_naive_season(const Series& series, const ForecastOptions& options, std::size_t target);

}  // namespace recurra
