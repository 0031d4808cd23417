// SPDX-License-Identifier: Apache-2.0
// What the net of a forecast without a training is told of a series: its last values in patches, each with a mask for
// missing ones and its place in the season, and simple paths into the horizon (skeletons) that its answer is a mixture
// of. All on the scale of the context, so the forecast of a y + b (a > 0) is a times that of y, plus b. Example:
//
//   const std::vector<double> values = {1, 3, 2, 4, 1, 3, 2, 4};
//   const recurra::NowReading reading(values, /*season=*/4, /*long_season=*/1);
//   const double usual = reading.value(/*step=*/0, /*q=*/0);                  // 1: the value one season ago
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

inline constexpr Index kNowHorizon = 64;        ///< steps that the net forecasts at once
inline constexpr Index kNowMaxContext = 2'048;  ///< values that it looks at
inline constexpr Index kNowMinContext = 3;      ///< values that must be present
inline constexpr Index kNowSkeletons = 10;      ///< see write_skeletons
inline constexpr Index kNowFacts = 20;
/// What write_horizon writes: five paths and the facts.
inline constexpr Index kNowHorizonInputs = 5 * kNowHorizon + kNowFacts;

/// Numbers a patch: its values, their mask, what they differ by from one season ago, sine and cosine of the place of
/// its end in either season, two log seasons.
constexpr Index now_patch_inputs(Index patch) {
  return 3 * patch + 6;
}

class NowReading {
 public:
  /// `values`: oldest first, NaN where missing; the newest kNowMaxContext are looked at. Seasons in steps, 1: none.
  /// `logarithm`: read log(y - floor) where the amplitude of the season is proportional to what its level lies above
  /// some floor, so that the season is the same at every level; elsewhere as without. A floor found in y is a floor + b
  /// in a y + b. Errors: ValueError for a season below 1, an infinite value, and fewer than kNowMinContext values
  /// present.
  NowReading(std::span<const double> values, Index season, Index long_season, bool logarithm = false);

  /// Whether the logarithm was asked for and there is a floor.
  bool logarithmic() const { return floor_.has_value(); }

  /// All values that are present are equal: there is nothing to read, and value() is that value.
  bool constant() const { return constant_; }
  Index patches(Index patch) const;
  /// Row p of patches(patch) goes to out + p * stride. The last patch ends with the last value.
  void write_patches(Index patch, float* out, Index stride) const;
  /// [kNowHorizonInputs]: the seasonal-naive path, four skeletons relative to it, and facts.
  void write_horizon(float* out) const;
  /// [kNowSkeletons, kNowHorizon], relative to the seasonal-naive path and in units of its error: that path itself, the
  /// long season ago (or two seasons ago), the mean of four seasons, the last value, the mean of the last season, the
  /// mean of all, the seasonal-naive path with the drift between the last two seasons, the same with what the amplitude
  /// of the season grows by, exponential smoothing with a damped trend and a season (Holt and Winters, with fixed
  /// rates), and its season at a level that follows faster.
  void write_skeletons(float* out) const;

  /// In the unit of the series: what the net means by q at a step of the horizon. Formula: center + scale (naive[step]
  /// + unit q), unit the mean error of the seasonal-naive forecast within the context; floor + exp of it if
  /// logarithmic.
  double value(Index step, double q) const;
  /// The q of a value that was observed later.
  double q_of(Index step, double value) const;

 private:
  double present_or_before(Index at, Index lag) const;
  double seasonal_step(Index at) const;
  std::optional<double> find_floor() const;
  void make_paths();
  void smooth();
  void measure_differences();
  double amplitude_of(Index first, Index last) const;
  double mean_of(Index first, Index last) const;

  std::vector<double> z_;  ///< on the scale of the context; NaN where missing
  Index season_, long_season_;
  double center_ = 0, scale_ = 1, size_ = 1;
  std::optional<double> floor_;  ///< in sizes
  double highest_ = 0;           ///< logarithm
  double unit_ = 1, last_ = 0, recent_ = 0, drift_ = 0, growth_ = 1;
  double smooth_error_ = 0, smooth_trend_ = 0;            ///< of one step; at the end
  double persistence_ = 0, recent_unit_ = 1, tails_ = 1;  ///< of the differences to one season ago
  bool constant_ = false;
  using Path = std::array<double, static_cast<std::size_t>(kNowHorizon)>;
  Path naive_, long_, four_, grown_, smooth_, level_;
};

}  // namespace recurra
