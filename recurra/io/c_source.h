// SPDX-License-Identifier: Apache-2.0
// A chain as C99 without dependencies: weights as arrays, fixed sizes, no allocation, a step and a self-test. For
// products that cannot include the engine; equal to a Stepper within rounding. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 1, .hidden_size = 8, .layers = 1});
//   recurra::CSource net = recurra::c_source(recurra::stream_chain(gru), "tone", recurra::StreamWeights::bf16);
//   // net.header is tone.h, net.source is tone.c
#pragma once

#include <string>

#include "recurra/nn/stepper.h"

namespace recurra {

struct CSource {
  std::string header, source;
};

/// `name` prefixes every name in a file: NAME_step, NAME_reset, NAME_state, NAME_self_test, NAME_INPUTS, NAME_OUTPUTS.
/// The sLSTM, minLSTM and a layer normalisation need expf, log1pf or sqrtf of <math.h>; other cells nothing.
/// The self-test runs 16 steps and compares them with the outputs of a Stepper with the same weights.
/// Errors: those of check_stream_chain; ValueError unless `name` is a lower-case C identifier of at most 40
/// characters.
CSource c_source(const StreamChain& chain, const std::string& name, StreamWeights weights = StreamWeights::f32);

}  // namespace recurra
