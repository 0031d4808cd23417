// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/translator.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

#include "recurra/autograd/functions/losses.h"
#include "recurra/data/utf8.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"

namespace recurra {
namespace {

constexpr const char* kTask = "seq2seq";
constexpr VocabularyOptions kSourceSymbols{.unknown = true},
    kTargetSymbols{.unknown = true, .begin = true, .end = true};

using Encoded = Seq2SeqTraining::Encoded;

std::shared_ptr<Seq2SeqNet> make_net(const Seq2SeqModel& model) {
  const Seq2SeqOptions& o = model.options;
  return std::make_shared<Seq2SeqNet>(Seq2SeqNetOptions{recurrent_options(o, o.embedding), model.source->size(),
                                                        model.target->size(), o.attention, o.tied, o.dropout});
}

std::vector<std::vector<Index>> take(const std::vector<std::vector<Index>>& sequences, std::span<const Index> places) {
  std::vector<std::vector<Index>> out;
  for (const Index place : places) out.push_back(sequences[static_cast<std::size_t>(place)]);
  return out;
}

std::vector<Index> lengths_of(const std::vector<std::vector<Index>>& sequences) {
  std::vector<Index> out;
  for (const auto& sequence : sequences) out.push_back(static_cast<Index>(sequence.size()));
  return out;
}

std::vector<Index> counting(std::size_t first, std::size_t count) {
  std::vector<Index> out(count);
  std::iota(out.begin(), out.end(), static_cast<Index>(first));
  return out;
}

void encode(const Seq2SeqModel& model, const std::vector<TextPair>& pairs, const std::string& name, Index& unknown,
            Encoded& out) {
  for (const TextPair& pair : pairs) {
    out.sources.push_back(model.encode_source(pair.source, name, unknown));
    out.targets.push_back(model.target->encode(pair.target, name, &unknown));
  }
}

/// The mean cross-entropy of some pairs. In training the decoder's input follows `forcing`, otherwise it is the target.
SequenceLoss loss_of(const Seq2SeqModel& model, const Encoded& data) {
  const ForcingOptions& o = model.options.forcing;
  const bool always = o.decay == ForcingDecay::constant && o.k == 1;
  return [&net = *model.net, &data, begin = *model.target->begin(), end = *model.target->end(),
          forcing = TeacherForcing(o), always](Tape<float>& tape, std::span<const Index> items) -> Problem::Loss {
    const SymbolBatch source(take(data.sources, items)), target(take(data.targets, items));
    const ReadSource read = net.read(tape, source);
    const ForcedTargets out = always || !tape.options().training ? net.forced(tape, read, target, begin, end)
                                                                 : net.sampled(tape, read, target, begin, end, forcing);
    return {cross_entropy_loss(tape, out.logits, out.labels), static_cast<double>(out.labels.size())};
  };
}

using Side = std::string TextPair::*;

Index count_empty(const std::vector<TextPair>& pairs, Side side) {
  return std::count_if(pairs.begin(), pairs.end(), [&](const TextPair& pair) { return (pair.*side).empty(); });
}

/// Errors: ValueError if all texts of one side are empty; it names the first line.
void check_not_empty(const std::vector<TextPair>& pairs, const std::string& name, Side side, const char* what) {
  require(count_empty(pairs, side) < static_cast<Index>(pairs.size()), name, " line ", pairs[0].line, ": the ", what,
          " is empty, as those of all ", pairs.size(), " pairs are; expected a source, a tab and a target");
}

void note_empty(const std::vector<TextPair>& pairs, const std::string& name, Side side, const char* what,
                std::vector<std::string>& notes) {
  const Index empty = count_empty(pairs, side);
  if (empty == 0) return;
  const auto first = std::find_if(pairs.begin(), pairs.end(), [&](const TextPair& p) { return (p.*side).empty(); });
  notes.push_back(concat(name, " line ", first->line, ": the ", what, " is empty",
                         empty == 1 ? "" : concat(", as are those of ", empty - 1, " further pairs"),
                         "; learned as it stands"));
}

void count_vocabularies(Seq2SeqModel& model, const std::vector<TextPair>& pairs, const std::string& name) {
  TokenCounts source(model.options.source_unit), target(model.options.target_unit);
  for (const TextPair& pair : pairs) {
    source.add(pair.source, name);
    target.add(pair.target, name);
  }
  check_not_empty(pairs, name, &TextPair::source, "source");
  check_not_empty(pairs, name, &TextPair::target, "target");
  VocabularyOptions of_source = kSourceSymbols, of_target = kTargetSymbols;
  of_source.min_count = of_target.min_count = model.options.min_count;
  model.source = std::make_shared<Vocabulary>(source, of_source);
  model.target = std::make_shared<Vocabulary>(target, of_target);
}

std::uint64_t digest_of(const std::vector<TextPair>& training, const std::vector<TextPair>& validation) {
  std::vector<std::string> texts;
  for (const auto* pairs : {&training, &validation})
    for (const TextPair& pair : *pairs) texts.insert(texts.end(), {pair.source, pair.target});
  return digest(training.size(), texts);
}

/// `rare`, `unknown`: tokens of the training and of the validation pairs that are not in the vocabulary.
std::vector<std::string> data_notes(const Seq2SeqTraining& t, Index rare, Index unknown) {
  std::vector<std::string> notes = {concat(t.training.size(), " pairs to train on, ", t.validation.size(),
                                           " to stop by; vocabularies of ", t.model.source->size(), " and ",
                                           t.model.target->size())};
  if (rare > 0) notes.push_back(concat("tokens rarer than min-count, trained as unknown: ", rare));
  if (unknown > 0) notes.push_back(concat("validation tokens that are not in the vocabulary: ", unknown));
  if (t.validation.empty()) notes.push_back("no validation pairs: training does not stop early");
  return notes;
}

Envelope envelope_of(const Seq2SeqModel& model) {
  return {kTask,
          to_json(model.options),
          {{"source", to_json(*model.source)},
           {"target", to_json(*model.target)},
           {"longest_target", model.longest_target}},
          model.summary};
}

}  // namespace

Seq2SeqModel seq2seq_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  Seq2SeqModel model;
  model.options = seq2seq_options_from(JsonReader(envelope.options, path + ".options"));
  model.source = std::make_shared<Vocabulary>(vocabulary_from(reader.child("source")));
  model.target = std::make_shared<Vocabulary>(vocabulary_from(reader.child("target")));
  require<FormatError>(model.source->unknown() && model.target->unknown() && model.target->begin() &&
                           model.target->end() && model.source->unit() == model.options.source_unit &&
                           model.target->unit() == model.options.target_unit,
                       path, ": the vocabularies lack a symbol, or their units are not those of the options");
  model.longest_target = reader.integer("longest_target", 0, kMaxSteps);
  model.summary = envelope.summary;
  const Seq2SeqOptions& o = model.options;
  const auto symbols = static_cast<double>(model.source->size() + model.target->size());
  check_weights_fit(path, o, symbols * static_cast<double>(o.embedding), file.tensors);
  model.net = make_net(model);
  load_weights(*model.net, file.tensors, path);
  return model;
}

std::vector<Index> Seq2SeqModel::encode_source(const std::string& text, const std::string& name, Index& unknown) const {
  std::vector<Index> ids = source->encode(text, name, &unknown);
  if (options.reverse) std::reverse(ids.begin(), ids.end());
  return ids;
}

std::unique_ptr<Seq2SeqTraining> begin_seq2seq(const Seq2SeqData& data, const Seq2SeqOptions& options,
                                               const Seq2SeqModel* from) {
  check_options(options);
  auto out = std::make_unique<Seq2SeqTraining>();
  out->training = data.training;
  out->validation = data.validation;
  if (data.validation.empty()) {
    PairSplit split = split_by_source(data.training, options.validation, options.seed);
    out->training = std::move(split.first);
    out->validation = std::move(split.second);
  }
  require(!out->training.empty(), data.source, ": there is no pair to train on");
  Seq2SeqModel& model = out->model;
  model.options = options;
  if (from) {
    model.source = from->source;
    model.target = from->target;
  } else {
    count_vocabularies(model, out->training, data.source);
  }
  model.net = make_net(model);
  model.net->draw(options.seed, options.init);

  Index rare = 0, unknown = 0;
  Encoded& encoded = out->encoded;
  encode(model, out->training, data.source, rare, encoded);
  for (const Index length : lengths_of(encoded.targets)) model.longest_target = std::max(model.longest_target, length);
  encode(model, out->validation, data.source, unknown, encoded);
  out->notes = data_notes(*out, rare, unknown);
  note_empty(data.training, data.source, &TextPair::source, "source", out->notes);
  note_empty(data.training, data.source, &TextPair::target, "target", out->notes);
  // Pairs of similar length on both sides together run in one batch.
  const std::vector<Index> source_lengths = lengths_of(encoded.sources);
  std::vector<Index> target_lengths = lengths_of(encoded.targets), lengths = source_lengths;
  std::transform(lengths.begin(), lengths.end(), target_lengths.begin(), lengths.begin(), std::plus<>());
  for (Index& length : target_lengths) ++length;  // the end symbol
  out->problem = std::make_unique<SequenceProblem>(*model.net, lengths, counting(0, out->training.size()),
                                                   counting(out->training.size(), out->validation.size()),
                                                   loss_of(model, encoded));
  out->notes.push_back(out->problem->padding_note(options.train, {source_lengths, target_lengths}));
  return out;
}

TrainedSeq2Seq train_seq2seq(Context& context, const Seq2SeqData& data, const Seq2SeqOptions& options,
                             TrainObserver* observer, const std::string& resume) {
  std::optional<Seq2SeqModel> from;
  if (!options.train.from.empty()) from = load_seq2seq(options.train.from);
  const std::unique_ptr<Seq2SeqTraining> training = begin_seq2seq(data, options, from ? &*from : nullptr);
  const RunInputs inputs{to_json(options),
                         digest_of(training->training, training->validation),
                         data.source,
                         kTask,
                         {},
                         {{"source", to_json(*training->model.source)}, {"target", to_json(*training->model.target)}}};
  TrainedSeq2Seq out;
  check_envelope(envelope_of(training->model));
  out.reason = run_training(context, *training->problem, options, inputs, training->model.summary, observer, resume);
  if (!data.validation_source.empty())
    training->model.summary.training.emplace_back("validation", utf8_or_replaced(data.validation_source));
  out.model = std::move(training->model);
  out.notes = std::move(training->notes);
  out.training = std::move(training->training);
  out.validation = std::move(training->validation);
  return out;
}

std::string seq2seq_bytes(const Seq2SeqModel& model) {
  return model_bytes(model_file(envelope_of(model), model.net->state()));
}

void save_seq2seq(const std::string& path, const Seq2SeqModel& model) {
  write_model(path, model_file(envelope_of(model), model.net->state()));
}

Seq2SeqModel load_seq2seq(const std::string& path) {
  return seq2seq_from(read_model(path, kTask), path);
}

Seq2SeqModel parse_seq2seq(std::string_view bytes, const std::string& name) {
  return seq2seq_from(parse_model(bytes, name, kTask), name);
}

Index default_most_steps(const Seq2SeqModel& model) {
  return model.longest_target + model.longest_target / 2 + 10;
}

Translations translate(Context& context, const Seq2SeqModel& model, const std::vector<std::string>& sources,
                       const TranslateOptions& options) {
  const Vocabulary& target = *model.target;
  SearchOptions search{.beam = options.beam,
                       .best = options.best,
                       .most_steps = options.max_length,
                       .length_penalty = options.length_penalty,
                       .begin = *target.begin(),
                       .end = *target.end()};
  if (options.max_length == 0) search.most_steps = default_most_steps(model);
  Translations out;
  std::vector<std::vector<Index>> ids;
  for (std::size_t i = 0; i < sources.size(); ++i)
    ids.push_back(model.encode_source(sources[i], concat("source ", i + 1), out.unknown_tokens));
  out.targets.resize(sources.size());
  for (const std::vector<Index>& places : evaluation_batches(lengths_of(ids))) {
    auto found = search_targets(context, *model.net, take(ids, places), search, {*target.unknown(), *target.begin()},
                                options.attention);
    for (std::size_t i = 0; i < places.size(); ++i) {
      auto& targets = out.targets[static_cast<std::size_t>(places[i])];
      out.cut += !found[i][0].ended;
      for (FoundTarget& f : found[i]) {
        if (model.options.reverse)
          for (auto& weights : f.attention) std::reverse(weights.begin(), weights.end());
        std::string text = target.decode(f.symbols);
        targets.push_back({std::move(text), std::move(f)});
      }
    }
  }
  return out;
}

}  // namespace recurra
