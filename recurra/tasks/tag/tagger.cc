// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/tagger.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "recurra/data/number.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/sequence_problem.h"
#include "recurra/tasks/tag/encoding.h"
#include "recurra/train/spans.h"

namespace recurra {
namespace {

constexpr const char* kTask = "tag";
constexpr Index kMaxCrfTags = 1000;  // a random field stores and visits a weight for each pair

std::vector<std::string> tags_of(const TaggedSentences& set) {
  std::set<std::string> tags;
  for (std::size_t s = 0; s < set.tags.size(); ++s)
    for (std::size_t t = 0; t < set.tags[s].size(); ++t) {
      require(!set.tags[s][t].empty(), set.source, ": the token ", quote_for_message(set.tokens[s][t]), " of sentence ",
              s + 1, " has no tag");
      tags.insert(set.tags[s][t]);
    }
  require(tags.size() >= 2, set.source, ": expected at least two tags, found ", tags.size());
  return {tags.begin(), tags.end()};
}

/// Errors: ValueError for more tags than are plausible for the tokens, or than a random field supports.
void check_tag_count(Index tags, const TaggedSentences& set, const TagOptions& o) {
  const Index tokens = set.total_tokens();
  require(tags <= kMaxCrfTags || 2 * tags <= tokens, set.source, ": ", tags, " different tags for ", tokens,
          " tokens; are the columns swapped? --token-column and --tag-column name them");
  require(tags <= kMaxCrfTags || !o.crf, set.source, ": ", tags, " different tags; a random field weighs every pair, ",
          tags * tags, " of them, which is too many above ", kMaxCrfTags,
          " tags; --no-crf decodes each step independently");
}

EncodedSentences encode(const TagModel& model, const TaggedSentences& set) {
  return {{*model.vocabulary, model.letters.get(), model.options.reverse}, set};
}

Sequences<std::int64_t> encode_tags(const TagModel& model, const TaggedSentences& set) {
  Sequences<std::int64_t> out;
  for (const auto& sentence : set.tags) {
    std::vector<std::int64_t> ids;
    for (const auto& tag : sentence)
      ids.push_back(std::lower_bound(model.tags.begin(), model.tags.end(), tag) - model.tags.begin());
    if (model.options.reverse) std::reverse(ids.begin(), ids.end());
    out.add(ids);
  }
  return out;
}

struct Parts {
  std::vector<Index> train, validation;
};

/// A fraction of the distinct sentences, chosen by the seed, each with all of its copies.
Parts split(const TaggedSentences& set, const TagOptions& o) {
  std::map<std::vector<std::string>, Index> numbers;
  std::vector<Index> group;
  for (const auto& sentence : set.tokens)
    group.push_back(numbers.emplace(sentence, static_cast<Index>(numbers.size())).first->second);
  const double share = *o.validation;
  const auto held = static_cast<Index>(std::round(share * static_cast<double>(numbers.size())));
  require(share == 0 || (held > 0 && held < static_cast<Index>(numbers.size())), set.source,
          ": too few different sentences to hold out a share of ", share, ": found ", numbers.size(),
          "; --validation 0 trains on all of them");
  const auto place = Random(o.seed, stream_id("validation")).permutation(static_cast<Index>(numbers.size()));
  Parts parts;
  for (Index i = 0; i < set.count(); ++i)
    (place[static_cast<std::size_t>(group[static_cast<std::size_t>(i)])] < held ? parts.validation : parts.train)
        .push_back(i);
  return parts;
}

std::shared_ptr<const Vocabulary> vocabulary_of(const TaggedSentences& set, const TagOptions& o) {
  TokenCounts counts(TokenUnit::word);
  for (const auto& sentence : set.tokens)
    for (const auto& token : sentence) counts.add(token, set.source);
  return std::make_shared<const Vocabulary>(counts, VocabularyOptions{.unknown = true, .min_count = o.min_count});
}

std::shared_ptr<const Vocabulary> letters_of(const TaggedSentences& set, const TagOptions& o) {
  if (o.characters == 0) return nullptr;
  TokenCounts counts(TokenUnit::character);
  for (const auto& sentence : set.tokens)
    for (const auto& token : sentence) counts.add(token, set.source);
  return std::make_shared<const Vocabulary>(counts, VocabularyOptions{.unknown = true});
}

/// The most frequent tag of each token, the first of equal ones; for unknown tokens that of all tokens.
std::vector<Index> commonest_tags(const TagModel& model, const TaggedSentences& set) {
  const Index unknown = *model.vocabulary->unknown();
  const Sequences<std::int64_t> ids = encode(model, set).ids(), tags = encode_tags(model, set);
  std::vector<std::map<Index, Index>> counts(static_cast<std::size_t>(model.vocabulary->size()));  // by token and tag
  for (std::size_t i = 0; i < ids.values().size(); ++i) {
    ++counts[static_cast<std::size_t>(unknown)][tags.values()[i]];
    if (ids.values()[i] != unknown) ++counts[static_cast<std::size_t>(ids.values()[i])][tags.values()[i]];
  }
  std::vector<Index> out;
  const auto rarer = [](const auto& a, const auto& b) { return a.second < b.second; };
  for (const auto& row : counts)
    out.push_back(row.empty() ? 0 : std::max_element(row.begin(), row.end(), rarer)->first);
  return out;
}

/// Replaces rare tokens by unknown at random, so that the net learns to use their letters and neighbours.
class WordDropout {
 public:
  /// `ids`: the tokens of the training part.
  WordDropout(double share, const Sequences<std::int64_t>& ids, Index unknown, Index vocabulary)
      : share_(share), unknown_(unknown), counts_(static_cast<std::size_t>(vocabulary)) {
    for (const std::int64_t id : ids.values()) ++counts_[static_cast<std::size_t>(id)];
  }

  void apply(const Tape<float>& tape, Tensor<std::int64_t>& ids) const {
    if (share_ == 0 || !tape.options().training) return;
    const std::uint64_t stream = stream_id(concat("word dropout/", tape.options().step));
    const ops::BatchRows& rows = tape.options().rows;
    const Index B = ids.dim(1);
    for (Index t = 0; t < ids.dim(0); ++t) {
      const Index first = t * (rows.all() ? B : rows.total) + rows.first;  // in the whole batch
      Random random(tape.options().seed, stream, static_cast<std::uint64_t>(first));
      for (Index b = 0; b < B; ++b) {
        std::int64_t& id = ids[t * B + b];
        const auto count = static_cast<double>(counts_[static_cast<std::size_t>(id)]);
        if (random.uniform() < share_ / (share_ + count)) id = unknown_;
      }
    }
  }

 private:
  double share_;
  Index unknown_;
  std::vector<Index> counts_;
};

std::uint64_t digest_of(const TaggedSentences& set) {
  std::uint64_t sum = 0;
  for (const auto& sentence : set.tokens) sum = digest(sum, sentence);
  for (const auto& sentence : set.tags) sum = digest(sum, sentence);
  return sum;
}

std::shared_ptr<TagNet> make_net(const TagModel& model) {
  const TagNetSizes sizes{model.vocabulary->size(), static_cast<Index>(model.tags.size()),
                          model.letters ? model.letters->size() : 0};
  auto net = std::make_shared<TagNet>(model.options, sizes);
  if (model.bio)
    net->allow_only([tags = model.tags](Index before, Index tag) {
      return may_follow(before < 0 ? "" : tags[static_cast<std::size_t>(before)], tags[static_cast<std::size_t>(tag)]);
    });
  return net;
}

Envelope envelope_of(const TagModel& model) {
  nlohmann::json preparation = {{"vocabulary", to_json(*model.vocabulary)},
                                {"tags", model.tags},
                                {"bio", model.bio},
                                {"commonest", model.commonest}};
  if (model.letters) preparation["letters"] = to_json(*model.letters);
  return {kTask, to_json(model.options), preparation, model.summary};
}

}  // namespace

TagModel tagger_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  TagModel model;
  model.options = tag_options_from(JsonReader(envelope.options, path + ".options"));
  model.bio = reader.has("bio") && reader.boolean("bio");
  model.vocabulary = std::make_shared<const Vocabulary>(vocabulary_from(reader.child("vocabulary")));
  if (model.options.characters > 0) {
    model.letters = std::make_shared<const Vocabulary>(vocabulary_from(reader.child("letters")));
    require<FormatError>(model.letters->unknown().has_value() && model.letters->unit() == TokenUnit::character, path,
                         ": expected letters with an unknown one");
  }
  model.tags = reader.texts("tags");
  require<FormatError>(model.tags.size() >= 2 && model.vocabulary->unknown(), path,
                       ": expected at least two tags and an unknown token in the vocabulary");
  for (const double tag : reader.numbers("commonest")) {
    require<FormatError>(tag >= 0 && tag < static_cast<double>(model.tags.size()), path,
                         ": expected numbers of tags in \"commonest\", found ", tag);
    model.commonest.push_back(static_cast<Index>(tag));
  }
  require<FormatError>(static_cast<Index>(model.commonest.size()) == model.vocabulary->size(), path, ": expected ",
                       model.vocabulary->size(), " numbers in \"commonest\", found ", model.commonest.size());
  model.summary = envelope.summary;
  check_weights_fit(path, model.options,
                    static_cast<double>(model.vocabulary->size()) * static_cast<double>(model.options.embedding),
                    file.tensors);
  model.net = make_net(model);
  load_weights(*model.net, file.tensors, path);
  return model;
}

namespace {

/// The tags of the model that a run starts from. Errors: ValueError for a tag of the data that it lacks.
void adopt_tags(TagModel& model, const TagModel& old, const TaggedSentences& set) {
  for (const std::string& tag : model.tags)
    require(std::binary_search(old.tags.begin(), old.tags.end(), tag), set.source, ": the tag ", quote_for_message(tag),
            " is not one of those of ", model.options.train.from);
  model.tags = old.tags;
}

}  // namespace

TrainedTagger train_tagger(Context& context, const TaggedSentences& given, const TagOptions& given_options,
                           TrainObserver* observer, const std::string& resume) {
  check_options(given_options);
  TrainedTagger out;
  TagModel& model = out.model;
  std::string choice;
  const TagOptions& options = model.options = chosen_by_data(given_options, given, choice);
  TaggedSentences set = given;
  model.bio = is_bio(tags_of(set));
  if (model.bio) mend_bio(set);
  out.notes = set.notes;
  if (!choice.empty()) out.notes.push_back(choice);
  const std::optional<TagModel> old =
      options.train.from.empty() ? std::nullopt : std::optional(load_tagger(options.train.from));
  model.tags = tags_of(set);
  if (old) adopt_tags(model, *old, set);
  check_tag_count(static_cast<Index>(model.tags.size()), set, options);
  const Parts parts = split(set, options);
  const TaggedSentences train_set = subset(set, parts.train);
  model.vocabulary = old ? old->vocabulary : vocabulary_of(train_set, options);
  model.letters = old ? old->letters : letters_of(train_set, options);
  require(options.characters == 0 || model.letters, options.train.from,
          ": that model does not read letters; --characters 0 begins with it");
  model.commonest = commonest_tags(model, train_set);
  model.net = make_net(model);
  initialize(model.net->parameters(), options.seed, options.init);
  const EncodedSentences encoded = encode(model, set);
  const Sequences<std::int64_t> tags = encode_tags(model, set);
  const WordDropout dropout(model.options.word_dropout, encode(model, train_set).ids(), *model.vocabulary->unknown(),
                            model.vocabulary->size());
  const SequenceLoss loss = [&](Tape<float>& tape, std::span<const Index> items) {
    TagBatch batch = encoded.batch(items);
    dropout.apply(tape, batch.ids);
    const auto y = gather(tags, items);
    const Index steps = std::accumulate(batch.lengths.begin(), batch.lengths.end(), Index{0});
    return Problem::Loss{model.net->loss(tape, batch, y.x.reshape(batch.ids.shape())), static_cast<double>(steps)};
  };
  SequenceProblem problem(*model.net, encoded.ids().lengths(), parts.train, parts.validation, loss);
  out.notes.push_back(problem.padding_note(options.train));
  if (encoded.unknown() > 0)
    out.notes.push_back(concat(encoded.unknown(), " tokens are not in the vocabulary and count as unknown"));
  check_envelope(envelope_of(model));
  const nlohmann::json meaning = {{"vocabulary", to_json(*model.vocabulary)}, {"tags", model.tags}};
  const RunInputs inputs{to_json(options), digest_of(set), set.source, kTask, {}, meaning};
  out.reason = run_training(context, problem, options, inputs, model.summary, observer, resume);
  return out;
}

std::string tagger_bytes(const TagModel& model) {
  return model_bytes(model_file(envelope_of(model), model.net->state()));
}

void save_tagger(const std::string& path, const TagModel& model) {
  write_model(path, model_file(envelope_of(model), model.net->state()));
}

TagModel load_tagger(const std::string& path) {
  return tagger_from(read_model(path, kTask), path);
}

TagModel parse_tagger(std::string_view bytes, const std::string& name) {
  return tagger_from(parse_model(bytes, name, kTask), name);
}

Tagged tag(Context& context, const TagModel& model, const TaggedSentences& set) {
  const EncodedSentences encoded = encode(model, set);
  Tagged out{std::vector<std::vector<Index>>(set.tokens.size()), encoded.unknown()};
  for (const auto& items : evaluation_batches(encoded.ids().lengths())) {
    const TagBatch batch = encoded.batch(items);
    const auto B = static_cast<Index>(items.size());
    const Tensor<std::int64_t> tags = model.net->decode(context, batch);
    for (Index b = 0; b < B; ++b) {
      auto& own = out.tags[static_cast<std::size_t>(items[static_cast<std::size_t>(b)])];
      for (Index t = 0; t < batch.lengths[static_cast<std::size_t>(b)]; ++t) own.push_back(tags[t * B + b]);
      if (model.options.reverse) std::reverse(own.begin(), own.end());
    }
  }
  return out;
}

}  // namespace recurra
