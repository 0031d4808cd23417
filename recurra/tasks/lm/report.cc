// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/report.h"

#include <fmt/format.h>

#include "recurra/io/vocabulary_json.h"
#include "recurra/report/chart.h"
#include "recurra/report/html.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/common/training_report.h"
#include "recurra/tasks/lm/generate.h"

namespace recurra {
namespace {

constexpr Index kSampleTokens = 600, kSampleFrames = 96;
constexpr std::uint64_t kSampleSeed = 1;

std::string net_line(const LmModel& model) {
  const LmOptions& o = model.options;
  return fmt::format("{} x {} of {} units, {} parameters, data: {}", o.layers, name_of(cell_names(), o.cell), o.hidden,
                     model.net->parameter_count(), model.summary.source);
}

/// `rows`: method and nats, the net first.
void score_section(Report& report, const std::vector<std::pair<std::string, double>>& bars, const std::string& unit) {
  BarChart chart{.title = "Nats a " + unit, .x_label = "nats a " + unit};
  chart.bars = bars;
  report.figure(chart.svg(), "Shorter is better.");
}

}  // namespace

std::string training_command(const LmModel& model, const std::string& out) {
  const LmOptions& o = model.options;
  return "recurra lm train " + shell_word(model.summary.source) + options_as_flags(o, LmOptions()) +
         (o.document_line ? " --document-line " + shell_word(*o.document_line) : "") + run_flags(model.summary, o, out);
}

std::string describe(const FeatureUnits& feature) {
  std::string out;
  for (const UnitMatch& m : feature.best)
    out += fmt::format("{}layer {}, unit {} ({:.2f})", out.empty() ? "" : "; ", m.layer + 1, m.unit + 1, m.correlation);
  return out;
}

std::string roll_svg(const FramePiece& piece, const LmOptions& o) {
  constexpr Index kStep = 8, kRow = 4;
  const auto width = static_cast<Index>(piece.size()) * kStep, height = o.labels * kRow;
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Labels that are on, by frame\"><rect class=\"roll-paper\" "
      "width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"var(--rule)\"/>",
      width, height, width, height);
  for (std::size_t t = 0; t < piece.size(); ++t)
    for (const Index label : piece[t])
      out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"var(--c0)\"/>",
                         static_cast<Index>(t) * kStep, (o.labels - 1 - (label - o.lowest)) * kRow, kStep - 1, kRow);
  return out + "</svg>";
}

std::string lm_report(Context& context, const LmModel& model, const LmEvaluation& evaluation) {
  const std::string& unit = evaluation.unit;
  Report report("Language model of " + model.summary.source, net_line(model));
  if (const std::string line = verdict(evaluation); !line.empty()) report.callout(line + ".");
  report.heading("Scores");
  report.paragraph(concat(evaluation.tokens, " tokens from number ", evaluation.first + 1,
                          " on, which neither training nor validation has seen; each is predicted from all before it. ",
                          "The n-gram models are counted on the training part, their order chosen on validation."));
  std::vector<std::vector<std::string>> rows;
  std::vector<std::pair<std::string, double>> bars;
  for (const LmScore& m : evaluation.methods) {
    rows.push_back({m.name, fmt::format("{:.4f}", m.nats), short_number(m.perplexity),
                    fmt::format("{:.4f}", m.bits_per_character)});
    bars.emplace_back(m.name, m.nats);
  }
  report.table({"method", "nats a " + unit, "perplexity", unit == "byte" ? "bits a byte" : "bits a character"}, rows,
               0);
  score_section(report, bars, unit);
  report.heading("What it writes");
  for (const double temperature : {0.5, 1.0}) {
    report.paragraph(fmt::format("At temperature {}, seed {}:", temperature, kSampleSeed));
    report.code(generate_text(context, model, "", kSampleTokens, {.temperature = temperature}, kSampleSeed));
  }
  add_training_section(report, model.summary, "chunks of the streams", " The loss is in nats a " + unit + ".");
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

std::string frames_report(Context& context, const LmModel& model, const FramesEvaluation& evaluation) {
  Report report("Model of frames: " + model.summary.source, net_line(model));
  report.callout(verdict(evaluation) + ".");
  report.heading("Scores");
  report.paragraph(
      concat(evaluation.frames, " frames of ", evaluation.pieces,
             " test pieces; a piece's first frame is not scored. Negative log-likelihood, summed over the ",
             model.options.labels, " labels of a frame."));
  std::vector<std::vector<std::string>> rows;
  std::vector<std::pair<std::string, double>> bars;
  for (const FramesScore& m : evaluation.methods) {
    rows.push_back({m.name, fmt::format("{:.3f}", m.nats)});
    bars.emplace_back(m.name, m.nats);
  }
  report.table({"method", "nats a frame"}, rows, 0);
  score_section(report, bars, "frame");
  report.heading("What it writes");
  report.figure(roll_svg(generate_frames(context, model, {}, kSampleFrames, 1, kSampleSeed), model.options),
                concat(kSampleFrames, " frames after the model's opening, at temperature 1, seed ", kSampleSeed, "."));
  add_training_section(report, model.summary, "pieces", " The loss is in nats a frame.");
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

std::string units_report(const LmModel& model, const LmText& text, const UnitStudy& study) {
  Report report("Units of a language model", net_line(model) + ", read on " + text.source);
  report.paragraph(
      concat("Each unit's ", describe(model.options.cell).state_count() == 2 ? "memory cell (through tanh)" : "state",
             " after each of ", study.tokens,
             " tokens, correlated with what a reader keeps in mind. The unit with the largest correlation is "
             "drawn behind the text: blue is 1, orange is -1. A correlation is not yet a cause."));
  for (const FeatureUnits& feature : study.features) {
    report.heading(feature.feature);
    report.heat_text(study.sample, feature.activations, describe(feature));
  }
  return report.html();
}

}  // namespace recurra
