// SPDX-License-Identifier: Apache-2.0
#include "recurra/report/heat_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/base/error.h"
#include "recurra/report/axis.h"

namespace recurra {
namespace {

constexpr double kCell = 30, kLabelWidth = 90, kLabelHeight = 46, kMargin = 12, kNarrowest = 520;

std::string label(double x, double y, const char* classes, const std::string& content) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>", x, y, classes, escape_html(content));
}

}  // namespace

std::string HeatMap::svg() const {
  require(values.size() == rows.size(), "HeatMap::svg: expected ", rows.size(), " rows, found ", values.size());
  const double width = std::max(kNarrowest, kLabelWidth + kCell * static_cast<double>(columns.size()) + kMargin);
  const double height = kLabelHeight + kCell * static_cast<double>(rows.size()) + kMargin;
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><title>{}</title>", width,
                                height, escape_html(title), escape_html(title));
  out += label(kLabelWidth, 14, "", x_label) + label(kLabelWidth - 10, kLabelHeight - 8, "end", y_label);
  for (std::size_t c = 0; c < columns.size(); ++c)
    out += label(kLabelWidth + kCell * (static_cast<double>(c) + 0.5), kLabelHeight - 8, "label middle", columns[c]);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    require(values[r].size() == columns.size(), "HeatMap::svg: expected ", columns.size(), " values in row ", r,
            ", found ", values[r].size());
    const double y = kLabelHeight + kCell * static_cast<double>(r);
    out += label(kLabelWidth - 10, y + 0.65 * kCell, "label end", rows[r]);
    for (std::size_t c = 0; c < columns.size(); ++c)
      out += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" style=\"fill:var(--c0);stroke:var(--rule)\" "
          "fill-opacity=\"{:.3f}\"><title>{}</title></rect>",
          kLabelWidth + kCell * static_cast<double>(c), y, kCell, kCell, std::clamp(values[r][c], 0.0, 1.0),
          escape_html(fmt::format("{} from {}: {:.2f}", rows[r], columns[c], values[r][c])));
  }
  return out + "</svg>";
}

}  // namespace recurra
