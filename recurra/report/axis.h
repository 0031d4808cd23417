// SPDX-License-Identifier: Apache-2.0
// The scale of one axis of a chart: the position of a value, and the round values to label. Example:
//
//   recurra::Axis axis = recurra::Axis::linear(3, 97);
//   std::vector<double> ticks = axis.ticks(5);            // 20, 40, 60, 80
#pragma once

#include <string>
#include <vector>

namespace recurra {

class Axis {
 public:
  /// From any two numbers; equal or unordered ones are widened to a range.
  static Axis linear(double low, double high);
  /// In decades; values at or below zero have no position.
  static Axis logarithmic(double low, double high);

  /// The position from 0 at the low end to 1 at the high end; NaN if the value has none.
  double place(double value) const;
  /// Round values within the range, about `count` of them.
  std::vector<double> ticks(int count) const;

 private:
  Axis(double low, double high, bool log) : low_(low), high_(high), log_(log) {}
  double low_, high_;  ///< log: exponents of 10
  bool log_;
};

/// A number for display: 1,234 or 0.25 or 1e-6.
std::string axis_number(double value);

/// Escapes text for HTML and SVG text and attributes.
std::string escape_html(const std::string& text);

}  // namespace recurra
