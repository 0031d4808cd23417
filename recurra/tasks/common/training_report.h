// SPDX-License-Identifier: Apache-2.0
// The parts of a report common to all tasks: the course of the training, and the command that repeats it. Example:
//
//   auto page = [](const recurra::TrainingSummary& summary) {
//     recurra::Report report("Words", "labelled");
//     recurra::add_training_section(report, summary, "sequences", "");
//     return report.html();
//   };
#pragma once

#include "recurra/report/html.h"
#include "recurra/tasks/common/training.h"

namespace recurra {

/// Loss and gradient norm by epoch. `items`: what was trained on. `remark`: ends the opening paragraph; may be empty.
void add_training_section(Report& report, const TrainingSummary& summary, const std::string& items,
                          const std::string& remark);

/// The command, the instruction set, and what is reproducible.
void add_repeat_section(Report& report, const std::string& command);

/// The number of epochs run: "1 epoch", "12 epochs".
std::string epoch_count(const TrainingSummary& summary);

/// " --optimizer adam ... --seed 1 --out model.safetensors".
std::string run_flags(const TrainingSummary& summary, const NetOptions& options, const std::string& out);

}  // namespace recurra
