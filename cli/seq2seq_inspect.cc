// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "cli/inspect.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/seq2seq/translator.h"

namespace recurra {
namespace {

std::string describe(const std::string& path, const Seq2SeqModel& model) {
  const Seq2SeqOptions& o = model.options;
  const auto unit = [](const Vocabulary& v) { return name_of(token_unit_names(), v.unit()); };
  const TrainingSummary& s = model.summary;
  return fmt::format("{}: seq2seq, {} bytes\n", path, std::filesystem::file_size(path)) +
         fmt::format("encoder {}; attention {}; embeddings of {}{}{}\n", stack_text(o),
                     name_of(attention_names(), o.attention), o.embedding, o.tied ? ", tied" : "",
                     o.reverse ? ", source reversed" : "") +
         fmt::format("{} source {}s to {} target {}s\n", model.source->tokens().size(), unit(*model.source),
                     model.target->tokens().size(), unit(*model.target)) +
         parameter_table(*model.net) +
         fmt::format("trained on {} pairs of {} in {:.1f} s, {}, best {}\n", s.training_items, s.source, s.seconds,
                     epoch_count(s), s.best_epoch);
}

nlohmann::json inspection(const Seq2SeqModel& model) {
  return {{"task", "seq2seq"},
          {"options", to_json(model.options)},
          {"source_tokens", model.source->tokens()},
          {"target_tokens", model.target->tokens()},
          {"parameters", parameter_json(*model.net)},
          {"parameter_count", model.net->parameter_count()},
          {"best_epoch", model.summary.best_epoch},
          {"seconds", model.summary.seconds}};
}

}  // namespace

Status inspect_seq2seq(const InspectFlags& flags, const GlobalOptions& global) {
  require<UsageError>(flags.data.path.empty(), "inspect: a translator is described by its file alone; leave '",
                      flags.data.path, "' out");
  const Seq2SeqModel model = load_seq2seq(flags.model);
  print_result(global, inspection(model), describe(flags.model, model));
  return kDone;
}

}  // namespace recurra
