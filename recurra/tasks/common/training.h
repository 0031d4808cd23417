// SPDX-License-Identifier: Apache-2.0
// One run of the training loop as every task makes it: seed and settings filled in so that a checkpoint resumes only
// the run it belongs to, and a summary that the model file keeps. A task supplies the Problem. Example:
//
//   auto run = [](recurra::Problem& problem, const recurra::NetOptions& options, const recurra::RunInputs& inputs) {
//     recurra::Context two(2);
//     recurra::TrainingSummary summary;
//     return recurra::run_training(two, problem, options, inputs, summary);
//   };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/nn/module.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

struct RunInputs;

/// How the training went; kept in the model file.
struct TrainingSummary {
  std::vector<EpochRecord> history;
  Index best_epoch = 0;
  double seconds = 0;
  std::string source;                                         ///< the data file
  Index training_items = 0;                                   ///< windows, sequences, pairs or chunks
  std::vector<std::pair<std::string, std::string>> training;  ///< options of the loop, by the names of their flags
  std::string start;             ///< which model the run began with (--from), and what differs; empty: random weights
  std::string checkpoint_error;  ///< see TrainResult; of this run, not kept in the model file

  /// Trained, but no epoch had a lower validation loss than the weights that the run began with.
  bool learned_nothing() const { return best_epoch == 0 && history.size() > 1; }
};

/// A sentence for a run that learned nothing, else empty.
std::string nothing_learned(const TrainingSummary& summary);

nlohmann::json to_json(const TrainingSummary& summary);
/// Errors: FormatError.
TrainingSummary training_summary_from(const nlohmann::json& json, const std::string& where);

/// For TrainOptions::suspects: the size of the largest input, where it is far above what a scaled one has.
/// `scale`: its name.
std::vector<std::string> large_inputs(std::span<const float> inputs, const std::string& scale);

/// Joins the bytes of some numbers to a digest that goes on: digest(digest(0, a), b).
template <class T>
std::uint64_t digest(std::uint64_t before, const std::vector<T>& x) {
  return before * 31 + stream_id({reinterpret_cast<const char*>(x.data()), x.size() * sizeof(T)});
}
std::uint64_t digest(std::uint64_t before, const std::vector<std::string>& texts);

/// Trains with options.train and options.seed and fills in the summary. With options.train.from the run begins with
/// the weights of that model, unless a checkpoint has later ones. `state`: where the finished state goes with
/// train.keep_state. Errors: as train; a checkpoint (`resume`) of other settings or data is a ValueError that names
/// them. For `from`: IoError; FormatError; ValueError for a model of another task, of other sizes or of another
/// meaning.
StopReason run_training(Context& context, Problem& problem, const NetOptions& options, const RunInputs& inputs,
                        TrainingSummary& summary, TrainObserver* observer = nullptr, const std::string& resume = "",
                        std::shared_ptr<const ModelFile>* state = nullptr);

/// Copies the weights of a model file into the block. Returns "old.safetensors, which differs: lr 0.1 -> 0.01": its
/// path, and the settings in which the new run differs. Errors: as run_training says for `from`.
std::string begin_with_model(const ParameterBlock<float>& block, const std::string& path, const RunInputs& inputs);

/// A lower bound of the weights in the recurrent stack: U of each layer, or a row for each of its units.
double fewest_weights(const NetOptions& options);
/// Refuses a header that describes a net larger than the tensors beside it, before the net is built.
/// `extra`: weights beside those of the recurrent stack that cannot be fewer. Errors: FormatError.
void check_weights_fit(const std::string& path, const NetOptions& options, double extra,
                       const NamedTensors<float>& tensors);
/// Loads the weights of a model file. Errors: FormatError that begins with the path.
void load_weights(Module<float>& net, const NamedTensors<float>& tensors, const std::string& path);

}  // namespace recurra
