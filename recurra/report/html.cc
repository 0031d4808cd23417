// SPDX-License-Identifier: Apache-2.0
#include "recurra/report/html.h"

#include <algorithm>
#include <cmath>

#include "recurra/base/error.h"
#include "recurra/report/axis.h"

namespace recurra {
namespace {

// The six colours are Okabe and Ito's, which colour-blind readers can distinguish; on dark they are lightened.
constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1e21; --soft: #5b6168; --rule: #d9dce0; --panel: #f5f6f8;
  --c0: #0072b2; --c1: #8a9097; --c2: #d55e00; --c3: #009e73; --c4: #b3578c; --c5: #b8860b; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --ink: #e8eaed; --soft: #a3a9b1; --rule: #33383f; --panel: #1d2025;
  --c0: #56b4e9; --c1: #8a9097; --c2: #f08a4b; --c3: #2cc79b; --c4: #dd8fbb; --c5: #e6b422; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 820px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 0.6rem; }
.subtitle { overflow-wrap: anywhere; color: var(--soft); margin: 0.4rem 0 1.6rem; }
.callout { border-left: 4px solid var(--c0); background: var(--panel); padding: 12px 16px; margin: 1rem 0; }
figure { margin: 1.2rem 0; }
.scroll { overflow-x: auto; } .scroll + .scroll { margin-top: 1.4rem; }
svg { display: block; width: 100%; min-width: 520px; height: auto; font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; }
figcaption { color: var(--soft); font-size: 0.88rem; margin-top: 0.4rem; }
svg text { fill: var(--soft); } svg .label { fill: var(--ink); } svg .strong { font-weight: 600; }
.middle { text-anchor: middle; } .end { text-anchor: end; }
.grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1; }
.marker { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; } .first { stroke-width: 2.4; } .dashed { stroke-dasharray: 6 4; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); }
.c5 { stroke: var(--c5); } .band { fill: var(--c0); opacity: 0.2; } .dot { fill: var(--paper); stroke-width: 2; }
.bar { fill: var(--c1); opacity: 0.6; } .bar.strong { fill: var(--c0); opacity: 1; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.93rem; }
th, td { padding: 6px 14px 6px 0; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th { font-weight: 600; color: var(--soft); } th:first-child, td:first-child { text-align: left; } tr.strong td { font-weight: 600; }
pre { background: var(--panel); padding: 12px 16px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85rem; border-radius: 6px; }
.heat { line-height: 1.7; } .heat span { padding: 2px 0; }
li { margin: 0.3rem 0; } ul { padding-left: 1.2rem; }
)";

}  // namespace

Report::Report(std::string title, std::string subtitle) : title_(std::move(title)), subtitle_(std::move(subtitle)) {}

void Report::heading(const std::string& text) {
  body_ += "<h2>" + escape_html(text) + "</h2>\n";
}

void Report::paragraph(const std::string& text) {
  body_ += "<p>" + escape_html(text) + "</p>\n";
}

void Report::list(const std::vector<std::string>& items) {
  body_ += "<ul>\n";
  for (const auto& item : items) body_ += "<li>" + escape_html(item) + "</li>\n";
  body_ += "</ul>\n";
}

void Report::callout(const std::string& text) {
  body_ += "<p class=\"callout\">" + escape_html(text) + "</p>\n";
}

void Report::figure(const std::string& svg, const std::string& caption) {
  body_ +=
      "<figure><div class=\"scroll\">" + svg + "</div><figcaption>" + escape_html(caption) + "</figcaption></figure>\n";
}

void Report::table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                   std::size_t strong) {
  body_ += "<div class=\"scroll\"><table><thead><tr>";
  for (const auto& cell : header) body_ += "<th scope=\"col\">" + escape_html(cell) + "</th>";
  body_ += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    body_ += i == strong ? "<tr class=\"strong\">" : "<tr>";
    for (const auto& cell : rows[i]) body_ += "<td>" + escape_html(cell) + "</td>";
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
}

void Report::code(const std::string& text) {
  body_ += "<pre>" + escape_html(text) + "</pre>\n";
}

void Report::heat_text(const std::vector<std::string>& pieces, const std::vector<double>& values,
                       const std::string& caption) {
  require(pieces.size() == values.size(), "Report::heat_text: expected ", pieces.size(), " numbers, found ",
          values.size());
  body_ += "<figure><pre class=\"heat\">";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const double strength = std::min(std::abs(values[i]), 1.0);
    // The same opacity in light and dark mode; at three fifths the text is readable on both.
    body_ += concat("<span style=\"background:rgba(", values[i] < 0 ? "213,94,0," : "0,114,178,",
                    std::round(60 * strength) / 100, ")\">", escape_html(pieces[i]), "</span>");
  }
  body_ += "</pre><figcaption>" + escape_html(caption) + "</figcaption></figure>\n";
}

std::string Report::html() const {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
         escape_html(title_) + "</title><style>" + kStyle + "</style></head>\n<body><main><h1>" + escape_html(title_) +
         "</h1><p class=\"subtitle\">" + escape_html(subtitle_) + "</p>\n" + body_ + "</main></body></html>\n";
}

std::string standalone_svg(const std::string& svg) {
  const std::size_t name = std::string("<svg").size(), inside = svg.find('>') + 1;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + svg.substr(name, inside - name) + "<style>" + kStyle +
         "svg { background: var(--paper); }</style>" + svg.substr(inside);
}

}  // namespace recurra
