// SPDX-License-Identifier: Apache-2.0
// From a series to the inputs of the net, and from its outputs back to the target's unit: logarithm, difference,
// scale, missing values, calendar. Fitted on training rows once, kept in the model, and applied to any later data.
// Example:
//
//   auto prepare = [](const recurra::Series& series, recurra::ForecastOptions options) {
//     std::vector<std::string> notes;
//     const auto preparation = recurra::fit_preparation(series, options, notes);
//     return recurra::apply_preparation(preparation, options, series).windows;
//   };
#pragma once

#include <string>
#include <vector>

#include "recurra/data/calendar.h"
#include "recurra/data/series.h"
#include "recurra/data/windows.h"
#include "recurra/tasks/forecast/options.h"

namespace recurra {

/// What was fitted. Input columns, in order: targets, features, static ones, a 0/1 flag for each of these that has
/// gaps, calendar, what is known ahead.
struct Preparation {
  Index lag = 0;                    ///< of the difference of the targets; 0: none
  std::vector<Scaler> scalers;      ///< of input_columns(options)
  std::vector<bool> flagged;        ///< the same columns: had gaps when fitted
  std::vector<Index> codes = {};    ///< the same columns: how many codes a category has; 0: numbers. Empty: all numbers
  Index plan = 0;                   ///< how many of the columns are known ahead
  bool by_series = false;           ///< targets and features have scalers of each series, in the place of these
  std::vector<Cycle> cycles;        ///< calendar inputs
  std::string zone = {};            ///< whose local hours they count; "": the hours as the axis is written
  std::vector<std::string> inputs;  ///< their names
  std::optional<TimeAxis> axis;     ///< of the series it was fitted on

  Index input_size() const { return static_cast<Index>(inputs.size()); }
  /// How many of the last inputs are known for any time to come: the calendar and the plan.
  Index known_ahead() const { return static_cast<Index>(2 * cycles.size()) + plan; }
  bool is_category(std::size_t column) const { return column < codes.size() && codes[column] > 0; }
};

/// The columns that a model needs, out of a table. `fitted`: of a model, whose time axis settles what the stamps of a
/// short table leave open. Errors: ValueError that names what the table lacks.
Series series_for(const ForecastOptions& options, const Table& table, const Preparation* fitted = nullptr);

struct Prepared {
  WindowSet windows;
  std::vector<std::vector<double>> levels;  ///< of each target: its values, or their logarithms
  std::vector<Scaler> own = {};             ///< of the targets and features of a series with scalers of its own
  Index padding = 0;                        ///< rows of the windows before the first row of the series
};

/// Resolves the options that are 0 or automatic (see resolve_options), and fits the rest on the training rows. What it
/// chose is reported in `notes`.
/// Errors: ValueError for a target that is constant, has no value, or is not above 0 where its logarithm is asked for,
/// or is no count where the head is one of counts; and for a series that is too short for one window in each part of
/// the split.
Preparation fit_preparation(const Series& series, ForecastOptions& options, std::vector<std::string>& notes);
/// Fits with resolved options on the first `rows` rows.
/// Errors: ValueError for a column without a value there, and for a target whose logarithm does not exist.
Preparation fit_resolved(const Series& series, const ForecastOptions& options, Index rows);

/// Fits the scalers and flags of a set to some of its series, each up to a row, and what else it holds to the first of
/// them. `codes`: see Preparation. Errors: as fit_resolved.
Preparation fit_resolved(std::span<const Series> samples, std::span<const Index> rows, const ForecastOptions& options,
                         const std::vector<Index>& codes);

/// The same with a flag for every target and feature that is a number.
Preparation with_flags(Preparation preparation, const ForecastOptions& options);

/// Scalers of one series of a set, from its first `rows` rows; those of `preparation` where it has no value there. The
/// factor of a column that is constant there is its mean size, and with fewer than 8 values at least a tenth of it.
std::vector<Scaler> own_scalers(const Preparation& preparation, const ForecastOptions& options, const Series& series,
                                Index rows);

/// `own`: of own_scalers, for a preparation by series. `padding`: rows put before the first one, copies of it but
/// flagged as missing. Errors: ValueError if the series lacks a column, or holds what is no count where the head is one
/// of counts.
Prepared apply_preparation(const Preparation& preparation, const ForecastOptions& options, const Series& series,
                           std::vector<Scaler> own = {}, Index padding = 0);

/// The scale of the window before `origin`, a row of prepared.levels.
ops::ColumnScale<float> window_scale(const Prepared& prepared, std::size_t target, Index origin);

/// One forecast of the net as values of prepared.levels of a target: scale and differences are undone, the logarithm is
/// not. `scaled` holds its horizon, from row `origin` on.
std::vector<double> to_levels(const Preparation& preparation, const ForecastOptions& options, const Prepared& prepared,
                              std::size_t target, Index origin, std::span<const double> scaled);
/// From the logarithm of a target to the target; the same number where the options take none.
double from_level(const ForecastOptions& options, double level);
/// Both: one forecast of the net, back in the unit of target `target`.
std::vector<double> undo_preparation(const Preparation& preparation, const ForecastOptions& options,
                                     const Prepared& prepared, std::size_t target, Index origin,
                                     std::span<const double> scaled);

nlohmann::json to_json(const Preparation& preparation);
Preparation preparation_from(const JsonReader& reader, const ForecastOptions& options);

}  // namespace recurra
