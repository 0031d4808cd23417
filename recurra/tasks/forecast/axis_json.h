// SPDX-License-Identifier: Apache-2.0
// The time axis of the training data, as a model file keeps it. Example:
//
//   auto axis_of = [](const recurra::JsonReader& model) { return recurra::time_axis_from(model); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/data/time_axis.h"

namespace recurra {

class JsonReader;

/// The format as its pattern, the step, and what its unit needs.
nlohmann::json to_json(const TimeAxis& axis);
/// Errors: FormatError; ValueError for an unknown pattern.
TimeAxis time_axis_from(const JsonReader& reader);

}  // namespace recurra
