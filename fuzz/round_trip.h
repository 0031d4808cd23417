// SPDX-License-Identifier: Apache-2.0
// The rule that what was read can be written: whatever bytes a reader of data accepts, a model that is made of them can
// be written and read again. Used by round_trip_fuzz.cc, and by a test over a fixed set of odd inputs.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

#include "recurra/data/csv.h"
#include "recurra/data/ts_file.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/lm/frames_model.h"
#include "recurra/tasks/seq2seq/translator.h"
#include "recurra/tasks/tag/tagger.h"

namespace round_trip {

/// The smallest net, untrained: all else in the file comes from the data.
template <class Options>
Options smallest() {
  Options o;
  o.hidden = 1;
  o.bidirectional = false;
  o.train.epochs = 0;
  o.train.batch_size = 1;
  return o;
}

/// `train` may refuse the data with a recurra::Error; once it has a model, writing and reading it must not.
template <class Train, class ToBytes, class Parse>
bool of_model(const char* what, Train train, ToBytes to_bytes, Parse parse) {
  const auto trained = [&]() -> decltype(std::optional(train())) {
    try {
      return train();
    } catch (const recurra::Error&) {
      return std::nullopt;
    }
  }();
  if (!trained) return false;
  try {
    const std::string bytes = to_bytes(trained->model);
    if (to_bytes(parse(bytes, "again")) != bytes)
      throw std::logic_error(std::string(what) + ": the model that was read is not the one that was written");
  } catch (const recurra::Error& error) {
    throw std::logic_error(std::string(what) + ": " + error.what());
  }
  return true;
}

inline bool of_classifier(const char* what, recurra::Context& context, recurra::InputEncoding encoding,
                          const auto& read) {
  const auto train = [&] {
    auto options = smallest<recurra::ClassifyOptions>();
    options.validation = 0;
    options.ensemble = 1;
    const recurra::LabelledSequences set = read(encoding);
    return recurra::train_classifier(context, set, encoding, options);
  };
  return of_model(what, train, recurra::classifier_bytes, recurra::parse_classifier);
}

/// How many readers made a model of the bytes. Throws std::logic_error where the rule is broken.
inline int check(const std::string& text) {
  using namespace recurra;
  static Context one(1);
  int models = 0;
  models += of_model(
      "forecast",
      [&] {
        const Table table = parse_csv(text, "fuzz.csv");
        auto options = smallest<ForecastOptions>();
        options.targets = {table.names().back()};
        options.lookback = options.season = 1;
        return train_forecaster(one, series_for(options, table), options);
      },
      forecaster_bytes, parse_forecaster);
  InputEncoding columns, symbols;
  symbols.alphabet = Alphabet::parse("dna");
  const auto table_with = [&](auto choose) {
    return [&, choose](InputEncoding& encoding) {
      const Table table = parse_csv(text, "fuzz.csv");
      choose(encoding.columns, table.names());
      return labelled_table(table, encoding);
    };
  };
  models += of_classifier("classify, long table", one, columns, table_with([](auto& c, const auto& names) {
                            c.id = names.front();
                            c.label = names.back();
                          }));
  models += of_classifier("classify, symbols", one, symbols, table_with([](auto& c, const auto& names) {
                            c.symbols = names.front();
                            c.label = names.back();
                          }));
  models += of_classifier("classify, .ts", one, columns, [&](InputEncoding&) {
    std::istringstream in(text);
    return read_ts(in, "fuzz.ts");
  });
  models += of_classifier("classify, JSON lines", one, symbols,
                          [&](InputEncoding& encoding) { return parse_labelled_lines(text, "fuzz.jsonl", encoding); });
  const auto tagger = [&](const char* what, auto read) {
    return of_model(
        what,
        [&] {
          auto options = smallest<TagOptions>();
          options.validation = 0;
          return train_tagger(one, read(), options);
        },
        tagger_bytes, parse_tagger);
  };
  models += tagger("tag, columns", [&] {
    std::istringstream in(text);
    return read_conll(in, "fuzz.conll");
  });
  models += tagger("tag, JSON lines", [&] { return parse_tagged_lines(text, "fuzz.jsonl"); });
  for (const TokenUnit unit : token_unit_names().values())
    models += of_model(
        "lm, text",
        [&] {
          auto options = smallest<LmOptions>();
          options.unit = unit;
          options.chunk = 1;
          return train_lm(one, prepare_text(text, "fuzz.txt", options), options);
        },
        lm_bytes, parse_lm);
  models += of_model(
      "lm, frames",
      [&] {
        auto options = smallest<LmOptions>();
        options.format = LmFormat::frames;
        options.embedding = 0;
        return train_frames(one, parse_frames(text, "fuzz.jsonl", options), options);
      },
      lm_bytes, parse_lm);
  models += of_model(
      "seq2seq",
      [&] {
        return train_seq2seq(one, {parse_pairs(text, "fuzz.tsv"), {}, "fuzz.tsv"}, smallest<Seq2SeqOptions>());
      },
      seq2seq_bytes, parse_seq2seq);
  return models;
}

}  // namespace round_trip
