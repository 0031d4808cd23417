// SPDX-License-Identifier: Apache-2.0
// A trained stack, one step at a time: audio, sensors, games. Everything is taken at construction; a step allocates
// nothing, locks nothing, throws nothing and makes no system call, so it is safe in a real-time thread. In float32 its
// outputs have the bits of Recurrent::forward over the whole sequence. It is for few streams and one thread; many rows
// at once are faster through Recurrent::forward. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 4, .hidden_size = 8, .layers = 2});
//   recurra::Stepper stepper(gru, {.weights = recurra::StreamWeights::bf16});
//   const float sample[4] = {0.1f, 0.2f, 0.3f, 0.4f};
//   float first = stepper.step(sample)[0];
//   stepper.reset();
#pragma once

#include <span>
#include <vector>

#include "recurra/base/aligned.h"
#include "recurra/kernels/stream.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

using kernels::StreamWeights;

struct StepperOptions {
  Index batch = 1;                             ///< independent streams that step together
  StreamWeights weights = StreamWeights::f32;  ///< smaller ones are read faster; docs/how-to/stream.md has the errors
};

class Stepper {
 public:
  /// Copies the weights, rounded as `options` say; the state starts at zero. The instruction set must not change after.
  /// Errors: UnsupportedError for a net that reads both directions or resets before the product; ValueError unless
  /// batch is positive.
  explicit Stepper(const Recurrent<float>& net, StepperOptions options = {});
  /// With a head on the last layer. Errors: also ShapeError unless the head takes the net's hidden size.
  Stepper(const Recurrent<float>& net, const Linear<float>& head, StepperOptions options = {});

  /// One step of every stream. Shapes: x [B, D]; returns y [B, O] (without a head O is H), valid until the next step.
  /// Cost: reads each weight once a stream.
  std::span<const float> step(const float* x) noexcept;

  /// Shapes: [B, H] of one layer, to read or to write between steps; c is empty but for the LSTM.
  /// Errors: ValueError if there is no such layer.
  std::span<float> h(Index layer);
  std::span<float> c(Index layer);
  /// Zero states, of all streams or of one. Errors: ValueError if there is no such stream.
  void reset() noexcept;
  void reset(Index stream);

  Index batch() const { return options_.batch; }
  Index input_size() const { return input_size_; }
  Index output_size() const { return output_size_; }
  Index layers() const { return static_cast<Index>(layers_.size()); }
  /// What a step reads.
  std::size_t weight_bytes() const;

 private:
  /// A packed matrix.
  struct Product {
    kernels::PanelPlan plan;
    Index K;
    StreamWeights kind;
    std::size_t bytes;
    AlignedArray<unsigned char> packed;
    AlignedArray<float> scale;
    void run(const float* x, const float* start, float* sums) const noexcept {
      kernels::stream_product(plan, K, kind, x, packed.get(), scale.get(), start, sums);
    }
  };
  struct Layer {
    Product W, U;
    AlignedArray<float> input_bias, recurrent_bias;  ///< recurrent_bias: GRU, where b_hn acts inside the reset
    AlignedArray<float> h, c;                        ///< [B, H]
  };
  Product make_product(const Tensor<float>& weight, int gates) const;
  void step_layer(Layer& layer, const float* x) noexcept;

  StepperOptions options_;
  Cell cell_;
  Index input_size_, hidden_size_, output_size_;
  std::vector<Layer> layers_;
  std::vector<Product> head_;  ///< none or one
  AlignedArray<float> head_bias_, sums_, recurrent_sums_, n_recurrent_, y_;
};

}  // namespace recurra
