// SPDX-License-Identifier: Apache-2.0
// Sequences with an id and, where known, a label each, for training and scoring a classifier; and their partition into
// folds that do not leak into each other. Example:
//
//   recurra::LabelledSequences set{"two.csv", {"x"}, recurra::Sequences<float>(1), {}, {}, {}};
//   set.add("first", "up", std::vector<float>{1, 2, 3});
//   set.add("second", "down", std::vector<float>{3, 2});
//   std::vector<recurra::Index> fold_of = recurra::grouped_folds(set, 2, seed);
#pragma once

#include <string>
#include <vector>

#include "recurra/data/sequences.h"

namespace recurra {

struct LabelledSequences {
  std::string source;                 ///< the file or folder
  std::vector<std::string> channels;  ///< names of the x.width() channels
  Sequences<float> x;                 ///< NaN where missing
  std::vector<std::string> ids;       ///< one per sequence, for messages and predictions
  std::vector<std::string> labels;    ///< one per sequence; empty text where the file has none
  std::vector<std::string> warnings;

  Index count() const { return x.count(); }
  /// Errors: ShapeError unless the size of `steps` is a multiple of the number of channels.
  void add(const std::string& id, const std::string& label, std::span<const float> steps);
};

/// The sequences `items`, in that order.
LabelledSequences subset(const LabelledSequences& set, std::span<const Index> items);

/// The fold in [0, folds) of each sequence. Equal sequences are in the same fold, each fold has about its share of each
/// label, and the same seed gives the same folds. Errors: ValueError unless there are 2 or more folds and at least as
/// many distinct sequences.
std::vector<Index> grouped_folds(const LabelledSequences& set, Index folds, std::uint64_t seed);

}  // namespace recurra
