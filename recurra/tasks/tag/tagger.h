// SPDX-License-Identifier: Apache-2.0
// A tagger: options, vocabulary, tags, the net, and how its training went. Reads, trains, saves, loads, tags. Not here:
// scoring, which is recurra/tasks/tag/evaluate.h. Example:
//
//   auto run = [](const std::string& path) {
//     recurra::ThreadTeam two(2);
//     const auto set = recurra::read_tagged(path);
//     const auto trained = recurra::train_tagger(two, set, recurra::TagOptions());
//     recurra::save_tagger("model.safetensors", trained.model);
//     return recurra::tag(two, trained.model, set).tags;
//   };
#pragma once

#include <memory>

#include "recurra/data/conll.h"
#include "recurra/data/vocabulary.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/tag/net.h"

namespace recurra {

/// A .jsonl file with an object a sentence, {"tokens": [...], "tags": [...]}, tags where they are known; else CoNLL.
/// Errors: of the readers; FormatError for a token that is empty or holds a blank, or another number of tags.
TaggedSentences read_tagged(const std::string& path);

/// The JSON Lines that read_tagged reads, from memory; `name` stands for the file in messages.
TaggedSentences parse_tagged_lines(std::string_view text, const std::string& name);

struct TagModel {
  TagOptions options;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::vector<std::string> tags;  ///< sorted
  std::vector<Index> commonest;   ///< tag of each token of the vocabulary in training; of the unknown one: of all
  std::shared_ptr<TagNet> net;
  TrainingSummary summary;
};

struct TrainedTagger {
  TagModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};

/// Trains on the sentences but a share of them, by which it stops; equal sentences stand on one side.
/// `resume`: a checkpoint of the same options and data. Errors: ValueError for a token without a tag, fewer than two
/// tags, or too few sentences to hold some out; as check_options and train.
TrainedTagger train_tagger(ThreadTeam& team, const TaggedSentences& set, const TagOptions& options,
                           TrainObserver* observer = nullptr, const std::string& resume = "");

/// Errors: IoError.
void save_tagger(const std::string& path, const TagModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task. Its weights load in PyTorch by their names.
TagModel load_tagger(const std::string& path);
/// The same from memory; `name` stands for the file in messages.
TagModel parse_tagger(std::string_view bytes, const std::string& name);

struct Tagged {
  std::vector<std::vector<Index>> tags;  ///< of each sentence, by their numbers in the model
  Index unknown = 0;                     ///< tokens that the vocabulary lacks
};

Tagged tag(ThreadTeam& team, const TagModel& model, const TaggedSentences& set);

}  // namespace recurra
