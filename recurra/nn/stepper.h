// SPDX-License-Identifier: Apache-2.0
// A trained net, one step at a time: audio, sensors, games. Everything is taken at construction; a step allocates
// nothing, locks nothing, throws nothing and makes no system call, so it is safe in a real-time thread. In float32 its
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
  StreamWeights weights = StreamWeights::f32;  ///< smaller ones are read faster; docs/how-to/stream.md has the errors
  /// Rate of the samples over the rate that the net was trained at, at least 1: the state that a step reads is that of
  /// so many samples ago, between two of them by interpolation.
  double rate_ratio = 1;
};

class Stepper {
 public:
  /// Copies the weights, rounded as `options` say, and runs a step to warm up; the state is zero. The instruction set
  /// must not change after.
  /// Errors: those of stream_chain and check_stream_chain; ValueError unless batch is positive and rate_ratio in
  /// [1, 64]; UnsupportedError for another rate_ratio than 1 with more than two states, zoneout or a projection.
  explicit Stepper(const Recurrent<float>& net, StepperOptions options = {});
  Stepper(const Recurrent<float>& net, const Linear<float>& head, StepperOptions options = {});
  explicit Stepper(const StreamChain& chain, StepperOptions options = {});
  Stepper(Stepper&&) noexcept;
  Stepper& operator=(Stepper&&) noexcept;
  ~Stepper();

  /// The same net, whose packed weights both share, with a copy of the state.
  Stepper clone() const;

  /// One step of every stream. Shapes: x [B, D]; returns y [B, O] (without a head O is H), valid until the next step.
  /// A NaN or infinity in x stays in the state of its own stream until reset().
  /// Cost: reads each weight once for several streams.
  std::span<const float> step(const float* x) noexcept;
  /// n steps: x [n, B, D], y [n, B, O], no alias. Cheaper than n calls: what a call costs is paid once.
  void step_block(const float* x, float* y, Index n) noexcept;

  /// From any thread, while another steps: the next step begins with the weights of `other`, and the state goes on.
  /// Weights that nobody needs any more are freed by a later offer or by the destructor, never by a step.
  /// Errors: ShapeError unless both nets have the same layers, batch and skip.
  void offer(const Stepper& other);

  /// Shapes: [B, H] (h of a projection: [B, R]) of one recurrent layer, to read or to write between steps; c is empty
  /// for a cell of one state. Errors: ValueError if there is no such layer.
  std::span<float> h(Index layer);
  std::span<float> c(Index layer);
  /// The whole state as numbers, to keep and to put back; both are safe in a real-time thread. Shapes: [state_size()].
  Index state_size() const { return state_size_; }
  void read_state(float* to) const noexcept;
  void write_state(const float* from) noexcept;
  /// Zero states, of all streams or of one. Errors: ValueError if there is no such stream.
  void reset() noexcept;
  void reset(Index stream);

  Index batch() const { return options_.batch; }
  Index input_size() const { return input_size_; }
  Index output_size() const { return output_size_; }
  /// How many of the layers are recurrent.
  Index layers() const { return static_cast<Index>(recurrent_.size()); }
  /// What a step reads.
  std::size_t weight_bytes() const;

 private:
  struct Exchange;
  struct Layer {
    Index outputs, units;      ///< what it gives for each stream; units of its cell
    Index states;              ///< of the cell, h among them
    AlignedArray<float> h, c;  ///< [B, outputs] and room for a vector: of a dense layer its output; c: the other states
    AlignedArray<float> out;   ///< [B, units], where h may not be overwritten while it is read
    AlignedArray<float> old_c;  ///< zoneout: c before the step
    AlignedArray<float> room;   ///< what a step keeps between its parts
    AlignedArray<float> past;   ///< rate_ratio: the last states, h and c of each
  };
  Stepper(std::shared_ptr<const StreamNet> net, StepperOptions options);
  void make_state();
  void take_offer() noexcept;
  const float* run(const float* x) noexcept;
  const float* run_layer(const PackedLayer& packed, Layer& layer, const float* x) noexcept;
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
  std::vector<std::size_t> recurrent_;  ///< places in layers_
  AlignedArray<float> y_;               ///< skip: the sum
  Index past_states_ = 0;               ///< of each layer: none, or as many as the delay reaches back and one
  Index newest_ = 0;
};

}  // namespace recurra
