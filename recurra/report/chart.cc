// SPDX-License-Identifier: Apache-2.0
#include "recurra/report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/report/axis.h"

namespace recurra {
namespace {

constexpr double kWidth = 640, kHeight = 300;
constexpr double kLeft = 78, kRight = 16, kBottom = 48, kTop = 12, kLegendRow = 22;
constexpr double kCharacter = 7.2;   // mean width of a character of the page's 13 px font
constexpr int kColours = 6;          // series beyond it reuse them, dashed
constexpr double kDrawable = 1e150;  // larger numbers are gaps: their squares and decades overflow
constexpr double kBarRow = 30, kBarLabels = 130, kBarValues = 70;

std::string begin_svg(const std::string& title, const std::string& description, double height) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><title>{}</title><desc>{}</desc>",
                     kWidth, height, escape_html(title), escape_html(title), escape_html(description));
}

std::string text(double x, double y, const char* classes, const std::string& content) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>", x, y, classes, escape_html(content));
}

std::string colour_class(std::size_t index) {
  return fmt::format("c{}", index % kColours);
}

const char* dash_class(const LineSeries& line, std::size_t index) {
  return line.dashed || index >= kColours ? " dashed" : "";
}

double four_digits(double x) {
  if (x == 0) return x;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(x))) - 3);
  return unit >= 1 ? std::round(x) : std::round(x / unit) * unit;
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void add(double v) {
    if (!(std::abs(v) < kDrawable)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

/// The drawing of one line chart.
class LinePlot {
 public:
  explicit LinePlot(const LineChart& chart) : chart_(chart), x_(x_axis()), y_(y_axis()) { place_legend(); }

  std::string svg() const {
    std::string out = begin_svg(chart_.title, description(), bottom() + kBottom);
    out += legend() + grid();
    for (const Band& b : chart_.bands) out += band(b);
    out += marker();
    for (std::size_t i = chart_.series.size(); i-- > 0;) out += line(i);
    return out + "</svg>";
  }

 private:
  Axis x_axis() const {
    Range range;
    for (const LineSeries& s : chart_.series)
      for (const double v : s.x) range.add(v);
    for (const Band& b : chart_.bands)
      for (const double v : b.x) range.add(v);
    return Axis::linear(range.low, range.high);
  }
  Axis y_axis() const {
    Range range;
    for (const LineSeries& s : chart_.series)
      for (const double v : s.y)
        if (!chart_.log_y || v > 0) range.add(v);
    for (const Band& b : chart_.bands)
      for (const auto* edge : {&b.lower, &b.upper})
        for (const double v : *edge)
          if (!chart_.log_y || v > 0) range.add(v);
    if (chart_.log_y) return Axis::logarithmic(range.low, range.high);
    if (chart_.y_from_zero) range.add(0);
    const double room = 0.05 * (range.high - range.low);
    return Axis::linear(chart_.y_from_zero && range.low == 0 ? 0 : range.low - room, range.high + room);
  }

  /// Series, then bands.
  void place_legend() {
    double x = kLeft;
    int row = 0;
    std::vector<std::string> names;
    for (const LineSeries& s : chart_.series) names.push_back(s.name);
    for (const Band& b : chart_.bands) names.push_back(b.name);
    for (const std::string& name : names) {
      const double width = 34 + kCharacter * static_cast<double>(name.size());
      if (x > kLeft && x + width > kWidth - kRight) {
        x = kLeft;
        ++row;
      }
      legend_.push_back({x, row});
      x += width + 10;
    }
    top_ = kTop + kLegendRow * (row + 1);
  }

  double bottom() const { return top_ + kHeight - kBottom - kTop; }
  double at_x(double v) const { return kLeft + x_.place(v) * (kWidth - kLeft - kRight); }
  double at_y(double v) const { return bottom() - y_.place(v) * (bottom() - top_); }

  std::string description() const {
    std::string names;
    for (const LineSeries& s : chart_.series) names += (names.empty() ? "" : ", ") + s.name;
    for (const Band& b : chart_.bands) names += ", " + b.name;
    return fmt::format("{} against {}: {}", chart_.y_label, chart_.x_label, names);
  }

  std::string legend() const {
    std::string out;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const double y = kTop + kLegendRow * legend_[i].second + 4;
      out +=
          fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"line {}{}\"/>",
                      legend_[i].first, y, legend_[i].first + 24, y, colour_class(i), dash_class(chart_.series[i], i));
      out += text(legend_[i].first + 30, y + 4, "label", chart_.series[i].name);
    }
    for (std::size_t i = 0; i < chart_.bands.size(); ++i) {
      const auto [x, row] = legend_[chart_.series.size() + i];
      const double y = kTop + kLegendRow * row + 4;
      // A band is drawn above all wider ones.
      for (std::size_t under = 0; under <= i; ++under)
        out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"24\" height=\"12\" class=\"band\"/>", x, y - 6);
      out += text(x + 30, y + 4, "label", chart_.bands[i].name);
    }
    return out;
  }

  /// Runs of present points, each an area of its own.
  std::string band(const Band& b) const {
    std::string path, back;
    for (std::size_t i = 0; i <= b.x.size(); ++i) {
      const bool drawn = i < b.x.size() && std::isfinite(at_y(b.lower[i])) && std::isfinite(at_y(b.upper[i])) &&
                         std::abs(b.lower[i]) < kDrawable && std::abs(b.upper[i]) < kDrawable;
      if (!drawn) {
        if (!back.empty()) path += back + "Z";
        back.clear();
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", back.empty() ? "M" : "L", at_x(b.x[i]), at_y(b.upper[i]));
      back = fmt::format("L{:.1f} {:.1f}", at_x(b.x[i]), at_y(b.lower[i])) + back;
    }
    return fmt::format("<path d=\"{}\" class=\"band\"/>", path);
  }

  std::string grid() const {
    std::string out;
    for (const double tick : y_.ticks(5)) {
      const double y = at_y(tick);
      out += fmt::format("<line x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\" class=\"grid\"/>", kLeft, y,
                         kWidth - kRight, y);
      out += text(kLeft - 8, y + 4, "tick end", axis_number(tick));
    }
    auto ticks = chart_.x_ticks;
    if (ticks.empty())
      for (const double tick : x_.ticks(8)) ticks.emplace_back(tick, axis_number(tick));
    for (const auto& [value, label] : ticks) {
      out += fmt::format("<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" class=\"axis\"/>",
                         at_x(value), bottom(), bottom() + 5);
      out += text(at_x(value), bottom() + 20, "tick middle", label);
    }
    out += fmt::format("<line x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\" class=\"axis\"/>", kLeft, bottom(),
                       kWidth - kRight, bottom());
    out += text((kLeft + kWidth - kRight) / 2, bottom() + 40, "label middle", chart_.x_label);
    out += fmt::format("<text transform=\"translate(13 {:.1f}) rotate(-90)\" class=\"label middle\">{}</text>",
                       (top_ + bottom()) / 2, escape_html(chart_.y_label));
    return out;
  }

  std::string marker() const {
    if (chart_.marker_label.empty()) return "";
    const double x = at_x(chart_.marker);
    const bool left = x > kWidth / 2;
    return fmt::format("<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" class=\"marker\"/>", x, top_,
                       bottom()) +
           text(x + (left ? -6 : 6), top_ + 12, left ? "tick end" : "tick", chart_.marker_label);
  }

  std::string line(std::size_t index) const {
    const LineSeries& s = chart_.series[index];
    std::string path;
    std::size_t run = 0;  // points since the last gap
    double last_x = 0, last_y = 0;
    std::string dots;
    const auto end_run = [&] {
      if (run == 1)
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" class=\"dot {}\"/>", last_x, last_y,
                            colour_class(index));
      run = 0;
    };
    for (std::size_t i = 0; i < std::min(s.x.size(), s.y.size()); ++i) {
      const double x = at_x(s.x[i]), y = at_y(s.y[i]);
      if (!std::isfinite(x) || !std::isfinite(y) || !(std::abs(s.y[i]) < kDrawable)) {
        end_run();
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", run == 0 ? "M" : "L", x, y);
      last_x = x;
      last_y = y;
      ++run;
    }
    end_run();
    return fmt::format("<path d=\"{}\" class=\"line {}{}{}\"/>{}", path, colour_class(index),
                       index == 0 ? " first" : "", dash_class(s, index), dots);
  }

  const LineChart& chart_;
  Axis x_, y_;
  std::vector<std::pair<double, int>> legend_;
  double top_ = kTop;
};

}  // namespace

std::string LineChart::svg() const {
  return LinePlot(*this).svg();
}

std::string BarChart::svg() const {
  Range range;
  range.add(0);
  for (const auto& bar : bars) range.add(bar.second);
  const Axis axis = Axis::linear(0, range.high);
  const double height = kTop + kBarRow * static_cast<double>(bars.size()) + 30, span = kWidth - kBarLabels - kBarValues;
  std::string out = begin_svg(title, x_label, height);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double y = kTop + kBarRow * static_cast<double>(i);
    const double width = std::isfinite(bars[i].second) ? span * axis.place(bars[i].second) : 0;
    out += text(kBarLabels - 8, y + 18, i == highlighted ? "label end strong" : "label end", bars[i].first);
    out += fmt::format("<rect x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\" class=\"bar{}\"/>",
                       kBarLabels, y + 3, std::max(width, 1.0), kBarRow - 8, i == highlighted ? " strong" : "");
    out += text(kBarLabels + width + 6, y + 18, "tick",
                std::isfinite(bars[i].second) ? axis_number(four_digits(bars[i].second)) : "-");
  }
  return out + text(kBarLabels, height - 8, "label", x_label) + "</svg>";
}

}  // namespace recurra
