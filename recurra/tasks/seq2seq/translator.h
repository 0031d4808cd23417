// SPDX-License-Identifier: Apache-2.0
// A translator of sequences: options, vocabularies, the net, and a summary of its training. Trains on pairs, saves,
// loads, translates. Not here: scoring (recurra/tasks/seq2seq/evaluation.h). Example:
//
//   auto run = [](const std::vector<recurra::TextPair>& pairs) {
//     recurra::Context two(2);
//     const recurra::TrainedSeq2Seq trained = recurra::train_seq2seq(two, {pairs, {}, "words.tsv"}, {});
//     recurra::save_seq2seq("model.safetensors", trained.model);
//     return recurra::translate(two, trained.model, {"hello"}, {.beam = 4}).targets[0][0].text;
//   };
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "recurra/data/pairs.h"
#include "recurra/data/vocabulary.h"
#include "recurra/tasks/common/sequence_problem.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/seq2seq/net.h"
#include "recurra/tasks/seq2seq/options.h"
#include "recurra/tasks/seq2seq/search.h"

namespace recurra {

struct ModelFile;

struct Seq2SeqModel {
  Seq2SeqOptions options;
  std::shared_ptr<const Vocabulary> source, target;  ///< both with an unknown symbol; the target with begin and end
  std::shared_ptr<Seq2SeqNet> net;
  Index longest_target = 0;  ///< tokens of the longest training target
  TrainingSummary summary;

  /// The net's input: token ids, reversed if the options say so. Counts unknown tokens in `unknown`.
  std::vector<Index> encode_source(const std::string& text, const std::string& name, Index& unknown) const;
};

struct Seq2SeqData {
  std::vector<TextPair> training;
  std::vector<TextPair> validation;    ///< empty: a share of the training sources is held out
  std::string source;                  ///< the file, for messages and the summary
  std::string validation_source = {};  ///< that of the validation pairs, for the summary
};

/// A translator that is ready to be trained by the training loop or step by step. It cannot be moved, because the
/// problem refers to the other members.
struct Seq2SeqTraining {
  Seq2SeqTraining() = default;
  Seq2SeqTraining(const Seq2SeqTraining&) = delete;
  Seq2SeqModel model;
  std::vector<TextPair> training, validation;  ///< as they are used
  struct Encoded {
    std::vector<std::vector<Index>> sources, targets;
  } encoded;  ///< the training pairs, then the validation pairs; the problem refers to them
  std::unique_ptr<SequenceProblem> problem;
  std::vector<std::string> notes;  ///< what was chosen, and warnings
};
/// `from`: a model whose vocabularies are reused. Reads no file.
/// Errors: ValueError without a pair or with options outside their range; FormatError for text that is not UTF-8.
std::unique_ptr<Seq2SeqTraining> begin_seq2seq(const Seq2SeqData& data, const Seq2SeqOptions& options,
                                               const Seq2SeqModel* from = nullptr);

struct [[nodiscard]] TrainedSeq2Seq {
  Seq2SeqModel model;
  StopReason reason = StopReason::finished;
  std::vector<std::string> notes;              ///< what was chosen, and warnings
  std::vector<TextPair> training, validation;  ///< as they were used
};

/// Trains, and stops by the validation pairs. `resume`: a checkpoint of the same options and data.
/// Errors: as begin_seq2seq and train.
TrainedSeq2Seq train_seq2seq(Context& context, const Seq2SeqData& data, const Seq2SeqOptions& options,
                             TrainObserver* observer = nullptr, const std::string& resume = "");

/// The model file, in memory. Errors: as check_description.
std::string seq2seq_bytes(const Seq2SeqModel& model);
/// Errors: also IoError.
void save_seq2seq(const std::string& path, const Seq2SeqModel& model);
/// Errors: IoError; FormatError; ValueError for a model of another task.
Seq2SeqModel load_seq2seq(const std::string& path);
/// The same from a file that has been read.
Seq2SeqModel seq2seq_from(const ModelFile& file, const std::string& path);
/// The same from memory; `name` stands for the file in messages.
Seq2SeqModel parse_seq2seq(std::string_view bytes, const std::string& name);

/// Tokens after which a translation is cut: 1.5 times the longest training target, plus ten.
Index default_most_steps(const Seq2SeqModel& model);

struct TranslateOptions {
  Index beam = 1, best = 1;
  double length_penalty = 0;
  Index max_length = 0;  ///< tokens; 0: default_most_steps
  bool attention = false;
};

struct Translation {
  std::string text;
  FoundTarget found;
};

struct Translations {
  std::vector<std::vector<Translation>> targets;  ///< per source, by falling score
  Index unknown_tokens = 0;                       ///< of the sources, not in the vocabulary
  Index cut = 0;                                  ///< best targets that did not end within the length
};

/// Errors: FormatError for text that is not UTF-8; ValueError as beam_search.
Translations translate(Context& context, const Seq2SeqModel& model, const std::vector<std::string>& sources,
                       const TranslateOptions& options);

}  // namespace recurra
