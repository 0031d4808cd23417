// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/language_model.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/base/process_memory.h"
#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/sequence_problem.h"
#include "recurra/tasks/lm/carried_state.h"

namespace recurra {
namespace {

constexpr const char* kTask = "lm";
constexpr double kTellFromBytes = 1e9;

std::string gigabytes(double bytes) {
  return concat(std::round(bytes / 1e8) / 10, " GB");
}

std::string size_text(const std::string& source, Index vocabulary, double bytes) {
  return concat(source, ": a vocabulary of ", vocabulary, " needs about ", gigabytes(bytes),
                " to train; --vocabulary 20000 keeps the commonest, and a smaller --batch or --chunk needs less");
}

struct ChunkLoss {
  Variable<float> mean;
  double tokens = 0;
};

/// One chunk from the carried state, which it then replaces.
ChunkLoss chunk_loss(Tape<float>& tape, const LmNet& net, const StreamChunk& chunk, CarriedState& state) {
  const std::vector<Index> lengths = chunk.lengths();
  const LmOutput out = net.forward(tape, net.embed(tape, chunk.inputs), lengths, state.start(chunk));
  state.keep(chunk, out.recurrent.state);
  const ops::Packing& packing = out.recurrent.packing;
  const Shape with_depth({chunk.targets.dim(0), chunk.targets.dim(1), 1});
  const auto targets = ops::pack(tape.context(), packing, chunk.targets.reshape(with_depth)).reshape({packing.total()});
  return {cross_entropy_loss(tape, out.logits, targets), static_cast<double>(packing.total())};
}

/// Streams that are not shorter than a chunk, if there can be any.
StreamOptions validation_streams(const LmText& text, const LmOptions& o) {
  StreamOptions out{text.split.train_end - 1, text.split.validation_end, 1, o.chunk, text.vocabulary.begin()};
  out.streams = std::clamp((out.end - out.begin - 1) / o.chunk, Index{1}, o.train.batch_size);
  return out;
}

StreamOptions training_streams(const LmText& text, const LmOptions& o) {
  const Index B = o.train.batch_size, needed = B * o.chunk + 1;
  require(text.split.train_end >= needed, text.source,
          ": the training part is shorter than one chunk: expected at least ", needed, " tokens (batch ", B,
          " x chunk ", o.chunk, " + 1), found ", text.split.train_end, "; lower batch or chunk");
  return {0, text.split.train_end, B, o.chunk, text.vocabulary.begin()};
}

/// Item k B + b is chunk k of stream b, so that a batch, taken in order, is one chunk of every stream.
class LmProblem : public Problem {
 public:
  LmProblem(const LmNet& net, const LmText& text, const LmOptions& options)
      : net_(net),
        text_(text),
        options_(options),
        streams_(text.tokens, training_streams(text, options)),
        state_(net.recurrent().options()),
        block_(net.parameters()) {}

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return streams_.chunks() * streams_.streams(); }

  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    if (items[0] == 0) state_.clear();
    const ChunkLoss loss = chunk_loss(tape, net_, streams_.chunk(items[0] / streams_.streams()), state_);
    return {loss.mean, loss.tokens};
  }
  /// Some of the streams. The rows of the net are their pieces.
  Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const override {
    if (batch[0] == 0 && first == 0) state_.clear();
    const StreamChunk whole = streams_.chunk(batch[0] / streams_.streams());
    const PartOfChunk part = rows_of(whole, first, last);
    if (part.chunk.inputs.dim(0) == 0) return {};  // its streams have ended
    tape.set_rows({part.first_piece, static_cast<Index>(whole.pieces.size()), whole.lengths()});
    const ChunkLoss loss = chunk_loss(tape, net_, part.chunk, state_);
    return {loss.mean, loss.tokens};
  }
  std::optional<double> validation_loss(Context& context) const override {
    const StreamOptions streams = validation_streams(text_, options_);
    if (streams.end - streams.begin < 2) return std::nullopt;
    return score_tokens(context, net_, text_.tokens, streams);
  }
  double padding_share() const { return streams_.padding_share(); }
  NamedTensors<float> carried() const override { return state_.tensors(); }
  void load_carried(const NamedTensors<float>& tensors) override { state_.load(tensors); }

 private:
  const LmNet& net_;
  const LmText& text_;
  const LmOptions& options_;
  TextStreams streams_;
  mutable CarriedState state_;
  ParameterBlock<float> block_;
};

Envelope envelope_of(const LmModel& model) {
  nlohmann::json preparation = {{"digest", concat(model.text_digest)}};
  if (model.vocabulary) preparation["vocabulary"] = to_json(*model.vocabulary);
  if (model.options.format == LmFormat::frames) preparation["opening"] = model.opening;
  return {kTask, to_json(model.options), preparation, model.summary};
}

}  // namespace

LmModel lm_from(const ModelFile& file, const std::string& path) {
  const Envelope envelope = envelope_of(file, path);
  const JsonReader reader(envelope.preparation, path);
  LmModel model;
  model.options = lm_options_from(JsonReader(envelope.options, path + ".options"));
  const LmOptions& o = model.options;
  model.summary = envelope.summary;
  const std::string digest = reader.text("digest");
  require<FormatError>(digest.size() <= 20 && digest.find_first_not_of("0123456789") == std::string::npos, path,
                       ": expected \"digest\" to be a number, found \"", digest, "\"");
  for (const char c : digest) model.text_digest = model.text_digest * 10 + static_cast<std::uint64_t>(c - '0');
  Index outputs = o.labels;
  if (o.format == LmFormat::text) {
    model.vocabulary = vocabulary_from(reader.child("vocabulary"));
    outputs = model.vocabulary->size();
    require<FormatError>(model.vocabulary->begin().has_value() == o.document_line.has_value(), path,
                         ": the vocabulary has a begin symbol where documents are parted, and only there");
  } else {
    for (const double label : reader.numbers("opening")) {
      require<FormatError>(label >= static_cast<double>(o.lowest) && label < static_cast<double>(o.lowest + o.labels),
                           path, ": the opening's label ", label, " is not one of the model's");
      model.opening.push_back(static_cast<Index>(label));
    }
  }
  const double V = static_cast<double>(outputs), E = static_cast<double>(o.embedding), D = E > 0 ? E : V;
  const double input_weights = static_cast<double>(gate_count(o.cell)) * static_cast<double>(o.hidden) * D;
  check_weights_fit(path, o, V * std::max(E, 1.0) + input_weights, file.tensors);
  model.net = make_lm_net(o, outputs);
  load_weights(*model.net, file.tensors, path);
  return model;
}

std::shared_ptr<LmNet> make_lm_net(const LmOptions& o, Index outputs) {
  const bool text = o.format == LmFormat::text;
  return std::make_shared<LmNet>(
      LmNetOptions{
          .outputs = outputs, .embedding = text ? o.embedding : 0, .tied = text && o.tied, .dropout = o.dropout},
      recurrent_options(o, 0));
}

double vocabulary_bytes(const LmOptions& o, Index vocabulary) {
  constexpr double kCopiesOfWeights = 5,
                   kCopiesOfScores = 3;  // value, gradient, two moments, best; logits, shares, gradient
  const auto V = static_cast<double>(vocabulary), E = static_cast<double>(o.embedding),
             H = static_cast<double>(o.hidden);
  const double into = E > 0 ? E : static_cast<double>(gate_count(o.cell)) * H, out_of = o.tied ? 1 : H + 1;
  const double steps = static_cast<double>(o.chunk) * static_cast<double>(o.train.batch_size);
  return 4 * V * (kCopiesOfWeights * (into + out_of) + kCopiesOfScores * steps);
}

std::vector<std::string> size_notes(const LmText& text, const LmOptions& options) {
  const Index vocabulary = text.vocabulary.size();
  const double bytes = vocabulary_bytes(options, vocabulary);
  return bytes < kTellFromBytes ? std::vector<std::string>() : std::vector{size_text(text.source, vocabulary, bytes)};
}

TrainedLm train_lm(Context& context, const LmText& text, const LmOptions& options, TrainObserver* observer,
                   const std::string& resume) {
  check_options(options);
  require(options.format == LmFormat::text, "train_lm: the options are for frames");
  const double bytes = vocabulary_bytes(options, text.vocabulary.size());
  const auto there = static_cast<double>(physical_memory_bytes());
  require(there == 0 || bytes < there, size_text(text.source, text.vocabulary.size(), bytes), "; this machine has ",
          gigabytes(there));
  TrainedLm out;
  out.notes = text.notes();
  LmModel& model = out.model;
  model.options = options;
  model.options.train.shuffle = false;
  model.vocabulary = text.vocabulary;
  model.text_digest = text.digest();
  model.net = make_lm_net(options, text.vocabulary.size());
  LmProblem problem(*model.net, text, model.options);
  model.net->initialize(options.seed, options.init);
  if (options.document_line) out.notes.push_back(padding_note(problem.padding_share()));
  check_envelope(envelope_of(model));
  nlohmann::json settings = to_json(options);
  settings["vocabulary size"] = text.vocabulary.size();
  const RunInputs inputs{
      settings, model.text_digest, text.source, kTask, {}, {{"vocabulary", to_json(text.vocabulary)}}};
  out.reason = run_training(context, problem, model.options, inputs, model.summary, observer, resume);
  return out;
}

double score_tokens(Context& context, const LmNet& net, const TokenSequence& tokens, const StreamOptions& options) {
  const TextStreams streams(tokens, options);
  CarriedState state(net.recurrent().options());
  double nats = 0, count = 0;
  for (Index k = 0; k < streams.chunks(); ++k) {
    Tape<float> tape(context, {.record = false, .training = false});
    const ChunkLoss loss = chunk_loss(tape, net, streams.chunk(k), state);
    nats += loss.tokens * static_cast<double>(loss.mean.value().item());
    count += loss.tokens;
  }
  return nats / count;
}

std::string lm_bytes(const LmModel& model) {
  return model_bytes(model_file(envelope_of(model), model.net->state()));
}

void save_lm(const std::string& path, const LmModel& model) {
  write_model(path, model_file(envelope_of(model), model.net->state()));
}

LmModel load_lm(const std::string& path) {
  return lm_from(read_model(path, kTask), path);
}

LmModel parse_lm(std::string_view bytes, const std::string& name) {
  return lm_from(parse_model(bytes, name, kTask), name);
}

}  // namespace recurra
