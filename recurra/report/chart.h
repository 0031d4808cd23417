// SPDX-License-Identifier: Apache-2.0
// Line and bar charts as SVG text, from plain numbers. Colours and fonts come from the page (recurra/report/html.h), so
// that a chart suits light and dark mode. Not a plotting library: only what a report needs. Example:
//
//   recurra::LineChart chart{.title = "Loss", .x_label = "epoch", .y_label = "loss"};
//   chart.series.push_back({"training", {1, 2, 3}, {0.9, 0.5, 0.4}});
//   std::string svg = chart.svg();
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace recurra {

struct LineSeries {
  std::string name;
  std::vector<double> x, y;  ///< of one length; NaN makes a gap
  bool dashed = false;
};

/// The area between two lines, without an edge.
struct Band {
  std::string name;
  std::vector<double> x, lower, upper;  ///< of one length
};

struct LineChart {
  std::string title = {}, x_label = {}, y_label = {};
  std::vector<Band> bands = {};         ///< below all lines, in the colour of the first; the widest first
  std::vector<LineSeries> series = {};  ///< drawn in order; the first is drawn on top and stands out
  bool log_y = false;                   ///< values at or below zero make gaps
  bool y_from_zero = false;
  std::vector<std::pair<double, std::string>> x_ticks = {};  ///< instead of round numbers
  double marker = 0;                                         ///< a vertical line, with its label
  std::string marker_label = {};                             ///< empty: none

  std::string svg() const;
};

struct BarChart {
  std::string title = {}, x_label = {};
  std::vector<std::pair<std::string, double>> bars = {};  ///< top to bottom; NaN shows as a dash
  std::size_t highlighted = 0;

  std::string svg() const;
};

}  // namespace recurra
