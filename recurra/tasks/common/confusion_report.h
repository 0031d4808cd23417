// SPDX-License-Identifier: Apache-2.0
// A confusion matrix and the scores by label, as a section of a report. Example:
//
//   recurra::Report report("Gait", "labelled");
//   recurra::add_confusion_section(report, recurra::ConfusionMatrix({"walk", "run"}), "class", "sequences");
#pragma once

#include "recurra/report/html.h"
#include "recurra/train/confusion.h"

namespace recurra {

/// `label` and `items` name what is counted: class and sequences, tag and tokens.
void add_confusion_section(Report& report, const ConfusionMatrix& confusion, const std::string& label,
                           const std::string& items);

/// A share with four digits, or a dash for NaN.
std::string share_text(double share);

}  // namespace recurra
