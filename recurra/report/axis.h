// SPDX-License-Identifier: Apache-2.0
// The scale of one axis of a chart: where a value stands, and which round values to label. Example:
//
//   recurra::Axis axis = recurra::Axis::linear(3, 97);
//   std::vector<double> ticks = axis.ticks(5);            // 20, 40, 60, 80
#pragma once

#include <string>
#include <vector>

namespace recurra {

class Axis {
 public:
  /// Any two numbers; equal or unordered ones are widened to a range.
  static Axis linear(double low, double high);
  /// Decades; values at or below zero have no place.
  static Axis logarithmic(double low, double high);

  /// From 0 at the low end to 1 at the high end; NaN where the value has no place.
  double place(double value) const;
  /// Round values within the range, about `count` of them.
  std::vector<double> ticks(int count) const;

 private:
  Axis(double low, double high, bool log) : low_(low), high_(high), log_(log) {}
  double low_, high_;  ///< log: exponents of 10
  bool log_;
};

/// As a reader would write it: 1,234 or 0.25 or 1e-6.
std::string axis_number(double value);

/// Safe inside HTML and SVG text and attributes.
std::string escape_html(const std::string& text);

}  // namespace recurra
