// SPDX-License-Identifier: Apache-2.0
// Bars as a self-contained SVG file: lines of "label TAB value" on standard input, drawn as reports draw them.
//   plot TITLE X_LABEL <bars.tsv >bars.svg
#include <iostream>
#include <string>

#include "recurra/report/chart.h"
#include "recurra/report/html.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: plot TITLE X_LABEL <bars.tsv >bars.svg\n";
    return 2;
  }
  recurra::BarChart chart{.title = argv[1], .x_label = argv[2]};
  for (std::string line; std::getline(std::cin, line);) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) {
      std::cerr << "plot: expected label TAB value, found: " << line << '\n';
      return 1;
    }
    chart.bars.emplace_back(line.substr(0, tab), std::stod(line.substr(tab + 1)));
  }
  chart.highlighted = chart.bars.size();  // highlights none
  std::cout << recurra::standalone_svg(chart.svg()) << '\n';
}
