// SPDX-License-Identifier: Apache-2.0
// Names that the examples in header banners use without declaring them.
#pragma once

#include <cstdint>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/base/random.h"
#include "recurra/kernels/cell.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/ops/recurrent.h"
#include "recurra/tensor/tensor.h"

namespace {

[[maybe_unused]] recurra::Context context(1);
[[maybe_unused]] constexpr std::uint64_t seed = 1;
[[maybe_unused]] recurra::Tensor<float> x({5, 3, 4});
[[maybe_unused]] recurra::Tensor<float> y({5, 3, 2});
[[maybe_unused]] recurra::Tensor<float> dy, dh_T, dc_T, W, b, gamma, beta, prediction, target;
[[maybe_unused]] recurra::ops::CellWeights<float> weights;
[[maybe_unused]] recurra::ops::Packing packing;
[[maybe_unused]] constexpr recurra::Index D = 4;
using recurra::Cell;
using recurra::Direction;

}  // namespace
