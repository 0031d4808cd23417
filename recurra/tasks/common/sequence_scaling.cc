// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/sequence_scaling.h"

#include <algorithm>

#include "recurra/io/json_reader.h"

namespace recurra {

Index SequenceScaling::input_size() const {
  return static_cast<Index>(channels.size()) + std::count(flagged.begin(), flagged.end(), true);
}

SequenceScaling fit_scaling(const LabelledSequences& set, const std::vector<Index>& items, ScaleKind kind) {
  SequenceScaling out;
  out.channels = set.channels;
  const std::size_t D = set.channels.size();
  for (std::size_t c = 0; c < D; ++c) {
    std::vector<double> values;
    bool missing = false;
    for (const Index item : items) {
      const auto steps = set.x.steps(item);
      for (std::size_t i = c; i < steps.size(); i += D) {
        missing = missing || std::isnan(steps[i]);
        if (!std::isnan(steps[i])) values.push_back(static_cast<double>(steps[i]));
      }
    }
    require(!values.empty(), set.source, ": the channel ", set.channels[c], " has no value in any training sequence");
    out.scalers.push_back(kind == ScaleKind::none ? Scaler{} : fit_scaler(kind, values));
    out.flagged.push_back(missing);
  }
  return out;
}

void scale_step(const SequenceScaling& scaling, std::span<const float> step, float* inputs) noexcept {
  for (std::size_t c = 0; c < step.size(); ++c)
    *inputs++ = std::isnan(step[c]) ? 0.0f : static_cast<float>(scaling.scalers[c].apply(static_cast<double>(step[c])));
  for (std::size_t c = 0; c < step.size(); ++c)
    if (scaling.flagged[c]) *inputs++ = std::isnan(step[c]) ? 1.0f : 0.0f;
}

Sequences<float> apply_scaling(const SequenceScaling& scaling, const LabelledSequences& set) {
  const std::size_t D = scaling.channels.size(), width = static_cast<std::size_t>(scaling.input_size());
  require(set.x.total_steps() == 0 || set.channels.size() == D, set.source, ": expected ", D,
          " channels as in training, found ", set.channels.size());
  Sequences<float> out(scaling.input_size());
  std::vector<float> inputs;
  for (Index item = 0; item < set.count(); ++item) {
    const auto steps = set.x.steps(item);
    inputs.resize(steps.size() / D * width);
    for (std::size_t t = 0; t * D < steps.size(); ++t)
      scale_step(scaling, steps.subspan(t * D, D), inputs.data() + t * width);
    out.add(inputs);
  }
  return out;
}

nlohmann::json to_json(const SequenceScaling& s) {
  nlohmann::json channels = nlohmann::json::array();
  for (std::size_t c = 0; c < s.channels.size(); ++c)
    channels.push_back({{"name", s.channels[c]},
                        {"shift", s.scalers[c].shift},
                        {"factor", s.scalers[c].factor},
                        {"flagged", static_cast<bool>(s.flagged[c])}});
  return {{"channels", channels}};
}

SequenceScaling sequence_scaling_from(const JsonReader& reader) {
  SequenceScaling s;
  for (const JsonReader& r : reader.children("channels")) {
    s.channels.push_back(r.text("name"));
    s.scalers.push_back({r.number("shift"), r.number("factor")});
    s.flagged.push_back(r.boolean("flagged"));
    require<FormatError>(s.scalers.back().factor != 0, "model: the channel ", s.channels.back(), " has the factor 0");
  }
  require<FormatError>(!s.channels.empty(), "model: expected at least one channel");
  return s;
}

}  // namespace recurra
