// SPDX-License-Identifier: Apache-2.0
// A classifier: options, how inputs are read and scaled, the classes, the net, and how its training went. Trains,
// saves, loads, classifies. Not here: scoring, which is recurra/tasks/classify/evaluate.h. Example:
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
  std::vector<Index> class_counts;   ///< in training, validation left out
  std::shared_ptr<ClassifierNets> net;
  TrainingSummary summary;  ///< of the last net; seconds of all
};

struct [[nodiscard]] TrainedClassifier {
  ClassifierModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// Trains on the sequences, but for a share of them, by which it stops, where there is one; equal sequences stand on
/// one side. What the options leave open is chosen by the data, and told in the notes. Of an ensemble the nets are
/// trained one after the other with the seeds options.seed, options.seed + 1, ..., on the same sequences; each ends
/// with the bits that it would have alone. `resume`: a checkpoint of the same options and data. Errors: ValueError for
/// a missing label, fewer than two classes, or too few sequences to hold some out; as check_options, fit_scaling and
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
/// The same of a file that has been read.
ClassifierModel classifier_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` stands for the file in messages.
ClassifierModel parse_classifier(std::string_view bytes, const std::string& name);

/// Class probabilities, the mean of those of the nets. Shapes: returns [sequences, classes]. Errors: ValueError for
/// another number of channels.
Tensor<float> classify(Context& context, const ClassifierModel& model, const LabelledSequences& set);

/// The class with the highest probability in row `i`; of equal ones the first.
Index best_class(const Tensor<float>& probabilities, Index i);

}  // namespace recurra
