// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/frames_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/packing.h"
#include "recurra/data/batches.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/sequence_problem.h"
#include "recurra/tasks/lm/sampling.h"

namespace recurra {
namespace {

constexpr std::size_t kScoredAtOnce = 64;  // pieces of a batch without a backward pass

std::vector<const FramePiece*> pointers(const std::vector<FramePiece>& pieces) {
  std::vector<const FramePiece*> out;
  for (const FramePiece& piece : pieces) out.push_back(&piece);
  return out;
}

/// Frames that are predicted.
Index scored_frames(const std::vector<FramePiece>& pieces) {
  Index count = 0;
  for (const FramePiece& piece : pieces) count += static_cast<Index>(piece.size()) - 1;
  return count;
}

Problem::Loss frames_loss(Tape<float>& tape, const LmNet& net, const LmOptions& options,
                          std::span<const FramePiece* const> pieces) {
  const FrameBatch batch = gather_frames(pieces, options);
  const LmOutput out = net.forward(tape, Variable<float>(batch.inputs), batch.lengths);
  const ops::Packing& packing = out.recurrent.packing;
  const Tensor<float> targets = ops::pack(tape.context(), packing, batch.targets);
  const auto mean = element_loss(tape, {ops::LossKind::bce_with_logits}, out.logits, targets);
  return {scale(tape, mean, static_cast<float>(options.labels)), static_cast<double>(packing.total())};
}

class FramesProblem : public Problem {
 public:
  FramesProblem(const LmNet& net, const LmFrames& frames, const LmOptions& options)
      : net_(net), frames_(frames), options_(options), block_(net.parameters()) {
    for (const FramePiece& piece : frames.train)
      if (piece.size() > 1) train_.push_back(&piece);
    require(!train_.empty(), frames.source, ": no training piece has two frames");
  }

  /// Pieces are shuffled and not sorted by length: there are few of them, and padding costs no time.
  std::string padding_note() const {
    std::vector<Index> lengths;
    for (const FramePiece* piece : train_) lengths.push_back(static_cast<Index>(piece->size()) - 1);
    const BatchOrder order(training_items(), options_.train.batch_size, options_.train.shuffle, options_.seed);
    return recurra::padding_note(padding_share(order, {lengths}));
  }

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return static_cast<Index>(train_.size()); }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override {
    std::vector<const FramePiece*> pieces;
    for (const Index item : items) pieces.push_back(train_[static_cast<std::size_t>(item)]);
    return frames_loss(tape, net_, options_, pieces);
  }
  Loss shard_loss(Tape<float>& tape, std::span<const Index> batch, Index first, Index last) const override {
    std::vector<Index> lengths;
    for (const Index item : batch)
      lengths.push_back(static_cast<Index>(train_[static_cast<std::size_t>(item)]->size()) - 1);
    tape.set_rows({first, static_cast<Index>(batch.size()), std::move(lengths)});
    return Problem::shard_loss(tape, batch, first, last);
  }
  std::optional<double> validation_loss(Context& context) const override {
    if (scored_frames(frames_.valid) == 0) return std::nullopt;
    return score_frames(context, net_, options_, frames_.valid);
  }

 private:
  const LmNet& net_;
  const LmFrames& frames_;
  const LmOptions& options_;
  std::vector<const FramePiece*> train_;
  ParameterBlock<float> block_;
};

Frame most_common_opening(const std::vector<FramePiece>& pieces) {
  std::map<Frame, Index> counts;
  for (const FramePiece& piece : pieces) ++counts[piece.front()];
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

TrainedLm train_frames(Context& context, const LmFrames& frames, const LmOptions& options, TrainObserver* observer,
                       const std::string& resume) {
  check_options(options);
  require(options.format == LmFormat::frames, "train_frames: the options are for text");
  TrainedLm out;
  LmModel& model = out.model;
  model.options = options;
  model.options.train.shuffle = true;
  model.text_digest = frames.digest();
  model.opening = most_common_opening(frames.train);
  model.net = make_lm_net(options, options.labels);
  FramesProblem problem(*model.net, frames, model.options);
  model.net->initialize(options.seed, options.init);
  out.notes.push_back(problem.padding_note());
  const RunInputs inputs{to_json(options), model.text_digest, frames.source, "lm"};
  out.reason = run_training(context, problem, model.options, inputs, model.summary, observer, resume);
  return out;
}

double score_frames(Context& context, const LmNet& net, const LmOptions& options,
                    const std::vector<FramePiece>& pieces) {
  require(scored_frames(pieces) > 0, "score_frames: there is no frame to score; a piece needs two");
  const auto all = pointers(pieces);
  double nats = 0, frames = 0;
  for (std::size_t first = 0; first < all.size(); first += kScoredAtOnce) {
    Tape<float> tape(context, {.record = false, .training = false});
    const auto some = std::span(all).subspan(first, std::min(kScoredAtOnce, all.size() - first));
    const Problem::Loss loss = frames_loss(tape, net, options, some);
    nats += loss.weight * static_cast<double>(loss.mean.value().item());
    frames += loss.weight;
  }
  return nats / frames;
}

FramePiece generate_frames(Context& context, const LmModel& model, const FramePiece& prompt, Index length,
                           double temperature, std::uint64_t seed) {
  const LmOptions& o = model.options;
  check_sampling({.temperature = temperature});
  require(o.format == LmFormat::frames, "generate_frames: the model is of text, not of frames");
  Random random(seed, stream_id("generate frames"));
  StateVariables<float> state;
  Tensor<float> logits;
  const auto read = [&](const Frame& frame) {
    Tensor<float> x({1, 1, o.labels});
    for (const Index label : frame) {
      require(label >= o.lowest && label < o.lowest + o.labels, "generate_frames: expected labels from ", o.lowest,
              " to ", o.lowest + o.labels - 1, ", found ", label);
      x[label - o.lowest] = 1;
    }
    Tape<float> tape(context, {.record = false, .training = false});
    const LmOutput out = model.net->forward(tape, Variable<float>(x), {}, state);
    state = out.recurrent.state;
    logits = out.logits.value();
  };
  FramePiece out;
  for (const Frame& frame : prompt) read(frame);
  if (prompt.empty() && length > 0) {
    read(model.opening);
    out.push_back(model.opening);
  }
  while (static_cast<Index>(out.size()) < length) {
    Frame frame;
    for (Index i = 0; i < o.labels; ++i) {
      const double logit = static_cast<double>(logits[i]), draw = random.uniform();
      const bool on = temperature == 0 ? logit > 0 : draw < 1 / (1 + std::exp(-logit / temperature));
      if (on) frame.push_back(o.lowest + i);
    }
    read(frame);
    out.push_back(frame);
  }
  return out;
}

}  // namespace recurra
