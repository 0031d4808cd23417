// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/confusion.h"

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
    : labels_(std::move(labels)), actual_(labels_.size()), predicted_(labels_.size()) {}

void ConfusionMatrix::add(std::optional<Index> actual, Index predicted) {
  const auto K = static_cast<Index>(labels_.size());
  require(predicted >= 0 && predicted < K && (!actual || (*actual >= 0 && *actual < K)),
          "ConfusionMatrix::add: expected labels in [0, ", K, "), found ", actual.value_or(0), " and ", predicted);
  ++total_;
  ++predicted_[static_cast<std::size_t>(predicted)];
  if (actual) {
    ++counts_[*actual * K + predicted];
    ++actual_[static_cast<std::size_t>(*actual)];
  } else {
    ++unknown_;
  }
}

void ConfusionMatrix::add(const ConfusionMatrix& other) {
  std::unordered_map<std::string, Index> places;
  for (const auto& label : labels_) places.emplace(label, static_cast<Index>(places.size()));
  std::vector<Index> own;
  for (const auto& label : other.labels_) {
    const auto found = places.find(label);
    require(found != places.end(), "ConfusionMatrix::add: the label '", label, "' is not among the labels");
    own.push_back(found->second);
  }
  for (std::size_t k = 0; k < own.size(); ++k) {
    actual_[static_cast<std::size_t>(own[k])] += other.actual_[k];
    predicted_[static_cast<std::size_t>(own[k])] += other.predicted_[k];
  }
  const auto K = static_cast<Index>(labels_.size()), others = static_cast<Index>(own.size());
  for (const auto& [cell, count] : other.counts_)
    counts_[own[static_cast<std::size_t>(cell / others)] * K + own[static_cast<std::size_t>(cell % others)]] += count;
  total_ += other.total_;
  unknown_ += other.unknown_;
}

Index ConfusionMatrix::at(Index actual, Index predicted) const {
  const auto found = counts_.find(actual * static_cast<Index>(labels_.size()) + predicted);
  return found == counts_.end() ? 0 : found->second;
}

LabelScore ConfusionMatrix::score(Index label) const {
  const auto at_label = static_cast<std::size_t>(label);
  return label_score(actual_[at_label], predicted_[at_label], at(label, label));
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
    const LabelScore s = score(label);
    if (s.count + predicted_[static_cast<std::size_t>(label)] == 0) continue;
    sum += s.f1;
    ++present;
  }
  return present == 0 ? std::nan("") : sum / static_cast<double>(present);
}

}  // namespace recurra
