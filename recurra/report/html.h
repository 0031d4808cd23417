// SPDX-License-Identifier: Apache-2.0
// One self-contained HTML page: headings, paragraphs, figures, tables, code. No script, no network; light and dark,
// wide and narrow screens. All text is escaped. Example:
//
//   recurra::Report report("Demand", "48 steps ahead");
//   report.heading("Backtest");
//   report.table({"method", "MAE"}, {{"lstm", "349"}, {"linear", "352"}});
//   std::string page = report.html();
#pragma once

#include <string>
#include <vector>

namespace recurra {

class Report {
 public:
  Report(std::string title, std::string subtitle);

  void heading(const std::string& text);
  void paragraph(const std::string& text);
  void list(const std::vector<std::string>& items);
  /// A highlighted sentence.
  void callout(const std::string& text);
  /// `svg` is inserted unescaped: from recurra/report/chart.h.
  void figure(const std::string& svg, const std::string& caption);
  /// The first column is text, the others are numbers; `strong` is the row that stands out.
  void table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
             std::size_t strong = static_cast<std::size_t>(-1));
  void code(const std::string& text);
  /// Pieces of a text, each on a background for its number from -1 (orange) over 0 (plain) to 1 (blue); line ends are
  /// kept. Errors: ValueError unless there is one number per piece.
  void heat_text(const std::vector<std::string>& pieces, const std::vector<double>& values, const std::string& caption);

  std::string html() const;

 private:
  std::string title_, subtitle_, body_;
};

/// A chart with the colours and fonts of a report, as a file of its own.
std::string standalone_svg(const std::string& svg);

}  // namespace recurra
