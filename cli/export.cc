// SPDX-License-Identifier: Apache-2.0
// recurra export: a net as C code without dependencies.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "cli/command.h"
#include "recurra/data/number.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/c_source.h"
#include "recurra/io/model_file.h"
#include "recurra/io/stepper_file.h"
#include "recurra/kernels/cell_names.h"
#include "recurra/tasks/lm/stream.h"

namespace recurra {
namespace {

struct ExportFlags {
  std::string model, folder, name = "net", weights = "f32", cell;
  std::vector<std::string> activations, layer_norms, order;
  std::optional<bool> embedding;
  bool skip = false, relu = false, reset_before = false;

  bool options_given() const {
    return !cell.empty() || !activations.empty() || !layer_norms.empty() || !order.empty() || embedding || skip ||
           relu || reset_before;
  }
};

StreamFileOptions file_options(const ExportFlags& flags) {
  static const std::map<std::string, StreamActivation> known = {
      {"tanh", StreamActivation::tanh}, {"relu", StreamActivation::relu}, {"sigmoid", StreamActivation::sigmoid}};
  StreamFileOptions options;
  options.skip = flags.skip;
  options.order = flags.order;
  if (!flags.cell.empty()) options.cell = parse_name(cell_names(), flags.cell);
  if (flags.relu) options.one_gate = Cell::rnn_relu;
  if (flags.reset_before) options.three_gates = Cell::gru_reset_before;
  for (const std::string& text : flags.activations) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const auto kind = known.find(text.substr(std::min(equals + 1, text.size())));
    require<UsageError>(kind != known.end(), "--activation: expected LAYER=tanh, relu or sigmoid, found ", text);
    options.activations[text.substr(0, equals)] = kind->second;
  }
  for (const std::string& text : flags.layer_norms) {
    const std::size_t equals = std::min(text.find('='), text.size());
    double epsilon = StreamLayerNorm().epsilon;
    require<UsageError>(
        equals == text.size() || read_number(text.substr(equals + 1), false, epsilon) == CellKind::number,
        "--layer-norm: expected LAYER or LAYER=EPSILON, found ", text);
    options.layer_norms[text.substr(0, equals)] = epsilon;
  }
  options.embedding = flags.embedding;
  return options;
}

/// A trained language model, or the layers in the file of a state_dict.
StreamChain chain_of(const ExportFlags& flags) {
  if (!read_safetensors(flags.model).metadata.contains("recurra"))
    return read_stream_chain(flags.model, file_options(flags));
  const ModelFile file = read_model(flags.model);
  require<UnsupportedError>(file.task == "lm", flags.model, ": a model of recurra ", file.task,
                            "; of its own models only language models are exported, since others scale their inputs");
  require<UsageError>(!flags.options_given(), flags.model,
                      ": a model of recurra says what its layers are; give no option for them");
  return stream_chain(lm_from(file, flags.model));
}

Status export_c(const ExportFlags& flags, const GlobalOptions& global) {
  const StreamWeights weights = flags.weights == "bf16"   ? StreamWeights::bf16
                                : flags.weights == "int8" ? StreamWeights::int8
                                                          : StreamWeights::f32;
  const CSource source = c_source(chain_of(flags), flags.name, weights);
  std::error_code error;
  std::filesystem::create_directories(flags.folder, error);
  require<IoError>(!error, flags.folder, ": cannot be made: ", error.message());
  const std::string base = flags.folder + "/" + flags.name;
  write_file_atomically(base + ".h", source.header);
  write_file_atomically(base + ".c", source.source);
  print_result(global, {{"header", base + ".h"}, {"source", base + ".c"}},
               concat(base, ".h and ", base, ".c; ", flags.name, "_self_test() returns 0 where they compute right\n"));
  return kDone;
}

}  // namespace

void add_export(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* verb = app.add_subcommand("export", "Write a net for streaming as one C99 file without dependencies");
  auto flags = std::make_shared<ExportFlags>();
  mark_read(
      verb->add_option("model", flags->model, "safetensors file of a PyTorch state_dict, or a trained language model"))
      ->required();
  verb->add_option("--c", flags->folder, "Folder to write NAME.c and NAME.h to")->required();
  verb->add_option("--name", flags->name, "Prefix of every name in the files")->capture_default_str();
  verb->add_option("--weights", flags->weights, "Type of the weights; bf16 and int8 are rounded")
      ->check(CLI::IsMember({"f32", "bf16", "int8"}))
      ->capture_default_str();
  verb->add_option("--activation", flags->activations,
                   "Activation of a dense layer: LAYER=tanh, relu or sigmoid; may be repeated")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--layer-norm", flags->layer_norms,
                   "A layer normalisation without bias, or another epsilon than 1e-5: LAYER or LAYER=EPSILON; may be "
                   "repeated")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_flag_function(
      "--embedding,!--no-embedding", [flags](std::int64_t count) { flags->embedding = count > 0; },
      "A matrix without bias is an embedding, or a dense layer, where shapes allow both");
  verb->add_option("--order", flags->order, "Names of all layers in their order, if shapes allow several orders")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_flag("--skip", flags->skip, "y = x + net(x)");
  verb->add_flag(
      "--reset-before", flags->reset_before,
      "Recurrent layers with three gates are GRUs with the reset before the product (Keras reset_after=False)");
  verb->add_option("--cell", flags->cell, "Cell of all recurrent layers, if names and shapes do not determine it")
      ->check(CLI::IsMember(cell_names().names()))
      ->excludes("--reset-before");
  verb->add_flag("--relu", flags->relu, "Recurrent layers with one gate use relu instead of tanh");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return export_c(*flags, global); }; });
}

}  // namespace recurra
