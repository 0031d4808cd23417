// SPDX-License-Identifier: Apache-2.0
// The net of a forecast without a training: a recurrent layer over the patches of the context; its last state and what
// is known of the horizon go through two dense layers into quantiles, which correct a mixture of skeletons; and the
// file of its weights. Example:
//
//   const recurra::NowModel model = recurra::new_now_model({.units = 32, .width = 48}, seed);
//   const std::vector<recurra::NowReading> readings = {{{{1, 2, 1, 2, 1, 2}}, /*season=*/2, /*long_season=*/1}};
//   const recurra::Tensor<float> q = recurra::now_quantiles(context, *model.net, readings);       // [1, 64, 11]
#pragma once

#include <memory>
#include <span>
#include <string>

#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/tasks/forecast/now/reading.h"

namespace recurra {

/// The levels of the net's quantiles.
const std::vector<double>& now_levels();

struct NowNetOptions {
  Cell cell = Cell::gru;
  Index patch = 16;  ///< values that one step reads
  Index units = 256;
  Index layers = 1;
  Index width = 384;  ///< of the dense layers
};

/// What a batch of readings is to the net.
struct NowInputs {
  Tensor<float> patches;      ///< [T, B, now_patch_inputs], each row from step 0 on
  std::vector<Index> counts;  ///< [B]: patches of each
  Tensor<float> horizon;      ///< [B, kNowHorizonInputs]
  Tensor<float> skeletons;    ///< [B, kNowSkeletons, kNowHorizon]
};
NowInputs now_inputs(Context& context, std::span<const NowReading> readings, Index patch);

class NowNet : public Module<float> {
 public:
  /// Errors: ValueError for a size below 1.
  explicit NowNet(NowNetOptions options);

  const NowNetOptions& options() const { return options_; }
  /// Shapes: returns [B, kNowHorizon, levels], ascending over the levels; NowReading::value says what they mean.
  /// Formula: z = relu(W_2 relu(W_1 [h_T, horizon])); of each quarter of the horizon softmax(V z) weighs the skeletons,
  /// and ordered_quantiles(U z) is added (ops/quantiles.h).
  Variable<float> forward(Tape<float>& tape, const NowInputs& inputs) const;
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  NowNetOptions options_;
  Recurrent<float> recurrent_;
  Linear<float> first_, second_, mixture_, quantiles_;
};

struct NowModel {
  std::shared_ptr<NowNet> net;
  std::string made;  ///< how: "1,200,000 series in 1.5 core hours"
};
/// With random weights. Errors: as NowNet.
NowModel new_now_model(const NowNetOptions& options, std::uint64_t seed);

/// A safetensors file whose weights are rounded to bfloat16.
std::string now_model_bytes(const NowModel& model);
/// `name` stands for the file in messages. Errors: FormatError for a file that is none of these, of another version, or
/// whose tensors do not fit its sizes.
NowModel parse_now_model(std::string_view bytes, const std::string& name);

/// Forecasts of all readings, without a history. Shapes: returns [B, kNowHorizon, levels].
Tensor<float> now_quantiles(Context& context, const NowNet& net, std::span<const NowReading> readings);

}  // namespace recurra
