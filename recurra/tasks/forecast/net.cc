// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/net.h"

#include <algorithm>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/nn/readout.h"
#include "recurra/tasks/forecast/net_views.h"
#include "recurra/tasks/forecast/options.h"
#include "recurra/tasks/forecast/set_features.h"

namespace recurra {
namespace {

/// Row h of the first axis, which stays. Shapes: x [N, ...] -> [1, ...].
Variable<float> row(Tape<float>& tape, const Variable<float>& x, Index h) {
  return split_rows(tape, x, {h, 1, x.shape()[0] - h - 1})[1];
}

bool is_missing(const ForcedForecast& truth, Index at) {
  return truth.weights.defined() && truth.weights[at] == 0;
}

}  // namespace

bool always_fed(const ForcedForecast& truth, std::uint64_t seed, std::uint64_t step, Index horizon) {
  const Index B = truth.y.dim(0), O = truth.y.dim(1) / horizon;
  for (Index b = 0; b < B; ++b) {
    for (Index h = 1; h < horizon; ++h) {
      if (!truth.forcing.feeds_truth(seed, step, b, h)) return false;
      for (Index o = 0; o < O; ++o)
        if (is_missing(truth, (b * horizon + h - 1) * O + o)) return false;
    }
  }
  return true;
}

namespace {

/// The input of step h: the truth of the step before if the teacher forcing draws it and it is present, else the
/// forecast. Shapes: own [1, B, O], true_steps [steps, B, O].
Variable<float> mix(Tape<float>& tape, const ForcedForecast& truth, const Variable<float>& own,
                    const Variable<float>& true_steps, Index h) {
  const Index B = own.shape()[1], O = own.shape()[2], steps = true_steps.shape()[0];
  Tensor<float> from_own(own.shape()), from_truth(own.shape());
  for (Index b = 0; b < B; ++b) {
    const TapeOptions& key = tape.options();
    const bool fed = truth.forcing.feeds_truth(key.seed, key.step, key.rows.first + b, h);
    for (Index o = 0; o < O; ++o) {
      const bool forced = fed && !is_missing(truth, (b * steps + h - 1) * O + o);
      from_own[b * O + o] = forced ? 0.0f : 1.0f;
      if (forced) from_truth[b * O + o] = true_steps.value()[((h - 1) * B + b) * O + o];
    }
  }
  return add(tape, multiply(tape, own, Variable<float>(from_own)), Variable<float>(from_truth));
}

/// The width of the last `known` input columns after their codes are embedded.
Index known_width(const ForecastNetOptions& o) {
  Index width = o.known;
  for (const EmbeddedInput& e : o.embedded)
    if (e.column >= o.inputs - o.known) width += e.size - 1;
  return width;
}

Index head_inputs(const RecurrentOptions& recurrent, const ForecastNetOptions& o) {
  if (o.decoder) return recurrent.hidden_size;
  return recurrent.width() + (o.segment > 0 ? o.segment : o.outputs / o.targets) * known_width(o);
}

Index head_outputs(const ForecastNetOptions& o) {
  if (o.decoder) return o.targets;
  return (o.segment > 0 ? o.segment : o.outputs / o.targets) * (o.independent ? 1 : o.targets) * o.numbers;
}

/// Numbers of one step of a row that the stack reads.
Index row_width(const ForecastNetOptions& o) {
  Index width = o.inputs - (o.independent ? o.targets - 1 : 0);
  for (const EmbeddedInput& e : o.embedded) width += e.size - 1;
  return width;
}

/// Column `column` of x as codes of a table. Shapes: x [T, B, C]; returns [T, B].
Tensor<std::int64_t> codes_of(const Tensor<float>& x, Index column, Index codes) {
  const Index C = x.dim(2);
  auto out = Tensor<std::int64_t>::uninitialized({x.dim(0), x.dim(1)});
  for (Index i = 0; i < out.size(); ++i)
    out[i] = std::clamp<std::int64_t>(static_cast<std::int64_t>(x[i * C + column]), 0, codes - 1);
  return out;
}

}  // namespace

ForecastNet::ForecastNet(const RecurrentOptions& recurrent, const ForecastNetOptions& options)
    : options_(options),
      recurrent_(recurrent),
      dropout_(options.dropout),
      head_(head_inputs(recurrent, options), head_outputs(options)) {
  if (options_.inputs == 0) options_.inputs = recurrent.input_size;
  require<UnsupportedError>(kWholeForecaster || (!options.decoder && options.embedded.empty()),
                            "ForecastNet: this build has neither a decoder nor tables of categories");
  if constexpr (kWholeForecaster)
    for (const EmbeddedInput& e : options.embedded) tables_.emplace_back(e.codes, e.size);
  require(options.location < options.numbers && (options.numbers == 1 || !options.decoder), "ForecastNet: a head of ",
          options.numbers, " numbers cannot be had here");
  require(!options.decoder || (!options.independent && options.segment == 0),
          "ForecastNet: a decoder writes all targets, step by step");
  if (options.segment > 0) {
    segment_.emplace(options.segment * row_width(options_), recurrent.input_size);
    position_.emplace((options.outputs / options.targets - 1) / options.segment + 1, recurrent.input_size);
    if (options.independent) channel_.emplace(options.targets, recurrent.input_size);
  }
  const Index together = options.skip_shared ? 1 : options.targets;
  if (options.skip) {
    lay_out_skip();
    Index width = 0;
    for (const SkipColumn& column : skip_columns_) width += std::max<Index>(column.indicators, 1);
    const Index steps = options.outputs / options.targets;
    skip_.emplace(options.lookback * together + width * (steps + (skip_window_ ? options.lookback : 0)),
                  steps * together);
  }
  if (!options.decoder) return;
  if constexpr (kWholeForecaster) make_decoder(recurrent);
}

void ForecastNet::make_decoder(const RecurrentOptions& recurrent) {
  bridge_.emplace(recurrent, recurrent.hidden_size, recurrent.projection);
  DecoderOptions written{.recurrent = recurrent, .output = recurrent.hidden_size};
  written.recurrent.input_size = options_.targets + known_width(options_);
  written.recurrent.bidirectional = false;
  written.recurrent.direction = Direction::forward;
  written.recurrent.recurrent_dropout = 0;  // which has one mask per sequence, and a decoder may go step by step
  written.memory_size = recurrent.width();
  decoder_.emplace(written);
}

RecurrentOutput<float> ForecastNet::run_recurrent(Tape<float>& tape, const Variable<float>& x) const {
  const Index cut = options_.tbptt > 0 ? std::max<Index>(0, options_.lookback - options_.tbptt) : 0;
  if (cut == 0) return recurrent_.forward(tape, x);
  // Truncated back-propagation: the state of the earlier steps is carried in, its gradient is not.
  TapeOptions silent = tape.options();
  silent.record = false;
  Tape<float> earlier(tape.context(), silent);
  const auto before = recurrent_.forward(earlier, Variable<float>(x.value().slice(0, cut)));
  const auto parts = split_rows(tape, x, {cut, options_.lookback - cut});
  return recurrent_.forward(tape, parts[1], {}, detach(before.state));
}

void ForecastNet::lay_out_skip() {
  const Index K = options_.decoder ? 0 : options_.known, steps = options_.outputs / options_.targets;
  const Index own = options_.lookback * (options_.skip_shared ? 1 : options_.targets);
  const auto columns = [&](Index most_indicators) {
    std::vector<SkipColumn> out;
    for (Index k = 0; k < K; ++k) {
      const auto table = std::find_if(options_.embedded.begin(), options_.embedded.end(),
                                      [&](const EmbeddedInput& e) { return e.column == options_.inputs - K + k; });
      if (table == options_.embedded.end())
        out.push_back({k, 0});
      else if (table->codes - 1 <= most_indicators)
        out.push_back({k, table->codes - 1});
    }
    return out;
  };
  const auto fits = [&](Index steps_read) {
    Index width = 0;
    for (const SkipColumn& column : skip_columns_) width += std::max<Index>(column.indicators, 1);
    return own + width * steps_read <= kMaxSkipInputs;
  };
  for (const Index most : {kMaxIndicators, Index{0}}) {
    skip_columns_ = columns(most);
    skip_window_ = fits(steps + options_.lookback);
    if (skip_window_ || fits(steps)) return;
  }
  skip_columns_.clear();
}

/// What the skip reads beside the window of the targets. Shapes: returns [B, E].
Tensor<float> ForecastNet::skip_known(const Tensor<float>& x, const Tensor<float>& known) const {
  const Index B = x.dim(1), F = x.dim(2), K = options_.known, steps = known.dim(0);
  const Index window = skip_window_ ? options_.lookback : 0;
  Index width = 0;
  for (const SkipColumn& column : skip_columns_) width += std::max<Index>(column.indicators, 1);
  auto out = Tensor<float>::uninitialized({B, width * (steps + window)});
  float* to = out.data();
  const auto put = [&](float value, const SkipColumn& column) {
    if (column.indicators == 0) *to++ = value;
    for (Index code = 1; code <= column.indicators; ++code) *to++ = value == static_cast<float>(code) ? 1.0f : 0.0f;
  };
  for (Index b = 0; b < B; ++b) {
    for (const SkipColumn& column : skip_columns_) {
      for (Index h = 0; h < steps; ++h) put(known[(h * B + b) * K + column.place], column);
      for (Index l = 0; l < window; ++l) put(x[(l * B + b) * F + F - K + column.place], column);
    }
  }
  return out;
}

ForecastNet::SkipLayout ForecastNet::skip_layout() const {
  SkipLayout out{skip_window_};
  for (const SkipColumn& column : skip_columns_) out.widths.push_back(std::max<Index>(column.indicators, 1));
  return out;
}

Tensor<float> ForecastNet::skip_inputs(const ForecastInputs& in) const {
  const Tensor<float>& x = in.x.value();
  const Index L = x.dim(0), B = x.dim(1), F = x.dim(2), O = options_.targets, own = options_.skip_shared ? 1 : O;
  const Tensor<float> more = skip_columns_.empty() ? Tensor<float>({B, 0}) : skip_known(x, in.known);
  const Index E = more.dim(1), rows = B * O / own;
  auto out = Tensor<float>::uninitialized({rows, L * own + E});
  float* to = out.data();
  for (Index row = 0; row < rows; ++row) {
    const Index b = row * own / O, first = row * own % O;
    for (Index l = 0; l < L; ++l) to = std::copy_n(x.data() + (l * B + b) * F + first, own, to);
    to = std::copy_n(more.data() + b * E, E, to);
  }
  return out;
}

Variable<float> ForecastNet::read_codes(Tape<float>& tape, const Variable<float>& x, Index first) const {
  if (!kWholeForecaster || tables_.empty()) return x;
  std::vector<Variable<float>> parts;
  Index begin = 0;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const Index column = options_.embedded[i].column - first;
    if (column < 0) continue;
    if (column > begin) parts.push_back(slice_last(tape, x, begin, column));
    parts.push_back(tables_[i].forward(tape, codes_of(x.value(), column, options_.embedded[i].codes)));
    begin = column + 1;
  }
  if (parts.empty()) return x;
  if (begin < x.shape()[2]) parts.push_back(slice_last(tape, x, begin, x.shape()[2]));
  return concat_last(tape, parts);
}

/// The linear path; undefined without one. Shapes: returns [B, outputs].
Variable<float> ForecastNet::run_skip(Tape<float>& tape, const Variable<float>& x, const Tensor<float>& known) const {
  if (!skip_) return {};
  const Index L = options_.lookback, B = x.shape()[1], O = options_.targets, steps = options_.outputs / O;
  const auto window = slice_last(tape, x, 0, O);  // [L, B, O]
  const auto with_known = [&](const Variable<float>& own, Index repeated) {
    if (skip_columns_.empty()) return own;
    const Tensor<float> more = skip_known(x.value(), known);
    const Index E = more.dim(1);
    auto rows = Tensor<float>::uninitialized({B * repeated, E});
    for (Index row = 0; row < B * repeated; ++row)
      std::copy_n(more.data() + row / repeated * E, E, rows.data() + row * E);
    return concat_last<float>(tape, {own, Variable<float>(rows)});
  };
  if (!options_.skip_shared)
    return skip_->forward(tape, with_known(reshape(tape, swap_leading(tape, window), {B, L * O}), 1));
  const auto by_target = swap_leading(tape, reshape(tape, window, {L, B * O, 1}));           // [B O, L, 1]
  const auto y = skip_->forward(tape, with_known(reshape(tape, by_target, {B * O, L}), O));  // [B O, steps]
  const auto by_step = swap_leading(tape, reshape(tape, y, {B * O, steps, 1}));              // [steps, B O, 1]
  return reshape(tape, swap_leading(tape, reshape(tape, by_step, {steps, B, O})), {B, steps * O});
}

/// Some steps of the decoder's input, from step h on: the values of the step before, and what is known ahead.
/// Shapes: values [n, B, O]; returns [n, B, O + K].
Variable<float> ForecastNet::step_inputs(Tape<float>& tape, const Variable<float>& values, const Tensor<float>& known,
                                         Index h) const {
  if (options_.known == 0) return values;
  const Variable<float> told(known.slice(h, h + values.shape()[0]));
  return concat_last<float>(tape, {values, read_codes(tape, told, options_.inputs - options_.known)});
}

/// The horizon from the encoder's reading. Shapes: returns [B, outputs].
Variable<float> ForecastNet::decode(Tape<float>& tape, const RecurrentOutput<float>& read, const ForecastInputs& in,
                                    const Variable<float>& skip, const ForcedForecast* truth) const {
  const Index B = in.x.shape()[1], O = options_.targets, steps = options_.outputs / O;
  const auto start = bridge_->forward(tape, read);
  const auto memory = decoder_->prepare(tape, start);
  const auto write = [&](const Variable<float>& values, Index h, const StateVariables<float>& state) {
    return decoder_->forward(tape, step_inputs(tape, values, in.known, h), {}, state, memory);
  };
  const auto say = [&](const DecoderOutput<float>& out, Index count) {
    const auto y = dropout_.forward(tape, reshape(tape, out.y, {count, B, out.y.shape()[1]}));
    return reshape(tape, head_.forward(tape, reshape(tape, y, out.y.shape())), {count, B, O});
  };
  const auto newest = slice_last(tape, row(tape, in.x, options_.lookback - 1), 0, O);
  // [B, steps * O] -> [steps, B, O] if rows of the horizon are needed.
  const auto by_step = [&](const Variable<float>& rows) {
    return swap_leading(tape, reshape(tape, rows, {B, steps, O}));
  };
  const Variable<float> true_steps = truth ? by_step(Variable<float>(truth->y)) : Variable<float>();
  const TapeOptions& key = tape.options();
  if (truth && (truth->always_fed ? *truth->always_fed : always_fed(*truth, key.seed, key.step, steps))) {
    auto x = newest;
    if (steps > 1) x = concat_rows<float>(tape, {newest, split_rows(tape, true_steps, {steps - 1, 1})[0]});
    const auto y = reshape(tape, swap_leading(tape, say(write(x, 0, start.state), steps)), {B, steps * O});
    return skip.defined() ? add(tape, y, skip) : y;
  }
  const Variable<float> skip_steps = skip.defined() ? by_step(skip) : Variable<float>();
  StateVariables<float> state = start.state;
  std::vector<Variable<float>> said;
  for (Index h = 0; h < steps; ++h) {
    const Variable<float> x = h == 0 ? newest : truth ? mix(tape, *truth, said.back(), true_steps, h) : said.back();
    const auto out = write(x, h, state);
    state = out.state;
    auto y = say(out, 1);
    if (skip.defined()) y = add(tape, y, row(tape, skip_steps, h));
    said.push_back(y);
  }
  return reshape(tape, swap_leading(tape, concat_rows(tape, said)), {B, steps * O});
}

Variable<float> ForecastNet::write_segments(Tape<float>& tape, const RecurrentOutput<float>& read,
                                            const Variable<float>& told) const {
  const Index R = read.y.shape()[1], length = options_.segment, steps = options_.outputs / options_.targets;
  const Index M = (steps - 1) / length + 1, rows = M * R, B = R * targets_of_row() / options_.targets;
  Tensor<std::int64_t> positions({1, rows}), channels({1, rows});
  for (Index row = 0; row < rows; ++row) {
    positions[row] = row / R;
    channels[row] = row % R / B;
  }
  auto x = position_->forward(tape, positions);
  if (channel_) x = add(tape, x, channel_->forward(tape, channels));
  StateVariables<float> state;
  for (int i = 0; i < kMaxStates; ++i)
    if (read.state[i].defined()) state[i] = repeat_rows(tape, read.state[i], M);
  const auto said = recurrent_.forward(tape, x, {}, state);
  auto summary = reshape(tape, said.y, {rows, said.y.shape()[2]});
  if (told.defined()) summary = concat_last<float>(tape, {summary, to_segment_rows(tape, told, length)});
  return from_segment_rows(tape, head_.forward(tape, dropout_.forward(tape, summary)), M, length, steps);
}

ForecastNet::Parts ForecastNet::run(Tape<float>& tape, const ForecastInputs& in, const Variable<float>& x_skip,
                                    const ForcedForecast* truth) const {
  require<ShapeError>(in.x.shape().rank() == 3 && in.x.shape()[0] == options_.lookback,
                      "ForecastNet::forward: expected x [", options_.lookback, ", B, F], found ", in.x.shape());
  const Index B = in.x.shape()[1], K = options_.known, steps = options_.outputs / options_.targets;
  require<ShapeError>(K == 0 || (in.known.defined() && in.known.shape() == Shape({steps, B, K})),
                      "ForecastNet::forward: expected what is known ahead as ", Shape({steps, B, K}));
  Parts out;
  auto x = read_codes(tape, in.x, 0);
  if (options_.independent) x = split_channels(tape, x, options_.targets);
  if (segment_) x = relu(tape, segment_->forward(tape, to_segments(tape, x, options_.segment)));
  out.recurrent = run_recurrent(tape, x);
  auto skip = run_skip(tape, x_skip, in.known);
  if (kWholeForecaster && decoder_) {
    out.y = decode(tape, out.recurrent, in, skip, truth);
    return out;
  }
  Variable<float> told;  // [steps, rows, K']
  if (K > 0) told = read_codes(tape, Variable<float>(in.known), options_.inputs - K);
  if (K > 0 && options_.independent) told = repeat_rows(tape, told, options_.targets);
  if (segment_) {
    out.y = write_segments(tape, out.recurrent, told);
  } else {
    auto summary = read_out(tape, Readout::last, out.recurrent);
    if (K > 0) {
      const auto flat = reshape(tape, swap_leading(tape, told), {told.shape()[1], steps * told.shape()[2]});
      summary = concat_last<float>(tape, {summary, flat});
    }
    out.y = head_.forward(tape, dropout_.forward(tape, summary));
  }
  if (options_.independent) out.y = join_channels(tape, out.y, options_.targets, steps);
  if (!skip.defined()) return out;
  if (options_.numbers > 1)
    skip = reshape(tape,
                   linear(tape, reshape(tape, skip, {B * options_.outputs, 1}),
                          Variable<float>(at_location({options_.numbers, 1})), {}),
                   {B, options_.outputs * options_.numbers});
  out.y = add(tape, out.y, skip);
  return out;
}

/// One at the location, and zeros.
Tensor<float> ForecastNet::at_location(const Shape& shape) const {
  Tensor<float> out(shape);
  out[options_.location] = 1;
  return out;
}

Variable<float> ForecastNet::locations(Tape<float>& tape, const Variable<float>& y) const {
  const Index B = y.shape()[0], N = options_.outputs, K = options_.numbers;
  if (K == 1) return y;
  const auto own = linear(tape, reshape(tape, y, {B * N, K}), Variable<float>(at_location({1, K})), {});
  return reshape(tape, own, {B, N});
}

ForecastNet::Parts ForecastNet::forward_parts(Tape<float>& tape, const ForecastInputs& in,
                                              const Variable<float>& x_skip) const {
  return run(tape, in, x_skip, nullptr);
}

Variable<float> ForecastNet::forward(Tape<float>& tape, const ForecastInputs& in) const {
  return run(tape, in, in.x, nullptr).y;
}

Variable<float> ForecastNet::forward_forced(Tape<float>& tape, const ForecastInputs& in,
                                            const ForcedForecast& truth) const {
  return run(tape, in, in.x, &truth).y;
}

void ForecastNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  head_.collect(prefix + "head.", out);
  if (skip_) skip_->collect(prefix + "skip.", out);
  for (std::size_t i = 0; i < tables_.size(); ++i) tables_[i].collect(concat(prefix, "embedding", i, "."), out);
  if (segment_) segment_->collect(prefix + "segment.", out);
  if (position_) position_->collect(prefix + "position.", out);
  if (channel_) channel_->collect(prefix + "channel.", out);
  if (!kWholeForecaster || !decoder_) return;
  bridge_->collect(prefix + "bridge.", out);
  decoder_->collect(prefix + "decoder.", out);
}

std::shared_ptr<ForecastNet> ForecastNet::linear_part() const {
  auto out = std::make_shared<ForecastNet>(recurrent_.options(), options_);
  out->load(state());
  out->head_.weight().value().fill(0);
  out->head_.bias().value().fill(0);
  return out;
}

/// The bias of the head, averaged over the targets and segments that share it. `bias` [outputs * numbers].
std::vector<double> ForecastNet::head_bias(std::span<const double> bias) const {
  const Index O = options_.targets, T = targets_of_row(), K = options_.numbers, steps = options_.outputs / O;
  const Index length = options_.segment > 0 ? options_.segment : steps;
  require<ShapeError>(static_cast<Index>(bias.size()) == options_.outputs * K, "ForecastNet::start_from: expected ",
                      options_.outputs * K, " numbers of a bias, found ", bias.size());
  std::vector<double> sum(static_cast<std::size_t>(length * T * K)), count(sum.size());
  for (Index h = 0; h < steps; ++h) {
    for (Index i = 0; i < O * K; ++i) {
      const auto at = static_cast<std::size_t>((h % length * T + i / K % T) * K + i % K);
      sum[at] += bias[static_cast<std::size_t>(h * O * K + i)];
      ++count[at];
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] /= std::max(count[i], 1.0);
  return sum;
}

void ForecastNet::start_from(const LinearMap& map, std::span<const double> bias) {
  require(skip_.has_value(), "ForecastNet::start_from: the net has no skip");
  head_.weight().value().fill(0);
  head_.bias().value().fill(0);
  const auto copy = [](std::span<const double> from, const Tensor<float>& to) {
    require<ShapeError>(static_cast<Index>(from.size()) == to.size(), "ForecastNet::start_from: expected ", to.size(),
                        " numbers, found ", from.size());
    for (Index i = 0; i < to.size(); ++i) to[i] = static_cast<float>(from[static_cast<std::size_t>(i)]);
  };
  copy(map.weight, skip_->weight().value());
  copy(map.bias, skip_->bias().value());
  if (!bias.empty()) copy(head_bias(bias), head_.bias().value());
}

}  // namespace recurra
