// SPDX-License-Identifier: Apache-2.0
// A regressor of sequences: options, how inputs are read and scaled, the scales of the targets, the net, and a summary
// of its training. Trains, saves, loads, predicts. Not here: scoring (recurra/tasks/regress/evaluate.h). Example:
//
//   auto run = [](const recurra::MeasuredSequences& train, const recurra::LabelledSequences& unseen) {
//     recurra::Context two(2);
//     const auto trained = recurra::train_regressor(two, train, {}, recurra::RegressOptions());
//     recurra::save_regressor("model.safetensors", trained.model);
//     return recurra::predict_numbers(two, trained.model, unseen);
//   };
#pragma once

#include <memory>

#include "recurra/tasks/common/sequence_scaling.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/regress/input.h"
#include "recurra/tasks/regress/options.h"

namespace recurra {

struct ModelFile;

struct RegressModel {
  RegressOptions options;
  InputEncoding encoding;
  SequenceScaling scaling;
  std::vector<std::string> targets;
  std::vector<Scaler> target_scalers;  ///< of each target
  std::vector<double> target_means;    ///< in training: the prediction of a model without inputs
  std::shared_ptr<SequenceNet> net;
  TrainingSummary summary;
};

struct [[nodiscard]] TrainedRegressor {
  RegressModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// Trains on the sequences, except a validation share for early stopping, if there is one; equal sequences are on the
/// same side. A missing target has weight 0 in the loss. `resume`: a checkpoint of the same options and data.
/// Errors: ValueError for a target without two distinct values, or too few sequences to hold some out; as
/// check_options, fit_scaling and train.
TrainedRegressor train_regressor(Context& context, const MeasuredSequences& data, const InputEncoding& encoding,
                                 const RegressOptions& options, TrainObserver* observer = nullptr,
                                 const std::string& resume = "");

/// The model file, in memory. Errors: as check_description.
std::string regressor_bytes(const RegressModel& model);
/// Errors: also IoError.
void save_regressor(const std::string& path, const RegressModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task. Its weights load in PyTorch by their names.
RegressModel load_regressor(const std::string& path);
/// The same from a file that has been read.
RegressModel regressor_from(const ModelFile& file, const std::string& path);

/// In the targets' own units. Shapes: returns [sequences][targets]. Errors: ValueError for another number of channels.
std::vector<std::vector<double>> predict_numbers(Context& context, const RegressModel& model,
                                                 const LabelledSequences& set);

}  // namespace recurra
