// SPDX-License-Identifier: Apache-2.0
// Masks for inverted dropout: 0 with probability `rate`, else 1 / (1 - rate). A mask is applied by multiply(x, mask),
// in forward and backward. A draw depends only on the key, the step, the caller's row and the unit, so threads, padding
// and sorting by length do not change it. Example:
//
//   recurra::ops::DropoutKey key{.seed = 7, .stream = 1, .step = 0};
//   auto mask = recurra::ops::dropout_mask<float>(context, {32, 128}, 0.2, key);
//   auto y = recurra::ops::multiply(context, recurra::Tensor<float>({32, 128}), mask);
#pragma once

#include <cstdint>

#include "recurra/base/context.h"
#include "recurra/ops/batch_rows.h"
#include "recurra/ops/elementwise.h"
#include "recurra/ops/packing.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Identifies a mask: the run's seed, a number for the position in the net, and the training step.
struct DropoutKey {
  std::uint64_t seed = 0, stream = 0, step = 0;
};

/// Shapes: any; element i in row-major order is draw i (kernels/dropout.h). For a part of a batch: [..., B, D], with
/// the draws of its rows in [..., rows.total, D]. Errors: ValueError unless 0 <= rate < 1; ShapeError for a part
/// outside its batch.
template <class T>
Tensor<T> dropout_mask(Context& context, const Shape& shape, double rate, const DropoutKey& key,
                       const BatchRows& rows = {});

/// Whether each time step has its own mask, or all steps of a sequence share one.
/// Source: Gal, Ghahramani 2016 for the second ("variational").
enum class DropoutKind { each_step, variational };

/// The mask of a packed batch. Shapes: returns [N, width], N = packing.total().
/// Unit u of caller's row b at step t is draw (t B + b) width + u, or b width + u when variational; b and B are those
/// of the whole batch.
template <class T>
Tensor<T> packed_dropout_mask(Context& context, const Packing& packing, Index width, double rate, DropoutKind kind,
                              const DropoutKey& key, const BatchRows& rows = {});

/// The same shape, but unit u of packed row n is draw n width + u: it depends on the lengths of all rows of the batch,
/// so a part needs rows.lengths. Errors: ValueError for a part without them.
template <class T>
Tensor<T> packed_order_dropout_mask(Context& context, const Packing& packing, Index width, double rate,
                                    const DropoutKey& key, const BatchRows& rows = {});

}  // namespace recurra::ops
