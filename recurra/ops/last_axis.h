// SPDX-License-Identifier: Apache-2.0
// Helpers for ops on the last axis of a tensor. Only ops/ needs it. Example:
//
//   recurra::Shape wider = recurra::ops::with_last({20, 32, 10}, 128);      // [20, 32, 128]
#pragma once

#include "recurra/base/error.h"
#include "recurra/ops/run_shared.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// The shape with another extent of the last axis. Errors: ShapeError if it has no axis.
inline Shape with_last(const Shape& shape, Index last) {
  std::vector<Index> extents = shape.extents();
  require<ShapeError>(!extents.empty(), "with_last: a tensor of rank 0 has no last axis");
  extents.back() = last;
  return Shape(std::move(extents));
}

/// Calls fn(row) for each row of the last axis, shared over the team. work_each: multiply-adds per element.
template <class T, class Fn>
void for_each_row(Context& context, const Tensor<T>& x, Index work_each, Fn fn) {
  const Index D = x.dim(-1), rows = D > 0 ? x.size() / D : 0;
  run_shared(context, x.size() * work_each, [&](int thread, int threads) {
    for (auto [row, end] = share(rows, thread, threads); row < end; ++row) fn(row);
  });
}

}  // namespace recurra::ops
