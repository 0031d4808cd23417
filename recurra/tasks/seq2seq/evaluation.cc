// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/evaluation.h"

#include "recurra/tasks/seq2seq/prefix_lookup.h"

namespace recurra {
namespace {

SequenceScores score_lookup(const Seq2SeqModel& model, const std::vector<SourceGroup>& groups,
                            const std::vector<std::vector<std::vector<Index>>>& references,
                            const std::vector<TextPair>& training) {
  Index ignored = 0;
  // In the original order even if the net reads sources reversed: it compares prefixes.
  const auto encode = [&](const std::string& text) { return model.source->encode(text, "training pairs", &ignored); };
  std::vector<std::pair<std::vector<Index>, std::vector<Index>>> pairs;
  for (const TextPair& pair : training)
    pairs.emplace_back(encode(pair.source), model.target->encode(pair.target, "training pairs", &ignored));
  const PrefixLookup lookup(std::move(pairs));
  SequenceScores scores;
  for (std::size_t i = 0; i < groups.size(); ++i) scores.add(lookup.answer(encode(groups[i].source)), references[i]);
  return scores;
}

}  // namespace

Seq2SeqEvaluation evaluate_seq2seq(Context& context, const Seq2SeqModel& model, const std::vector<TextPair>& pairs,
                                   const std::vector<TextPair>& training, const TranslateOptions& options) {
  require(!pairs.empty(), "evaluate: there is no pair");
  Seq2SeqEvaluation out;
  out.groups = group_by_source(pairs);
  std::vector<std::string> sources;
  std::vector<std::vector<std::vector<Index>>> references;
  Index unknown_targets = 0;
  for (const SourceGroup& group : out.groups) {
    sources.push_back(group.source);
    references.emplace_back();
    for (const std::string& target : group.targets)
      references.back().push_back(model.target->encode(target, "target of '" + group.source + "'", &unknown_targets));
  }
  Translations found = translate(context, model, sources, options);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    out.net.add(found.targets[i][0].found.symbols, references[i]);
    out.predictions.push_back(std::move(found.targets[i][0]));
  }
  if (!training.empty()) out.baseline = score_lookup(model, out.groups, references, training);
  if (found.unknown_tokens > 0)
    out.notes.push_back(
        concat("source tokens that are not in the vocabulary, read as unknown: ", found.unknown_tokens));
  if (unknown_targets > 0)
    out.notes.push_back(concat("target tokens that are not in the vocabulary, never right: ", unknown_targets));
  if (found.cut > 0) out.notes.push_back(concat("predictions that did not end and were cut: ", found.cut));
  return out;
}

std::vector<std::string> verdict(const Seq2SeqEvaluation& e) {
  if (!e.baseline) return {};
  const double net = e.net.token_error(), lookup = e.baseline->token_error();
  if (net < lookup) return {};
  return {"the net does not beat the longest-prefix lookup: it has learnt less than looking the nearest source up"};
}

}  // namespace recurra
