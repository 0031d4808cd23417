// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/confusion_report.h"

#include <fmt/format.h>

#include <cmath>

namespace recurra {
namespace {

constexpr Index kMaxShown = 40;  // labels of a matrix that is drawn

void add_matrix(Report& report, const ConfusionMatrix& m) {
  const auto K = static_cast<Index>(m.labels().size());
  std::vector<std::string> header = {"actual \\ predicted"};
  header.insert(header.end(), m.labels().begin(), m.labels().end());
  std::vector<std::vector<std::string>> rows;
  for (Index actual = 0; actual < K; ++actual) {
    rows.push_back({m.labels()[static_cast<std::size_t>(actual)]});
    for (Index predicted = 0; predicted < K; ++predicted)
      rows.back().push_back(m.at(actual, predicted) == 0 ? "" : std::to_string(m.at(actual, predicted)));
  }
  report.table(header, rows);
}

}  // namespace

std::string share_text(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.4f}", share);
}

std::vector<std::string> label_row(const std::string& label, const LabelScore& s) {
  return {label, std::to_string(s.count), share_text(s.precision), share_text(s.recall), share_text(s.f1)};
}

TextTable label_table(const ConfusionMatrix& m, const std::string& label, const std::string& items) {
  TextTable rows = {{label, items, "precision", "recall", "F1"}};
  for (Index k = 0; k < static_cast<Index>(m.labels().size()); ++k)
    rows.push_back(label_row(m.labels()[static_cast<std::size_t>(k)], m.score(k)));
  return rows;
}

void add_table(Report& report, const TextTable& table, std::size_t strong) {
  report.table(table[0], {table.begin() + 1, table.end()}, strong);
}

void add_confusion_section(Report& report, const ConfusionMatrix& m, const std::string& label,
                           const std::string& items) {
  const auto K = static_cast<Index>(m.labels().size());
  report.heading("Which " + label + " was taken for which");
  if (K <= kMaxShown) {
    add_matrix(report, m);
  } else {
    report.paragraph(concat("With ", K, " of them the matrix is too large to show; the table below has each."));
  }
  add_table(report, label_table(m, label, items));
}

}  // namespace recurra
