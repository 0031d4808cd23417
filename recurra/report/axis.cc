// SPDX-License-Identifier: Apache-2.0
#include "recurra/report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "recurra/data/utf8.h"

namespace recurra {
namespace {

/// 1, 2 or 5 times a power of ten, at least `rough`.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double m : {1.0, 2.0, 5.0})
    if (m * power >= rough * 0.999) return m * power;
  return 10 * power;
}

}  // namespace

Axis Axis::linear(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1, false};
  if (low > high) std::swap(low, high);
  if (high - low <= 1e-12 * std::abs(high)) {
    const double room = high == 0 ? 1 : std::abs(high) * 0.1;
    return {low - room, high + room, false};
  }
  return {low, high, false};
}

Axis Axis::logarithmic(double low, double high) {
  if (!(low > 0) || !std::isfinite(high) || high < low) return {0, 1, true};
  const double bottom = std::floor(std::log10(low)), top = std::ceil(std::log10(high));
  return {bottom, top > bottom ? top : bottom + 1, true};
}

double Axis::place(double value) const {
  if (log_ && !(value > 0)) return std::numeric_limits<double>::quiet_NaN();
  return ((log_ ? std::log10(value) : value) - low_) / (high_ - low_);
}

std::vector<double> Axis::ticks(int count) const {
  std::vector<double> out;
  const double step = log_ ? std::ceil((high_ - low_) / count) : round_step((high_ - low_) / count);
  for (double i = std::ceil(low_ / step - 1e-9); i * step <= high_ + 1e-9 * step; ++i)
    out.push_back(log_ ? std::pow(10.0, i * step) : i * step + 0.0);  // + 0.0: no -0
  return out;
}

std::string axis_number(double value) {
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e7)) {
    std::string text = fmt::format("{:.3g}", value);
    const std::size_t zero = text.find("e-0");
    return zero == std::string::npos ? text : text.erase(zero + 2, 1);
  }
  const std::string text = fmt::format("{:.7g}", value);
  const std::size_t first = value < 0 ? 1 : 0, point = std::min(text.find('.'), text.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) out += ',';
    out += text[i];
  }
  return out;
}

std::string escape_html(const std::string& given) {
  const std::string text = utf8_or_replaced(given);
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace recurra
