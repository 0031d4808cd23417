// SPDX-License-Identifier: Apache-2.0
// Reads the .ts files of the UCR/UEA archive of time series: a header of @ lines, then one sequence per line, channels
// separated by colons, the label last. Unequal lengths and missing values (?) are read; steps at the end in which every
// channel is missing are padding: they are dropped, with a warning. Time stamps are not read.
// Example:
//
//   std::istringstream file("@classLabel true up down\n@data\n1,2,3:4,?,6:up\n");
//   recurra::LabelledSequences set = recurra::read_ts(file, "small.ts");         // one sequence of two channels
//
// Source: the format's description by sktime and aeon.
#pragma once

#include <istream>
#include <sstream>

#include "recurra/data/labelled.h"

namespace recurra {

/// What the last part of a sequence is: a class, or a number to predict (@targetLabel), which is stored in the labels
/// as text.
enum class TsTarget { label, number };

/// `name` stands for the file in messages.
/// Errors: FormatError that names the line for a missing or contradictory header, another number of channels, channels
/// of unequal length, text, an infinity or a label that the header does not list; UnsupportedError for time stamps, and
/// for numbers to predict where labels are expected; IoError.
LabelledSequences read_ts(std::istream& in, const std::string& name, TsTarget target = TsTarget::label);
LabelledSequences read_ts_file(const std::string& path, TsTarget target = TsTarget::label);

}  // namespace recurra
