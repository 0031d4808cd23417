// SPDX-License-Identifier: Apache-2.0
// Reads sequences with one or several numbers each: a table in long form with a column for each target, or any other
// file of labelled sequences whose labels are numbers. Example:
//
//   auto read = [](const recurra::VerbContext& context, const recurra::SequenceInput& input) {
//     recurra::InputEncoding encoding;
//     encoding.columns = {.id = "engine"};
//     return recurra::read_measured(context, input, "engines.csv", encoding, {"remaining_life"}).set.count();
//   };
#pragma once

#include "recurra/tasks/common/sequence_input.h"

namespace recurra {

/// Sequences, and the numbers that belong to each.
struct MeasuredSequences {
  LabelledSequences set;
  std::vector<std::string> targets;    ///< names
  std::vector<std::vector<double>> y;  ///< of each sequence, by target; NaN where missing; empty: not known
};

/// `targets`: columns of a table; empty: the label of each sequence, called "target". `measured`: the numbers must be
/// there; else what is there is not looked at. Errors: as read_labelled; ValueError for a table without --target, a
/// target that is no number, one that changes within a sequence, or several for a file that has one.
MeasuredSequences read_measured(const VerbContext& context, const SequenceInput& input, const std::string& path,
                                InputEncoding& encoding, const std::vector<std::string>& targets, bool measured = true);

/// Sequences of `items`, with their numbers.
MeasuredSequences subset(const MeasuredSequences& all, const std::vector<Index>& items);

}  // namespace recurra
