// SPDX-License-Identifier: Apache-2.0
// A language model of a text: options, vocabulary, net, and a summary of its training. Trains by truncated
// back-propagation through parallel streams, saves, loads, scores. Not here: generating text (generate.h). Example:
//
//   auto run = [](const recurra::LmText& text, const recurra::LmOptions& options) {
//     recurra::Context two(2);
//     recurra::TrainedLm trained = recurra::train_lm(two, text, options);
//     recurra::save_lm("model.safetensors", trained.model);
//     return recurra::score_tokens(two, *trained.model.net, text.tokens, {.begin = 0, .end = 100, .streams = 1});
//   };
#pragma once

#include <memory>

#include "recurra/data/text_streams.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/lm/net.h"
#include "recurra/tasks/lm/text.h"

namespace recurra {

struct ModelFile;

struct LmModel {
  LmOptions options;
  std::optional<Vocabulary> vocabulary;  ///< for text
  std::shared_ptr<LmNet> net;
  TrainingSummary summary;
  std::uint64_t text_digest = 0;  ///< of the training data
  std::vector<Index> opening;     ///< frames: the labels with which most training pieces begin
};

struct [[nodiscard]] TrainedLm {
  LmModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;
};

/// Bytes of training that grow with the vocabulary: the tables with their gradients, moments and best values, and the
/// scores of every step of a batch.
double vocabulary_bytes(const LmOptions& options, Index vocabulary);

/// Notes for the user before training begins: a vocabulary that needs more than a gigabyte.
std::vector<std::string> size_notes(const LmText& text, const LmOptions& options);

/// Trains on the text's training part, stops by its validation part, does not use the test part.
/// `resume`: a checkpoint of the same options and text; the carried states are part of it.
/// Errors: as check_options and train; ValueError for a training part shorter than one chunk of the streams, or a
/// vocabulary that needs more memory than the machine has.
TrainedLm train_lm(Context& context, const LmText& text, const LmOptions& options, TrainObserver* observer = nullptr,
                   const std::string& resume = "");

/// Mean nats per token over the targets of the streams, each starting from an empty state. One stream is exact; more
/// are faster but lose the memory where the text is cut. Errors: ValueError as TextStreams.
double score_tokens(Context& context, const LmNet& net, const TokenSequence& tokens, const StreamOptions& options);

/// The model file, in memory. Errors: as check_description.
std::string lm_bytes(const LmModel& model);
/// Errors: also IoError.
void save_lm(const std::string& path, const LmModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task.
LmModel load_lm(const std::string& path);
/// The same from a file that has been read.
LmModel lm_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` stands for the file in messages.
LmModel parse_lm(std::string_view bytes, const std::string& name);

/// The net described by the options, for either format, not yet initialised.
std::shared_ptr<LmNet> make_lm_net(const LmOptions& options, Index outputs);

}  // namespace recurra
