// SPDX-License-Identifier: Apache-2.0
// One run of the training loop for any task: seed and settings are filled in so that a checkpoint resumes only the run
// it belongs to, and a summary is stored in the model file. The task supplies the Problem. Example:
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

/// The course of the training; stored in the model file.
struct TrainingSummary {
  std::vector<EpochRecord> history;
  Index best_epoch = 0;
  double seconds = 0;
  std::string source;                                         ///< the data file
  Index training_items = 0;                                   ///< windows, sequences, pairs or chunks
  std::vector<std::pair<std::string, std::string>> training;  ///< options of the loop, by the names of their flags
  std::string start;             ///< the model the run began with (--from), and what differs; empty: random weights
  std::string checkpoint_error;  ///< see TrainResult; not stored in the model file

  /// Whether no epoch had a lower validation loss than the initial weights.
  bool learned_nothing() const { return best_epoch == 0 && history.size() > 1; }
};

/// A sentence for a run that learned nothing, else empty.
std::string nothing_learned(const TrainingSummary& summary);

nlohmann::json to_json(const TrainingSummary& summary);
/// Errors: FormatError.
TrainingSummary training_summary_from(const nlohmann::json& json, const std::string& where);

/// For TrainOptions::suspects: the size of the largest input, if it is far above that of scaled inputs.
/// `scale`: name of the scaling.
std::vector<std::string> large_inputs(std::span<const float> inputs, const std::string& scale);

/// Extends a digest by the bytes of some numbers: digest(digest(0, a), b).
template <class T>
std::uint64_t digest(std::uint64_t before, const std::vector<T>& x) {
  return before * 31 + stream_id({reinterpret_cast<const char*>(x.data()), x.size() * sizeof(T)});
}
std::uint64_t digest(std::uint64_t before, const std::vector<std::string>& texts);

/// Trains with options.train and options.seed and fills in the summary. With options.train.from the run begins with
/// the weights of that model, unless a checkpoint has later ones. `state`: receives the final state if train.keep_state
/// is set. Errors: as train; a checkpoint (`resume`) of other settings or data is a ValueError that names them. For
/// `from`: IoError; FormatError; ValueError for a model of another task, of other sizes or of another
/// meaning.
StopReason run_training(Context& context, Problem& problem, const NetOptions& options, const RunInputs& inputs,
                        TrainingSummary& summary, TrainObserver* observer = nullptr, const std::string& resume = "",
                        std::shared_ptr<const ModelFile>* state = nullptr);

/// Copies the weights of a model file into the block. Returns its path and the settings in which the new run differs:
/// "old.safetensors, which differs: lr 0.1 -> 0.01". Errors: as run_training for `from`.
std::string begin_with_model(const ParameterBlock<float>& block, const std::string& path, const RunInputs& inputs);

/// A lower bound of the number of weights in the recurrent stack: U of each layer, or a row for each of its units.
double fewest_weights(const NetOptions& options);
/// Refuses a header that describes a larger net than the tensors in the file, before the net is built.
/// `extra`: minimum number of weights outside the recurrent stack. Errors: FormatError.
void check_weights_fit(const std::string& path, const NetOptions& options, double extra,
                       const NamedTensors<float>& tensors);
/// Loads the weights of a model file. Errors: FormatError that begins with the path.
void load_weights(Module<float>& net, const NamedTensors<float>& tensors, const std::string& path);

}  // namespace recurra
