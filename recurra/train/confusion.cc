// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/confusion.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

double ratio(Index part, Index whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

LabelScore label_score(Index actual, Index predicted, Index right) {
  return {actual, ratio(right, predicted), ratio(right, actual), ratio(2 * right, actual + predicted)};
}

ConfusionMatrix::ConfusionMatrix(std::vector<std::string> labels)
    : labels_(std::move(labels)), counts_(labels_.size() * labels_.size()), wrongly_(labels_.size()) {}

void ConfusionMatrix::add(std::optional<Index> actual, Index predicted) {
  const auto K = static_cast<Index>(labels_.size());
  require(predicted >= 0 && predicted < K && (!actual || (*actual >= 0 && *actual < K)),
          "ConfusionMatrix::add: expected labels in [0, ", K, "), found ", actual.value_or(0), " and ", predicted);
  ++total_;
  if (actual) {
    ++counts_[static_cast<std::size_t>(*actual * K + predicted)];
  } else {
    ++unknown_;
    ++wrongly_[static_cast<std::size_t>(predicted)];
  }
}

void ConfusionMatrix::add(const ConfusionMatrix& other) {
  std::vector<std::size_t> own;
  for (const auto& label : other.labels_) {
    const auto found = std::find(labels_.begin(), labels_.end(), label);
    require(found != labels_.end(), "ConfusionMatrix::add: the label '", label, "' is not among the labels");
    own.push_back(static_cast<std::size_t>(found - labels_.begin()));
  }
  for (std::size_t predicted = 0; predicted < own.size(); ++predicted) {
    wrongly_[own[predicted]] += other.wrongly_[predicted];
    for (std::size_t actual = 0; actual < own.size(); ++actual)
      counts_[own[actual] * labels_.size() + own[predicted]] += other.counts_[actual * own.size() + predicted];
  }
  total_ += other.total_;
  unknown_ += other.unknown_;
}

Index ConfusionMatrix::at(Index actual, Index predicted) const {
  return counts_[static_cast<std::size_t>(actual * static_cast<Index>(labels_.size()) + predicted)];
}

LabelScore ConfusionMatrix::score(Index label) const {
  Index actual = 0, predicted = wrongly_[static_cast<std::size_t>(label)];
  for (Index other = 0; other < static_cast<Index>(labels_.size()); ++other) {
    actual += at(label, other);
    predicted += at(other, label);
  }
  return label_score(actual, predicted, at(label, label));
}

double ConfusionMatrix::accuracy() const {
  Index right = 0;
  for (Index label = 0; label < static_cast<Index>(labels_.size()); ++label) right += at(label, label);
  return total_ == 0 ? std::nan("") : ratio(right, total_);
}

double ConfusionMatrix::balanced_accuracy() const {
  double sum = 0;
  Index present = 0;
  for (Index label = 0; label < static_cast<Index>(labels_.size()); ++label) {
    const LabelScore s = score(label);
    if (s.count == 0) continue;
    sum += s.recall;
    ++present;
  }
  return present == 0 ? std::nan("") : sum / static_cast<double>(present);
}

double ConfusionMatrix::macro_f1() const {
  double sum = 0;
  Index present = 0;
  for (Index label = 0; label < static_cast<Index>(labels_.size()); ++label) {
    Index predicted = wrongly_[static_cast<std::size_t>(label)];
    for (Index other = 0; other < static_cast<Index>(labels_.size()); ++other) predicted += at(other, label);
    const LabelScore s = score(label);
    if (s.count + predicted == 0) continue;
    sum += s.f1;
    ++present;
  }
  return present == 0 ? std::nan("") : sum / static_cast<double>(present);
}

}  // namespace recurra
