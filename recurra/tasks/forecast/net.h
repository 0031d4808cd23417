// SPDX-License-Identifier: Apache-2.0
// The net of a forecaster: a recurrent stack over the window, its last state, dropout, a linear head; beside it a
// linear skip from the window of the targets to the forecast (the autoregressive part of LSTNet). With a decoder, a
// second stack starts from the last state and writes the horizon step by step, fed its last forecast and what is known
// ahead about the step; without one the head and the skip see what is known ahead about all steps. Categories are read
// through tables. A head of several numbers has them side by side for each output (nn/head.h).
// With independent channels the net reads one target at a time, all by the same weights. With segments a step of the
// stack is a stretch of the window, and every stretch of the horizon is written side by side, each by one step from the
// last state, with a code of its position (SegRNN, Lin et al. 2023). Example:
//
//   recurra::ForecastNet net({.cell = Cell::lstm, .input_size = 1, .hidden_size = 8},
//                            {.lookback = 24, .targets = 1, .outputs = 12});
//   recurra::Tape<float> tape(context, {.training = false});
//   auto y = net.forward(tape, {recurra::Variable<float>(recurra::Tensor<float>({24, 5, 1}))});          // [5, 12]
#pragma once

#include <memory>
#include <optional>

#include "recurra/data/windows.h"
#include "recurra/nn/decoder.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/teacher_forcing.h"
#include "recurra/tasks/common/ridge.h"

namespace recurra {

inline constexpr Index kMaxSkipInputs = 1024;

/// An input column that holds codes from 0 up: each is read as `size` numbers.
struct EmbeddedInput {
  Index column, codes, size;
};

struct ForecastNetOptions {
  Index lookback = 1;
  Index targets = 1;   ///< the first input columns
  Index outputs = 1;   ///< horizon * targets; 1 * targets for the recursive strategy
  Index numbers = 1;   ///< K: numbers of the head for each output (head_width)
  Index location = 0;  ///< the one of them that the skip is added to
  bool skip = true;
  bool skip_shared = false;  ///< one map of each target's own window instead of one of all
  double dropout = 0;
  Index tbptt = 0;           ///< steps that gradients flow back through; 0: all
  bool decoder = false;      ///< outputs / targets steps, one by one
  bool independent = false;  ///< each target is read alone, with all inputs that are no target
  Index segment = 0;         ///< steps of the window that the stack reads as one; 0: each step by itself
  Index known = 0;           ///< K: the last input columns, whose values at the steps of the horizon are inputs too
  Index inputs = 0;          ///< F: input columns as they are given, codes included; 0: those of the recurrent stack
  std::vector<EmbeddedInput> embedded = {};  ///< by column
};

/// What a decoder is fed while it is trained.
struct ForcedForecast {
  Tensor<float> y;        ///< [B, outputs] the truth
  Tensor<float> weights;  ///< like y: where it is 0 the truth is missing, and the own forecast is fed; or undefined
  const TeacherForcing& forcing;  ///< drawn at the tape's seed and step
  /// Whether each step of each row of the batch is fed the truth, where these are a part of its rows. A part would
  /// judge by its own rows, take the other way through the decoder, and so draw other masks.
  std::optional<bool> always_fed = {};
};

/// Whether each step but the first of each row of a batch is fed the truth at that seed and step of training.
bool always_fed(const ForcedForecast& truth, std::uint64_t seed, std::uint64_t step, Index horizon);

/// Shapes: x [L, B, F]; known [steps, B, K], undefined where K is 0.
struct ForecastInputs {
  Variable<float> x;
  Tensor<float> known = {};
};

class ForecastNet : public Module<float> {
 public:
  ForecastNet(const RecurrentOptions& recurrent, const ForecastNetOptions& options);

  /// Shapes: returns [B, outputs * numbers]. A decoder runs free, and has one number.
  Variable<float> forward(Tape<float>& tape, const ForecastInputs& in) const;
  /// The same; a decoder is fed the truth where the teacher forcing draws it (all steps in one call where it always
  /// does). Without a decoder: forward.
  Variable<float> forward_forced(Tape<float>& tape, const ForecastInputs& in, const ForcedForecast& truth) const;

  struct Parts {
    Variable<float> y;                 ///< [B, outputs * numbers]
    RecurrentOutput<float> recurrent;  ///< with the gates, where the tape recorded it
  };
  /// The same from two views of the window, so that gradients of each path can be taken separately: `in` is that of the
  /// recurrent path.
  Parts forward_parts(Tape<float>& tape, const ForecastInputs& in, const Variable<float>& x_skip) const;

  /// rnn.weight_ih_l0, ..., head.weight, head.bias, skip.weight, skip.bias; a decoder: bridge.*, decoder.*; of codes:
  /// embedding0.weight, ...; with segments: segment.weight, segment.bias, position.weight, and channel.weight
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;
  /// Sets the skip to `map` (of one target where it is shared) and the weights of the head to zero: the net then is
  /// that linear model. `bias` of the head [outputs * numbers]; empty: 0. A head that serves several targets
  /// or segments takes the mean of theirs.
  void start_from(const LinearMap& map, std::span<const double> bias = {});

  /// The number of each output that the skip is added to. Shapes: y [B, outputs * numbers]; returns [B, outputs].
  Variable<float> locations(Tape<float>& tape, const Variable<float>& y) const;

  /// A net whose recurrent part adds nothing: the same skip, and a head of zeros. It shares no weight.
  std::shared_ptr<ForecastNet> linear_part() const;

  /// K: see ForecastNetOptions.
  Index known() const { return options_.known; }
  /// What the skip reads: the window of the targets, and what is known ahead of the window and the horizon, numbers as
  /// they are, a category of up to kMaxIndicators codes as one 0/1 column each. What would make more than
  /// kMaxSkipInputs in all is left out: first the window of what is known ahead, then categories, then all of it.
  /// Shapes: returns [B, S], of a shared skip [B * targets, S].
  Tensor<float> skip_inputs(const ForecastInputs& in) const;
  /// How S is divided behind the window: for each column that is read, its numbers at each step of the horizon, and if
  /// `window` then those at each step of the window.
  struct SkipLayout {
    bool window = false;
    std::vector<Index> widths = {};  ///< numbers of each column
  };
  SkipLayout skip_layout() const;

  const Recurrent<float>& recurrent() const { return recurrent_; }
  const Linear<float>& head() const { return head_; }
  const std::optional<Linear<float>>& skip() const { return skip_; }
  bool has_decoder() const { return decoder_.has_value(); }

 private:
  RecurrentOutput<float> run_recurrent(Tape<float>& tape, const Variable<float>& x) const;
  Parts run(Tape<float>& tape, const ForecastInputs& in, const Variable<float>& x_skip,
            const ForcedForecast* truth) const;
  Variable<float> run_skip(Tape<float>& tape, const Variable<float>& x, const Tensor<float>& known) const;
  /// Columns `first` and later of the inputs, codes replaced by what their tables hold. Shapes: x [T, B, C].
  Variable<float> read_codes(Tape<float>& tape, const Variable<float>& x, Index first) const;
  void lay_out_skip();
  void make_decoder(const RecurrentOptions& recurrent);
  Tensor<float> skip_known(const Tensor<float>& x, const Tensor<float>& known) const;
  Tensor<float> at_location(const Shape& shape) const;
  std::vector<double> head_bias(std::span<const double> bias) const;
  /// The horizon by segments. `told`: what is known ahead, undefined without. Shapes: returns [rows, steps * T *
  /// numbers] for rows of T targets.
  Variable<float> write_segments(Tape<float>& tape, const RecurrentOutput<float>& read,
                                 const Variable<float>& told) const;
  Index targets_of_row() const { return options_.independent ? 1 : options_.targets; }
  Variable<float> step_inputs(Tape<float>& tape, const Variable<float>& values, const Tensor<float>& known,
                              Index h) const;
  Variable<float> decode(Tape<float>& tape, const RecurrentOutput<float>& read, const ForecastInputs& in,
                         const Variable<float>& skip, const ForcedForecast* truth) const;

  ForecastNetOptions options_;
  Recurrent<float> recurrent_;
  Dropout dropout_;
  Linear<float> head_;
  std::optional<Linear<float>> skip_;
  struct SkipColumn {
    Index place;       ///< among what is known ahead
    Index indicators;  ///< of a category; 0 for a number
  };
  std::vector<SkipColumn> skip_columns_;
  bool skip_window_ = false;  ///< whether it reads them in the window too
  std::vector<Embedding<float>> tables_;
  std::optional<Linear<float>> segment_;  ///< a stretch of the window to what the stack reads
  std::optional<Embedding<float>> position_, channel_;
  std::optional<Bridge<float>> bridge_;
  std::optional<Decoder<float>> decoder_;
};

}  // namespace recurra
