// SPDX-License-Identifier: Apache-2.0
// A grid of values from 0 to 1 as SVG text, such as attention of target symbols to source symbols. Colours come from
// the page (recurra/report/html.h). Example:
//
//   recurra::HeatMap map{.title = "attention", .columns = {"h", "i"}, .rows = {"HH", "AY"}};
//   map.values = {{0.9, 0.1}, {0.2, 0.8}};
//   std::string svg = map.svg();
#pragma once

#include <string>
#include <vector>

namespace recurra {

struct HeatMap {
  std::string title = {}, x_label = {}, y_label = {};
  std::vector<std::string> columns = {}, rows = {};
  std::vector<std::vector<double>> values = {};  ///< [rows][columns]; clamped to [0, 1]

  /// Errors: ValueError unless there is one value for each row and column.
  std::string svg() const;
};

}  // namespace recurra
