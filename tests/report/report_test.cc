// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/report/axis.h"
#include "recurra/report/chart.h"
#include "recurra/report/html.h"

namespace recurra {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Nothing that a browser cannot draw, and every element closed.
void expect_drawable(const std::string& svg) {
  EXPECT_FALSE(contains(svg, "nan") || contains(svg, "inf")) << svg;
  EXPECT_TRUE(contains(svg, "<svg ") && contains(svg, "</svg>"));
}

TEST(Axis, TicksAreRoundAndWithin) {
  EXPECT_EQ(Axis::linear(3, 97).ticks(5), (std::vector<double>{20, 40, 60, 80}));
  EXPECT_FALSE(std::signbit(Axis::linear(-1, 10).ticks(5)[0]));
  EXPECT_EQ(Axis::logarithmic(0.02, 30).ticks(5).size(), 5u);
  EXPECT_DOUBLE_EQ(Axis::linear(0, 8).place(2), 0.25);
  EXPECT_DOUBLE_EQ(Axis::logarithmic(1, 100).place(10), 0.5);
  EXPECT_TRUE(std::isnan(Axis::logarithmic(1, 100).place(0)));
}

TEST(Axis, NumbersReadWell) {
  EXPECT_EQ(axis_number(35000), "35,000");
  EXPECT_EQ(axis_number(-1234567), "-1,234,567");
  EXPECT_EQ(axis_number(0.25), "0.25");
  EXPECT_EQ(axis_number(1e-8), "1e-8");
  EXPECT_EQ(axis_number(0), "0");
}

TEST(Chart, DrawsWhateverItIsGiven) {
  const double nan = std::nan(""), huge = std::numeric_limits<double>::max();
  for (const bool log : {false, true}) {
    for (const auto& y :
         {std::vector<double>{}, {1}, {nan, nan}, {1, nan, 3}, {0, 0, 0}, {-1, 0, 1e300}, {huge, -huge}, {5, 5}}) {
      LineChart chart{.title = "t", .x_label = "x", .y_label = "y", .log_y = log};
      std::vector<double> x(y.size());
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
      chart.series.push_back({"a", x, y});
      expect_drawable(chart.svg());
    }
  }
  expect_drawable(LineChart{}.svg());
  expect_drawable((BarChart{.title = "t", .bars = {{"a", nan}, {"b", 0}, {"c", 1e9}}}).svg());
}

TEST(Chart, NaNMakesAGapAndALonePointADot) {
  LineChart chart{.title = "t"};
  chart.series.push_back({"a", {0, 1, 2, 3, 4}, {1, 2, std::nan(""), 4, std::nan("")}});
  const std::string svg = chart.svg();
  EXPECT_TRUE(contains(svg, "<circle"));
  const std::string path = svg.substr(svg.find("<path d=\"") + 9);
  EXPECT_EQ(std::count(path.begin(), path.begin() + static_cast<long>(path.find('"')), 'M'), 2);
}

TEST(Chart, NoTwoOfTwelveLinesLookAlike) {
  LineChart chart{.title = "t"};
  for (int i = 0; i < 7; ++i) chart.series.push_back({concat("line ", i), {0, 1}, {0.0, static_cast<double>(i)}});
  const std::string svg = chart.svg();
  EXPECT_TRUE(contains(svg, "class=\"line c0 first\""));
  EXPECT_TRUE(contains(svg, "class=\"line c0 dashed\""));  // the seventh line, and its sample in the legend
  EXPECT_FALSE(contains(svg, "class=\"line c1 dashed\""));
}

TEST(Chart, ABandIsAnAreaForEachRunOfPresentPoints) {
  LineChart chart{.title = "fan", .x_label = "x", .y_label = "y"};
  chart.bands.push_back({"80 % <interval>", {1, 2, 3, 4, 5}, {0, 1, NAN, -5, 0}, {2, 3, 9, 20, 2}});
  chart.series.push_back({"forecast", {1, 2, 3, 4, 5}, {1, 2, 3, 4, 1}});
  const std::string svg = chart.svg();
  expect_drawable(svg);
  const std::string area = svg.substr(svg.find("<path d=\""), svg.find("class=\"band\"/>", svg.find("<path d=\"")));
  EXPECT_EQ(std::count(area.begin(), area.begin() + static_cast<std::ptrdiff_t>(area.find("\" class")), 'Z'), 2);
  EXPECT_TRUE(contains(svg, "80 % &lt;interval&gt;"));
  EXPECT_TRUE(contains(svg, ">20</text>") || contains(svg, ">15</text>")) << svg;  // the axis holds the band
}

TEST(Report, EscapesEverything) {
  const std::string evil = "<script>alert('\"&\")</script>";
  Report report(evil, evil);
  report.heading(evil);
  report.paragraph(evil);
  report.callout(evil);
  report.list({evil});
  report.code(evil);
  report.table({evil}, {{evil}});
  LineChart chart{.title = evil, .x_label = evil, .y_label = evil, .x_ticks = {{0, evil}}, .marker_label = evil};
  chart.series.push_back({evil, {0, 1}, {0, 1}});
  report.figure(chart.svg(), evil);
  report.figure((BarChart{.title = evil, .x_label = evil, .bars = {{evil, 1}}}).svg(), evil);
  const std::string html = report.html();
  EXPECT_FALSE(contains(html, "<script"));
  EXPECT_FALSE(contains(html, "alert('"));
}

TEST(Report, AsksNothingOfTheNetwork) {
  Report report("t", "s");
  report.figure(LineChart{}.svg(), "c");
  for (const char* part : {"http:", "https:", "src=", "@import", "url("})
    EXPECT_FALSE(contains(report.html(), part)) << part;
}

}  // namespace
}  // namespace recurra
