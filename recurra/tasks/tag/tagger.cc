// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/tagger.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "recurra/data/number.h"
#include "recurra/data/sequences.h"
#include "recurra/data/text_file.h"
#include "recurra/io/json_lines.h"
#include "recurra/io/model_file.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/sequence_problem.h"

namespace recurra {
namespace {

constexpr const char* kTask = "tag";

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

/// Token ids of each sentence in the order in which the net reads them; unknown tokens are counted.
Sequences<std::int64_t> encode(const TagModel& model, const TaggedSentences& set, Index& unknown) {
  Sequences<std::int64_t> out;
  for (const auto& sentence : set.tokens) {
    std::vector<std::int64_t> ids;
    for (const auto& token : sentence) {
      const auto id = model.vocabulary->find(token);
      if (!id) ++unknown;
      ids.push_back(id.value_or(*model.vocabulary->unknown()));
    }
    if (model.options.reverse) std::reverse(ids.begin(), ids.end());
    out.add(ids);
  }
  return out;
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

Tensor<std::int64_t> steps_by_rows(const PaddedBatch<std::int64_t>& batch) {
  return batch.x.reshape({batch.x.dim(0), batch.x.dim(1)});
}

struct Parts {
  std::vector<Index> train, validation;
};

/// The share of the different sentences, chosen by the seed, whose equals go with them.
Parts split(const TaggedSentences& set, const TagOptions& o) {
  std::map<std::vector<std::string>, Index> numbers;
  std::vector<Index> group;
  for (const auto& sentence : set.tokens)
    group.push_back(numbers.emplace(sentence, static_cast<Index>(numbers.size())).first->second);
  const auto held = static_cast<Index>(std::round(o.validation * static_cast<double>(numbers.size())));
  require(o.validation == 0 || (held > 0 && held < static_cast<Index>(numbers.size())), set.source,
          ": too few different sentences to hold out a share of ", o.validation, ": found ", numbers.size());
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

/// The commonest tag of each token; of equal ones the first. Tokens that are unknown count together with all.
std::vector<Index> commonest_tags(const TagModel& model, const TaggedSentences& set) {
  const auto K = static_cast<Index>(model.tags.size()), unknown = *model.vocabulary->unknown();
  std::vector<Index> counts(static_cast<std::size_t>(model.vocabulary->size() * K)), out;
  Index ignored = 0;
  const auto ids = encode(model, set, ignored), tags = encode_tags(model, set);
  for (std::size_t i = 0; i < ids.values().size(); ++i) {
    ++counts[static_cast<std::size_t>(unknown * K + tags.values()[i])];
    if (ids.values()[i] != unknown) ++counts[static_cast<std::size_t>(ids.values()[i] * K + tags.values()[i])];
  }
  for (auto row = counts.begin(); row != counts.end(); row += K) out.push_back(std::max_element(row, row + K) - row);
  return out;
}

std::uint64_t digest_of(const TaggedSentences& set) {
  std::uint64_t sum = 0;
  for (const auto& sentence : set.tokens) sum = digest(sum, sentence);
  for (const auto& sentence : set.tags) sum = digest(sum, sentence);
  return sum;
}

std::shared_ptr<TagNet> make_net(const TagModel& model) {
  return std::make_shared<TagNet>(model.options, model.vocabulary->size(), static_cast<Index>(model.tags.size()));
}

TagModel model_from(const ModelFile& file, const std::string& path) {
  const JsonReader reader(file.description, path);
  TagModel model;
  model.options = tag_options_from(reader.child("options"));
  model.vocabulary = std::make_shared<const Vocabulary>(vocabulary_from(reader.child("vocabulary")));
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
  static_cast<void>(reader.child("summary"));
  model.summary = training_summary_from(file.description["summary"], path + ".summary");
  check_weights_fit(path, model.options,
                    static_cast<double>(model.vocabulary->size()) * static_cast<double>(model.options.embedding),
                    file.tensors);
  model.net = make_net(model);
  load_weights(*model.net, file.tensors, path);
  return model;
}

void check_token(const std::string& token, const std::string& where) {
  require<FormatError>(!token.empty() && token.find_first_of(" \t\r\n") == std::string::npos, where,
                       ": expected tokens without blanks, found ", quote_for_message(token));
}

}  // namespace

TaggedSentences parse_tagged_lines(std::string_view text, const std::string& name) {
  TaggedSentences set{name, {}, {}};
  for_each_json_line(text, name, [&](const nlohmann::json& json, const std::string& where) {
    const JsonReader reader(json, where);
    set.tokens.push_back(reader.texts("tokens"));
    for (const auto& token : set.tokens.back()) check_token(token, where);
    set.tags.push_back(reader.has("tags") ? reader.texts("tags") : std::vector<std::string>(set.tokens.back().size()));
    require<FormatError>(set.tags.back().size() == set.tokens.back().size(), where, ": ", set.tokens.back().size(),
                         " tokens have ", set.tags.back().size(), " tags");
  });
  require<FormatError>(set.count() > 0, name, ": there is no sentence");
  return set;
}

TaggedSentences read_tagged(const std::string& path) {
  return path.ends_with(".jsonl") || path.ends_with(".ndjson") ? parse_tagged_lines(read_text_file(path), path)
                                                               : read_conll_file(path);
}

TrainedTagger train_tagger(ThreadTeam& team, const TaggedSentences& set, const TagOptions& options,
                           TrainObserver* observer, const std::string& resume) {
  check_options(options);
  TrainedTagger out;
  TagModel& model = out.model;
  model.options = options;
  model.tags = tags_of(set);
  const Parts parts = split(set, options);
  const TaggedSentences train_set = subset(set, parts.train);
  model.vocabulary = vocabulary_of(train_set, options);
  model.commonest = commonest_tags(model, train_set);
  model.net = make_net(model);
  initialize(model.net->parameters(), options.seed, options.init);
  Index unknown = 0;
  const auto ids = encode(model, set, unknown), tags = encode_tags(model, set);
  const SequenceLoss loss = [&](Tape<float>& tape, std::span<const Index> items) {
    const auto x = gather(ids, items), y = gather(tags, items);
    const Index steps = std::accumulate(x.lengths.begin(), x.lengths.end(), Index{0});
    return Problem::Loss{model.net->loss(tape, steps_by_rows(x), x.lengths, steps_by_rows(y)),
                         static_cast<double>(steps)};
  };
  SequenceProblem problem(*model.net, ids.lengths(), parts.train, parts.validation, loss);
  out.notes.push_back(problem.padding_note(options.train));
  if (unknown > 0) out.notes.push_back(concat(unknown, " tokens are not in the vocabulary and count as unknown"));
  if (options.layers == 1 && options.dropout > 0)
    out.notes.push_back("dropout: with one layer it acts before the head alone");
  out.reason = run_training(team, problem, options, {to_json(options), digest_of(set), set.source}, model.summary,
                            observer, resume);
  return out;
}

void save_tagger(const std::string& path, const TagModel& model) {
  write_model(path, {kTask,
                     {{"options", to_json(model.options)},
                      {"vocabulary", to_json(*model.vocabulary)},
                      {"tags", model.tags},
                      {"commonest", model.commonest},
                      {"summary", to_json(model.summary)}},
                     model.net->state()});
}

TagModel load_tagger(const std::string& path) {
  return model_from(read_model(path, kTask), path);
}

TagModel parse_tagger(std::string_view bytes, const std::string& name) {
  return model_from(parse_model(bytes, name, kTask), name);
}

Tagged tag(ThreadTeam& team, const TagModel& model, const TaggedSentences& set) {
  Tagged out{std::vector<std::vector<Index>>(set.tokens.size()), 0};
  const Sequences<std::int64_t> ids = encode(model, set, out.unknown);
  for (const auto& items : evaluation_batches(ids.lengths())) {
    const auto batch = gather(ids, std::span<const Index>(items));
    const auto B = static_cast<Index>(items.size());
    const Tensor<std::int64_t> tags = model.net->decode(team, steps_by_rows(batch), batch.lengths);
    for (Index b = 0; b < B; ++b) {
      auto& own = out.tags[static_cast<std::size_t>(items[static_cast<std::size_t>(b)])];
      for (Index t = 0; t < batch.lengths[static_cast<std::size_t>(b)]; ++t) own.push_back(tags[t * B + b]);
      if (model.options.reverse) std::reverse(own.begin(), own.end());
    }
  }
  return out;
}

}  // namespace recurra
