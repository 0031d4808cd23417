// SPDX-License-Identifier: Apache-2.0
// How often each label was taken for which: accuracy and its fairer sisters. Example:
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
  Index count = 0;  ///< times it was the actual label
  /// Precision, recall, and their harmonic mean 2 p r / (p + r); 0 where nothing was right.
  double precision = 0, recall = 0, f1 = 0;
};
/// From how often it was the actual one, was predicted, and was both.
LabelScore label_score(Index actual, Index predicted, Index right);

class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::vector<std::string> labels);

  /// Without an actual label (one that the model does not know) the prediction is wrong, and stands in no row.
  /// Errors: ValueError for a number outside the labels.
  void add(std::optional<Index> actual, Index predicted);
  /// By the names of the labels. Errors: ValueError if the other has a label that this one has not.
  void add(const ConfusionMatrix& other);

  const std::vector<std::string>& labels() const { return labels_; }
  Index at(Index actual, Index predicted) const;
  Index total() const { return total_; }
  Index unknown() const { return unknown_; }

  /// Right of all. NaN if nothing was added, as the means below.
  double accuracy() const;
  /// The mean recall of the labels that occur.
  double balanced_accuracy() const;
  /// The mean F1 of the labels that occur or were predicted.
  double macro_f1() const;
  LabelScore score(Index label) const;

 private:
  std::vector<std::string> labels_;
  std::unordered_map<Index, Index> counts_;  ///< by actual * labels + predicted, of those that occur: K^2 may be large
  std::vector<Index> actual_, predicted_;    ///< of each label; actual_ without, predicted_ with unknown actual labels
  Index total_ = 0, unknown_ = 0;
};

}  // namespace recurra
