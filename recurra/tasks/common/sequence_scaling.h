// SPDX-License-Identifier: Apache-2.0
// Scales the channels of sequences for a net and marks missing values: a missing number becomes 0, the middle of the
// scale, and a channel that had gaps in training gets a second one that is 1 where it is missing. Fitted once on
// training sequences, stored in the model. Example:
//
//   recurra::LabelledSequences set{"x", {"x"}, recurra::Sequences<float>(1), {}, {}, {}};
//   set.add("first", "up", std::vector<float>{1, NAN, 3});
//   const auto scaling = recurra::fit_scaling(set, {0}, recurra::ScaleKind::standard);
//   recurra::Sequences<float> inputs = recurra::apply_scaling(scaling, set);         // of width 2
#pragma once

#include <cmath>
#include <nlohmann/json_fwd.hpp>

#include "recurra/data/labelled.h"
#include "recurra/data/scaler.h"

namespace recurra {

class JsonReader;

struct SequenceScaling {
  std::vector<std::string> channels;
  std::vector<Scaler> scalers;  ///< one per channel
  std::vector<bool> flagged;    ///< whether the channel had gaps when fitted

  Index input_size() const;
};

/// Fits over the sequences `items`. Errors: ValueError that names a channel without a single value.
SequenceScaling fit_scaling(const LabelledSequences& set, const std::vector<Index>& items, ScaleKind kind);

/// The inputs of the net for one step [channels]: scaled channels, then flags. Shapes: inputs [input_size()].
void scale_step(const SequenceScaling& scaling, std::span<const float> step, float* inputs) noexcept;
/// The same for every step. Errors: ValueError for another number of channels.
Sequences<float> apply_scaling(const SequenceScaling& scaling, const LabelledSequences& set);

nlohmann::json to_json(const SequenceScaling& scaling);
/// Errors: FormatError.
SequenceScaling sequence_scaling_from(const JsonReader& reader);

}  // namespace recurra
