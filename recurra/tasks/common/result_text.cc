// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "recurra/tasks/common/training_report.h"

namespace recurra {

std::string text_table(const TextTable& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c)
      out += c == 0 ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("  {:>{}}", row[c], widths[c]);
    out += '\n';
  }
  return out;
}

std::string short_number(double x) {
  if (std::isnan(x)) return "-";
  if (x == 0 || (std::abs(x) >= 1e-4 && std::abs(x) < 1e7)) {
    const int whole = x == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(x)))) + 1;
    return fmt::format("{:.{}f}", x, std::clamp(4 - whole, 0, 7));
  }
  return fmt::format("{:.3e}", x);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r;") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string json_line(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string lines_of(const std::vector<std::string>& sentences) {
  std::string out;
  for (const std::string& sentence : sentences) out += sentence + '\n';
  return out;
}

std::string stack_text(const NetOptions& o) {
  const std::string cell = cell_flags(o);
  return fmt::format("{} x {} of {} units{}{}", o.layers, name_of(cell_names(), o.cell), o.hidden,
                     o.bidirectional ? ", both directions" : "", cell.empty() ? "" : "," + cell);
}

std::string inspection_title(const std::string& path, const char* task) {
  return fmt::format("{}: {}, {} bytes\n", path, task, std::filesystem::file_size(path));
}

std::string inspection_end(const Module<float>& net, const TrainingSummary& s, const std::string& items) {
  TextTable rows = {{"parameter", "shape", "numbers"}};
  for (const auto& p : net.parameters())
    rows.push_back({p.name, p.variable.shape().str(), std::to_string(p.variable.value().size())});
  rows.push_back({"all", "", std::to_string(net.parameter_count())});
  const std::string what = items.empty() ? "" : fmt::format("{} {} of ", s.training_items, items);
  return text_table(rows) + fmt::format("trained on {}{} in {:.1f} s, {}, best {}\n", what, s.source, s.seconds,
                                        epoch_count(s), s.best_epoch);
}

nlohmann::json inspection_json(const char* task, const Module<float>& net, const TrainingSummary& summary) {
  nlohmann::json parameters;
  for (const auto& p : net.parameters()) parameters[p.name] = p.variable.shape().extents();
  return {{"task", task},
          {"parameters", parameters},
          {"parameter_count", net.parameter_count()},
          {"best_epoch", summary.best_epoch},
          {"seconds", summary.seconds}};
}

}  // namespace recurra
