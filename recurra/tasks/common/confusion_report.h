// SPDX-License-Identifier: Apache-2.0
// A confusion matrix and the scores by label, as a section of a report and as rows of text. Example:
//
//   recurra::Report report("Gait", "labelled");
//   recurra::add_confusion_section(report, recurra::ConfusionMatrix({"walk", "run"}), "class", "sequences");
#pragma once

#include "recurra/report/html.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/train/confusion.h"

namespace recurra {

/// `label` and `items` name what is counted: class and sequences, tag and tokens.
void add_confusion_section(Report& report, const ConfusionMatrix& confusion, const std::string& label,
                           const std::string& items);

/// `strong`: index of the highlighted row below the header.
void add_table(Report& report, const TextTable& table, std::size_t strong = static_cast<std::size_t>(-1));

/// One row per label: how often it occurs, precision, recall, F1.
TextTable label_table(const ConfusionMatrix& confusion, const std::string& label, const std::string& items);
/// One row of label_table.
std::vector<std::string> label_row(const std::string& label, const LabelScore& score);

/// A fraction with four digits, or a dash for NaN.
std::string share_text(double share);

}  // namespace recurra
