// SPDX-License-Identifier: Apache-2.0
// A classifier: options, how inputs are read and scaled, the classes, the net, and a summary of its training. Trains,
// saves, loads, classifies. Not here: scoring (recurra/tasks/classify/evaluate.h). Example:
//
//   auto run = [](const recurra::LabelledSequences& train, const recurra::LabelledSequences& unseen) {
//     recurra::Context two(2);
//     const auto trained = recurra::train_classifier(two, train, {}, recurra::ClassifyOptions());
//     recurra::save_classifier("model.safetensors", trained.model);
//     return recurra::classify(two, trained.model, unseen);
//   };
#pragma once

#include <memory>

#include "recurra/tasks/classify/net.h"
#include "recurra/tasks/common/sequence_input.h"
#include "recurra/tasks/common/sequence_scaling.h"
#include "recurra/tasks/common/training.h"

namespace recurra {

struct ModelFile;

struct ClassifierModel {
  ClassifyOptions options;
  InputEncoding encoding;
  SequenceScaling scaling;
  std::vector<std::string> classes;  ///< sorted
  std::vector<Index> class_counts;   ///< in training, without validation
  std::shared_ptr<ClassifierNets> net;
  TrainingSummary summary;  ///< of the last net; seconds of all nets
};

struct [[nodiscard]] TrainedClassifier {
  ClassifierModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// Trains on the sequences, except a validation share for early stopping, if there is one; equal sequences are on the
/// same side. Options left open are chosen by the data; the notes say how. The nets of an ensemble are trained in turn
/// with the seeds options.seed, options.seed + 1, ..., on the same sequences; each has the same bits as if
/// trained alone. `resume`: a checkpoint of the same options and data. Errors: ValueError for a missing label, fewer
/// than two classes, or too few sequences to hold some out; as check_options, fit_scaling and
/// train.
TrainedClassifier train_classifier(Context& context, const LabelledSequences& set, const InputEncoding& encoding,
                                   const ClassifyOptions& options, TrainObserver* observer = nullptr,
                                   const std::string& resume = "");

/// The model file, in memory. Errors: as check_description.
std::string classifier_bytes(const ClassifierModel& model);
/// Errors: also IoError.
void save_classifier(const std::string& path, const ClassifierModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task. Its weights load in PyTorch by their names.
ClassifierModel load_classifier(const std::string& path);
/// The same from a file that has been read.
ClassifierModel classifier_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` stands for the file in messages.
ClassifierModel parse_classifier(std::string_view bytes, const std::string& name);

/// Class probabilities, averaged over the nets. Shapes: returns [sequences, classes]. Errors: ValueError for
/// another number of channels.
Tensor<float> classify(Context& context, const ClassifierModel& model, const LabelledSequences& set);

/// The class with the highest probability in row `i`; ties go to the first.
Index best_class(const Tensor<float>& probabilities, Index i);

}  // namespace recurra
