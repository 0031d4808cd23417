// SPDX-License-Identifier: Apache-2.0
// Reads sequences with one or several numeric targets: a table in long form with a column for each target, or any other
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

/// Sequences and their targets.
struct MeasuredSequences {
  LabelledSequences set;
  std::vector<std::string> targets;    ///< names
  std::vector<std::vector<double>> y;  ///< [sequences][targets]; NaN where missing; empty: unknown
};

/// `targets`: columns of a table; empty: the label of each sequence, called "target". `measured`: the targets must be
/// present; otherwise they are not read. Errors: as read_labelled; ValueError for a table without --target, a target
/// that is not a number or changes within a sequence, or several for a file that has one.
MeasuredSequences read_measured(const VerbContext& context, const SequenceInput& input, const std::string& path,
                                InputEncoding& encoding, const std::vector<std::string>& targets, bool measured = true);

/// The sequences `items` with their targets.
MeasuredSequences subset(const MeasuredSequences& all, const std::vector<Index>& items);

}  // namespace recurra
