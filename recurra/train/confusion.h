// SPDX-License-Identifier: Apache-2.0
// Confusion matrix, accuracy, balanced accuracy and F1 of labels. Example:
//
//   recurra::ConfusionMatrix confusion({"up", "down"});
//   confusion.add(/*actual=*/0, /*predicted=*/0);
//   confusion.add(/*actual=*/0, /*predicted=*/1);
//   double half = confusion.accuracy();
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct LabelScore {
  Index count = 0;  ///< number of times it was the actual label
  /// Precision, recall, and their harmonic mean 2 p r / (p + r); 0 if nothing was right.
  double precision = 0, recall = 0, f1 = 0;
};
/// Computed from how often a label was the actual one, was predicted, and was both.
LabelScore label_score(Index actual, Index predicted, Index right);

class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::vector<std::string> labels);

  /// Without an actual label (one unknown to the model) the prediction counts as wrong, in no row of the matrix.
  /// Errors: ValueError for an index outside the labels.
  void add(std::optional<Index> actual, Index predicted);
  /// Adds another matrix, matched by label names. Errors: ValueError if `other` has a label that this one lacks.
  void add(const ConfusionMatrix& other);

  const std::vector<std::string>& labels() const { return labels_; }
  /// How often the label `actual` was predicted as `predicted`.
  Index at(Index actual, Index predicted) const;
  /// Number of predictions; number of predictions without an actual label.
  Index total() const { return total_; }
  Index unknown() const { return unknown_; }

  /// Fraction of correct predictions. This and the means below are NaN if nothing was added.
  double accuracy() const;
  /// The mean recall of the labels that occur.
  double balanced_accuracy() const;
  /// The mean F1 of the labels that occur or were predicted.
  double macro_f1() const;
  LabelScore score(Index label) const;

 private:
  std::vector<std::string> labels_;
  std::unordered_map<Index, Index> counts_;  ///< by actual * labels + predicted; sparse, as K^2 may be large
  std::vector<Index> actual_, predicted_;    ///< per label; unknown actual labels count in predicted_ only
  Index total_ = 0, unknown_ = 0;
};

}  // namespace recurra
