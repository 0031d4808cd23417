// SPDX-License-Identifier: Apache-2.0
// Runs a trained net one step at a time: audio, sensors, games. All memory is allocated at construction; a step neither
// allocates, locks nor throws and makes no system call, so it is safe in a real-time thread. In float32 its
// outputs have the bits of Recurrent::forward over the whole sequence, for any number of streams. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 4, .hidden_size = 8, .layers = 2});
//   recurra::Stepper stepper(gru, {.weights = recurra::StreamWeights::bf16});
//   const float sample[4] = {0.1f, 0.2f, 0.3f, 0.4f};
//   float first = stepper.step(sample)[0];
//   stepper.reset();
#pragma once

#include <span>

#include "recurra/nn/stream_net.h"

namespace recurra {

struct StepperOptions {
  Index batch = 1;                             ///< independent streams that step together
  StreamWeights weights = StreamWeights::f32;  ///< smaller types are faster to read; errors: docs/how-to/stream.md
  /// Sample rate divided by the rate that the net was trained at, at least 1: a step reads the state of this many
  /// samples ago, interpolated between samples.
  double rate_ratio = 1;
  /// approximate: tanh is off by less than 7e-5 and sigmoid by less than 4e-5, and a small net steps faster
  /// (docs/performance.md). Cells with other activations, peepholes or kernels of their own stay precise.
  StreamActivations activation = StreamActivations::precise;
};

class Stepper {
 public:
  /// Copies the weights, rounded as `options` say, and runs a step to warm up; the state is zero. The instruction set
  /// must not change afterwards.
  /// Errors: those of stream_chain and check_stream_chain; ValueError unless batch is positive and rate_ratio in
  /// [1, 64], and for a weight as f16 that is NaN or beyond 65504; UnsupportedError for another rate_ratio than 1 with
  /// more than two states, zoneout or a projection.
  explicit Stepper(const Recurrent<float>& net, StepperOptions options = {});
  Stepper(const Recurrent<float>& net, const Linear<float>& head, StepperOptions options = {});
  explicit Stepper(const StreamChain& chain, StepperOptions options = {});
  Stepper(Stepper&&) noexcept;
  Stepper& operator=(Stepper&&) noexcept;
  ~Stepper();

  /// The same net, sharing the packed weights, with a copy of the state.
  Stepper clone() const;

  /// One step of every stream. Shapes: x [B, D]; returns y [B, O] (without a head O is H), valid until the next step.
  /// A NaN or infinity in x remains in the state of its own stream until reset(). Before an embedding x [B, 1] holds
  /// indices; one that is no whole number in [0, vocabulary()) counts as NaN.
  /// Cost: reads each weight once for several streams.
  std::span<const float> step(const float* x) noexcept;
  /// n steps: x [n, B, D], y [n, B, O], which must not alias. Cheaper than n calls: call overhead is paid once.
  void step_block(const float* x, float* y, Index n) noexcept;

  /// From any thread, while another one steps: the next step uses the weights of `other`, in its types, and keeps the
  /// state.
  /// Weights no longer in use are freed by a later offer or by the destructor, never by a step.
  /// Errors: ShapeError unless both nets have the same layers, batch and skip.
  void offer(const Stepper& other);

  /// Shapes: [B, H] (h with a projection: [B, R]) of one recurrent layer, to read or write between steps; c is empty if
  /// the cell has one state. Errors: ValueError if there is no such layer.
  std::span<float> h(Index layer);
  std::span<float> c(Index layer);
  /// Saves and restores the whole state; both are safe in a real-time thread. Shapes: [state_size()].
  Index state_size() const { return state_size_; }
  void read_state(float* to) const noexcept;
  void write_state(const float* from) noexcept;
  /// Zeroes the state of all streams or of one. Errors: ValueError if there is no such stream.
  void reset() noexcept;
  void reset(Index stream);

  Index batch() const { return options_.batch; }
  Index input_size() const { return input_size_; }
  Index output_size() const { return output_size_; }
  /// Rows of the embedding that the net begins with, whose indices are its input; 0: none.
  Index vocabulary() const { return net_->vocabulary(); }
  /// Number of recurrent layers.
  Index layers() const { return static_cast<Index>(recurrent_.size()); }
  /// Bytes of weights that a step of one stream reads.
  std::size_t weight_bytes() const;

 private:
  struct Exchange;
  struct Layer {
    Index outputs, units;       ///< outputs per stream; units of its cell
    Index states;               ///< number of states of the cell, including h
    AlignedArray<float> h, c;   ///< [B, outputs] plus a vector; without a cell h is the output; c: the other states
    AlignedArray<float> out;    ///< [B, units], if h must not be overwritten while it is read
    AlignedArray<float> old_c;  ///< zoneout: c before the step
    AlignedArray<float> room;   ///< scratch memory of a step
    AlignedArray<float> past;   ///< rate_ratio: the last states, h and c of each
  };
  Stepper(std::shared_ptr<const StreamNet> net, StepperOptions options);
  void make_state();
  void take_offer() noexcept;
  const float* run(const float* x) noexcept;
  const float* run_layer(const PackedLayer& packed, Layer& layer, const float* x) noexcept;
  const float* run_cell(const PackedLayer& packed, Layer& layer, const float* x) noexcept;
  void delay(Layer& layer) noexcept;
  void zone_out(const PackedLayer& packed, Layer& layer) noexcept;
  template <class Self, class Fn>
  static void for_each_state(Self& self, Fn fn);
  Layer& recurrent(const char* what, Index layer);

  StepperOptions options_;
  Index input_size_, output_size_, state_size_ = 0;
  std::shared_ptr<const StreamNet> net_;
  std::unique_ptr<Exchange> exchange_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> recurrent_;  ///< indices in layers_
  AlignedArray<float> y_;               ///< skip: the sum
  Index past_states_ = 0;               ///< per layer: 0, or the length of the delay plus one
  Index newest_ = 0;
};

}  // namespace recurra
