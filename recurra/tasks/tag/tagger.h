// SPDX-License-Identifier: Apache-2.0
// A tagger: options, vocabulary, tags, the net, and a summary of its training. Trains, saves, loads, tags. Not here:
// reading (recurra/tasks/tag/input.h) and scoring (recurra/tasks/tag/evaluate.h). Example:
//
//   auto run = [](const std::string& path) {
//     recurra::Context two(2);
//     const auto set = recurra::read_tagged(path);
//     const auto trained = recurra::train_tagger(two, set, recurra::TagOptions());
//     recurra::save_tagger("model.safetensors", trained.model);
//     return recurra::tag(two, trained.model, set).tags;
//   };
#pragma once

#include <memory>

#include "recurra/data/vocabulary.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/tag/input.h"
#include "recurra/tasks/tag/net.h"

namespace recurra {

struct ModelFile;

struct TagModel {
  TagOptions options;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<const Vocabulary> letters;  ///< of the tokens; null if options.characters is 0
  std::vector<std::string> tags;              ///< sorted
  bool bio = false;                           ///< BIO tags: a random field never decodes an I-x that begins a span
  std::vector<Index> commonest;               ///< commonest tag of each token in training; of the unknown token: of all
  std::shared_ptr<TagNet> net;
  TrainingSummary summary;
};

struct [[nodiscard]] TrainedTagger {
  TagModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// Trains on the sentences, except a validation share for early stopping; equal sentences are on the same side. BIO
/// tags are corrected by mend_bio. `resume`: a checkpoint of the same options and data. Errors: ValueError for a
/// token without a tag, fewer than two tags, more than 1,000 for a random field, or too few sentences to hold some out;
/// as check_options and train.
TrainedTagger train_tagger(Context& context, const TaggedSentences& set, const TagOptions& options,
                           TrainObserver* observer = nullptr, const std::string& resume = "");

/// The model file, in memory. Errors: as check_description.
std::string tagger_bytes(const TagModel& model);
/// Errors: also IoError.
void save_tagger(const std::string& path, const TagModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task. Its weights load in PyTorch by their names.
TagModel load_tagger(const std::string& path);
/// The same from a file that has been read.
TagModel tagger_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` stands for the file in messages.
TagModel parse_tagger(std::string_view bytes, const std::string& name);

struct Tagged {
  std::vector<std::vector<Index>> tags;  ///< of each sentence, as indices in the model's tags
  Index unknown = 0;                     ///< tokens that the vocabulary lacks
};

Tagged tag(Context& context, const TagModel& model, const TaggedSentences& set);

}  // namespace recurra
