// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/quote_learner.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/readout.h"
#include "recurra/ops/elementwise.h"
#include "recurra/optim/clip.h"
#include "recurra/train/teaching/quote_net.h"

namespace recurra {
namespace {

constexpr Index kHead = 8;              // characters that hold the marks
constexpr std::uint64_t kMaxMarks = 2;  // of a text
constexpr Index kTested = 200;          // texts
constexpr Index kMark = 0;              // its column among the inputs

std::size_t slot(Index i) {
  return static_cast<std::size_t>(i);
}

/// A letter, a digit, a space or another sign, about as often as in prose.
Index draw_character(Random& random) {
  const double u = random.uniform();
  return u < 0.78 ? 1 : u < 0.8 ? 2 : u < 0.96 ? 3 : 4;
}

/// Texts and the answer at each of their characters.
struct QuoteTexts {
  Tensor<float> x;          ///< [T, B, 5]
  Tensor<float> label;      ///< [T, B, 1]
  std::vector<Index> last;  ///< [B] the place of the last mark
};

/// The answers along one text. inside: the parity of the marks so far; closed: and there is another mark to come.
std::vector<float> answers(const std::vector<bool>& marks, bool closed) {
  std::vector<float> out(marks.size());
  auto left = std::count(marks.begin(), marks.end(), true);
  bool inside = false;
  for (std::size_t t = 0; t < marks.size(); ++t) {
    if (marks[t]) {
      inside = !inside;
      --left;
    }
    out[t] = inside && (!closed || left > 0) ? 1.0f : 0.0f;
  }
  return out;
}

/// Marks are in the first kHead characters, or with `closed` anywhere.
QuoteTexts draw_texts(Random& random, Index T, Index B, bool closed) {
  QuoteTexts out{Tensor<float>({T, B, kQuoteInputs}), Tensor<float>({T, B, 1}), std::vector<Index>(slot(B))};
  for (Index b = 0; b < B; ++b) {
    std::vector<bool> marks(slot(T));
    const auto places = static_cast<std::uint64_t>(closed ? T : std::min(T, kHead));
    auto left = 1 + random.below(kMaxMarks);
    while (left > 0) {
      const auto place = static_cast<std::size_t>(random.below(places));
      if (marks[place]) continue;
      marks[place] = true;
      --left;
    }
    const std::vector<float> answer = answers(marks, closed);
    for (Index t = 0; t < T; ++t) {
      const bool mark = marks[slot(t)];
      const Index character = draw_character(random);  // drawn for a mark too: texts of a seed differ only in marks
      out.x.at({t, b, mark ? kMark : character}) = 1;
      out.label.at({t, b, 0}) = answer[slot(t)];
      if (mark) out.last[slot(b)] = t;
    }
  }
  return out;
}

const QuoteOptions& checked_quotes(const QuoteOptions& o) {
  require(o.distance >= 1 && o.batch >= 1, "QuoteLearner: expected a distance and a batch of at least 1, found ",
          o.distance, " and ", o.batch);
  require(o.learning_rate > 0, "QuoteLearner: expected a learning rate above 0, found ", o.learning_rate);
  return o;
}

bool right(const Tensor<float>& logits, const Tensor<float>& label, Index at) {
  return (logits[at] > 0) == (label[at] > 0.5f);
}

}  // namespace

QuoteLearner::QuoteLearner(const QuoteOptions& options)
    : options_(checked_quotes(options)),
      recurrent_({.cell = options.cell,
                  .input_size = kQuoteInputs,
                  .hidden_size = options.hidden_size,
                  .bidirectional = options.bidirectional}),
      head_(options.hidden_size * (options.bidirectional ? 2 : 1), 1),
      block_(parameters()),
      adam_(block_, {}) {
  InitOptions init;
  if (options.forget_bias != 0 && gate_count(options.cell) > 1) init.forget_bias = options.forget_bias;
  initialize(parameters(), options.seed, init);
}

void QuoteLearner::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "recurrent.", out);
  head_.collect(prefix + "head.", out);
}

Variable<float> QuoteLearner::run(Tape<float>& tape, const Tensor<float>& x) const {
  return head_.forward(tape, recurrent_.forward(tape, Variable<float>(x)).y);
}

QuoteStep QuoteLearner::step(Context& context) {
  Random random(options_.seed, stream_id(concat("quotes/", steps_)));
  const Index T = options_.distance + kHead, B = options_.batch;
  const QuoteTexts texts = draw_texts(random, T, B, options_.closed);
  Tape<float> tape(context);
  Variable<float> logits;
  Tensor<float> label = texts.label;
  if (options_.closed || options_.every) {
    logits = run(tape, texts.x);
  } else {
    const auto out = recurrent_.forward(tape, Variable<float>(texts.x));
    logits = head_.forward(tape, read_out(tape, Readout::last, out));
    label = texts.label.slice(T - 1, T).reshape({B, 1});
  }
  const auto loss = element_loss(tape, {ops::LossKind::bce_with_logits}, logits, label);
  Index count = 0;
  for (Index i = 0; i < label.size(); ++i) count += right(logits.value(), label, i);
  block_.zero_grad();
  tape.backward(loss);
  const Tensor<float>& gradients = block_.gradients();
  const double norm = options_.clip_norm > 0 ? clip_grad_norm(context, gradients, options_.clip_norm)
                                             : std::sqrt(ops::sum_of_squares(context, gradients));
  const QuoteStep out{static_cast<double>(loss.value().item()),
                      static_cast<double>(count) / static_cast<double>(label.size()), norm};
  diverged_ = diverged_ || !std::isfinite(out.loss) || !std::isfinite(norm);
  if (!diverged_) adam_.step(context, options_.learning_rate);
  ++steps_;
  return out;
}

std::vector<double> QuoteLearner::right_by_distance(Context& context, Index most) const {
  require(!options_.closed, "QuoteLearner: this net is asked at every character, not at a distance");
  require(most >= 1, "QuoteLearner: expected a distance of at least 1, found ", most);
  Random random(options_.seed, stream_id("quotes/test"));
  const QuoteTexts texts = draw_texts(random, kHead + most, kTested, false);
  Tape<float> tape(context, {.record = false});
  const Tensor<float> logits = run(tape, texts.x).value();
  std::vector<double> out(slot(most));
  for (Index b = 0; b < kTested; ++b)
    for (Index k = 1; k <= most; ++k)
      out[slot(k - 1)] += right(logits, texts.label, (texts.last[slot(b)] + k) * kTested + b);
  for (double& share : out) share /= static_cast<double>(kTested);
  return out;
}

double QuoteLearner::right_everywhere(Context& context) const {
  Random random(options_.seed, stream_id("quotes/test"));
  const QuoteTexts texts = draw_texts(random, kHead + options_.distance, kTested, options_.closed);
  Tape<float> tape(context, {.record = false});
  const Tensor<float> logits = run(tape, texts.x).value();
  Index count = 0;
  for (Index i = 0; i < logits.size(); ++i) count += right(logits, texts.label, i);
  return static_cast<double>(count) / static_cast<double>(logits.size());
}

Tensor<double> QuoteLearner::believe(Context& context, std::string_view utf8) const {
  const Tensor<double> x = quote_inputs(utf8);
  const Index T = x.dim(0);
  require(T > 0, "QuoteLearner: expected at least one character");
  Tensor<float> narrow({T, 1, kQuoteInputs});
  for (Index i = 0; i < x.size(); ++i) narrow[i] = static_cast<float>(x[i]);
  Tape<float> tape(context, {.record = false});
  const Tensor<float> logits = run(tape, narrow).value();
  Tensor<double> out({T});
  for (Index t = 0; t < T; ++t) out[t] = 1 / (1 + std::exp(-static_cast<double>(logits[t])));
  return out;
}

Tensor<double> QuoteLearner::truth(std::string_view utf8) const {
  const Tensor<double> x = quote_inputs(utf8);
  std::vector<bool> marks(slot(x.dim(0)));
  for (Index t = 0; t < x.dim(0); ++t) marks[slot(t)] = x.at({t, kMark}) == 1;
  Tensor<double> out({x.dim(0)});
  const std::vector<float> answer = answers(marks, options_.closed);
  for (Index t = 0; t < x.dim(0); ++t) out[t] = static_cast<double>(answer[slot(t)]);
  return out;
}

}  // namespace recurra
