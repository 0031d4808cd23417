// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "recurra/tasks/common/verdict.h"
#include "recurra/tasks/lm/frames_model.h"

namespace recurra {
namespace {

/// Calls fn(label, was on, is on) for each label of each frame but a piece's first.
template <class Fn>
void for_each_label(const std::vector<FramePiece>& pieces, const LmOptions& o, Fn fn) {
  const auto has = [](const Frame& frame, Index label) {
    return std::binary_search(frame.begin(), frame.end(), label);
  };
  for (const FramePiece& piece : pieces)
    for (std::size_t t = 1; t < piece.size(); ++t)
      for (Index i = 0; i < o.labels; ++i) fn(i, has(piece[t - 1], o.lowest + i), has(piece[t], o.lowest + i));
}

/// Counts of off and on, in two cases (the label was off or on the frame before) or in one.
class LabelCounts {
 public:
  LabelCounts(const LmOptions& options, bool by_previous)
      : options_(options), by_previous_(by_previous), counts_(static_cast<std::size_t>(options.labels) * 4, 0.5) {}

  void count(const std::vector<FramePiece>& pieces) {
    for_each_label(pieces, options_, [&](Index i, bool was, bool is) { ++counts_[place(i, was, is)]; });
  }
  double nats(const std::vector<FramePiece>& pieces) const {
    double sum = 0, frames = 0;
    for_each_label(pieces, options_, [&](Index i, bool was, bool is) {
      const double yes = counts_[place(i, was, is)], no = counts_[place(i, was, !is)];
      sum -= std::log(yes / (yes + no));
      frames += 1;
    });
    return sum / (frames / static_cast<double>(options_.labels));
  }

 private:
  std::size_t place(Index label, bool was, bool is) const {
    return static_cast<std::size_t>(label) * 4 + (by_previous_ && was ? 2 : 0) + (is ? 1 : 0);
  }
  const LmOptions& options_;
  bool by_previous_;
  std::vector<double> counts_;
};

double counted_nats(const LmOptions& options, bool by_previous, const LmFrames& frames) {
  LabelCounts counts(options, by_previous);
  counts.count(frames.train);
  return counts.nats(frames.test);
}

}  // namespace

FramesEvaluation evaluate_frames(Context& context, const LmModel& model, const LmFrames& frames) {
  FramesEvaluation out;
  out.pieces = static_cast<Index>(frames.test.size());
  for (const FramePiece& piece : frames.test) out.frames += static_cast<Index>(piece.size()) - 1;
  require(out.frames > 0, frames.source, ": no test piece has two frames");
  const LmOptions& o = model.options;
  out.methods.push_back({name_of(cell_names(), o.cell), score_frames(context, *model.net, o, frames.test)});
  out.methods.push_back({"previous-frame", counted_nats(o, true, frames)});
  out.methods.push_back({"marginal", counted_nats(o, false, frames)});
  return out;
}

std::string verdict(const FramesEvaluation& evaluation) {
  MethodValues methods;
  for (const FramesScore& m : evaluation.methods) methods.emplace_back(m.name, m.nats);
  return nats_verdict(methods);
}

}  // namespace recurra
