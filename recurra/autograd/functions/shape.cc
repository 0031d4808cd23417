// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/shape.h"

#include <algorithm>

namespace recurra {
namespace {

template <class T>
Tensor<T> swap_leading(Context& context, const Tensor<T>& x) {
  require<ShapeError>(x.rank() >= 2, "swap_leading: expected at least two axes, found shape ", x.shape());
  std::vector<Index> extents = x.shape().extents();
  std::swap(extents[0], extents[1]);
  auto y = Tensor<T>::uninitialized(context.memory(), Shape(extents));
  const Index M = x.dim(0), N = x.dim(1), width = x.size() ? x.size() / (M * N) : 0;
  for (Index m = 0; m < M; ++m) {
    for (Index n = 0; n < N; ++n) std::copy_n(&x[(m * N + n) * width], width, &y[(n * M + m) * width]);
  }
  return y;
}

/// The trailing extents, which all parts of a join by rows share.
std::vector<Index> row_extents(const Shape& shape) {
  require<ShapeError>(shape.rank() > 0, "concat_rows: expected at least one axis, found shape ", shape);
  return {shape.extents().begin() + 1, shape.extents().end()};
}

}  // namespace

template <class T>
Variable<T> concat_last(Tape<T>& tape, const std::vector<Variable<T>>& parts) {
  Context& context = tape.context();
  std::vector<Tensor<T>> values;
  std::vector<Index> ends = {0};
  for (const auto& part : parts) {
    values.push_back(part.value());
    ends.push_back(ends.back() + part.value().dim(-1));
  }
  auto backward = [&context, ends](const auto& dy) {
    std::vector<Tensor<T>> dx;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
      dx.push_back(ops::slice_last(context, dy[0], ends[i], ends[i + 1]));
    return dx;
  };
  return tape.record(parts, {ops::concat_last(context, values)}, backward)[0];
}

template <class T>
Variable<T> slice_last(Tape<T>& tape, const Variable<T>& x, Index begin, Index end) {
  Context& context = tape.context();
  auto backward = [&context, begin, width = x.value().dim(-1)](const auto& dy) {
    return std::vector<Tensor<T>>{ops::slice_last_backward(context, dy[0], begin, width)};
  };
  return tape.record({x}, {ops::slice_last(context, x.value(), begin, end)}, backward)[0];
}

template <class T>
Variable<T> concat_rows(Tape<T>& tape, const std::vector<Variable<T>>& parts) {
  require(!parts.empty(), "concat_rows: no parts");
  std::vector<Index> extents = row_extents(parts[0].shape());
  Index rows = 0;
  for (const auto& part : parts) {
    require<ShapeError>(row_extents(part.shape()) == extents, "concat_rows: parts of shape ", parts[0].shape(), " and ",
                        part.shape());
    rows += part.value().dim(0);
  }
  extents.insert(extents.begin(), rows);
  auto y = Tensor<T>::uninitialized(tape.context().memory(), Shape(extents));
  std::vector<Index> ends = {0};
  for (const auto& part : parts) {
    ends.push_back(ends.back() + part.value().dim(0));
    y.slice(ends[ends.size() - 2], ends.back()).copy_from(part.value());
  }
  auto backward = [ends](const auto& dy) {
    std::vector<Tensor<T>> dx;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) dx.push_back(dy[0].slice(ends[i], ends[i + 1]));
    return dx;
  };
  return tape.record(parts, {y}, backward)[0];
}

template <class T>
std::vector<Variable<T>> split_rows(Tape<T>& tape, const Variable<T>& x, const std::vector<Index>& counts) {
  std::vector<Tensor<T>> parts;
  Index begin = 0;
  for (const Index count : counts) {
    parts.push_back(x.value().slice(begin, begin + count));
    begin += count;
  }
  require<ShapeError>(begin == x.value().dim(0), "split_rows: counts add up to ", begin, ", the shape is ", x.shape());
  auto backward = [counts, shape = x.shape()](const auto& dy) {
    Tensor<T> dx(shape);
    Index row = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (dy[i].defined()) dx.slice(row, row + counts[i]).copy_from(dy[i]);
      row += counts[i];
    }
    return std::vector<Tensor<T>>{dx};
  };
  return tape.record({x}, std::move(parts), backward);
}

template <class T>
Variable<T> reshape(Tape<T>& tape, const Variable<T>& x, const Shape& shape) {
  auto backward = [from = x.shape()](const auto& dy) { return std::vector<Tensor<T>>{dy[0].reshape(from)}; };
  return tape.record({x}, {x.value().reshape(shape)}, backward)[0];
}

template <class T>
Variable<T> swap_leading(Tape<T>& tape, const Variable<T>& x) {
  Context& context = tape.context();
  auto backward = [&context](const auto& dy) { return std::vector<Tensor<T>>{swap_leading(context, dy[0])}; };
  return tape.record({x}, {swap_leading(context, x.value())}, backward)[0];
}

template Variable<float> concat_last(Tape<float>&, const std::vector<Variable<float>>&);
template Variable<float> slice_last(Tape<float>&, const Variable<float>&, Index, Index);
template Variable<float> concat_rows(Tape<float>&, const std::vector<Variable<float>>&);
template std::vector<Variable<float>> split_rows(Tape<float>&, const Variable<float>&, const std::vector<Index>&);
template Variable<float> reshape(Tape<float>&, const Variable<float>&, const Shape&);
template Variable<float> swap_leading(Tape<float>&, const Variable<float>&);
template Variable<double> concat_last(Tape<double>&, const std::vector<Variable<double>>&);
template Variable<double> slice_last(Tape<double>&, const Variable<double>&, Index, Index);
template Variable<double> concat_rows(Tape<double>&, const std::vector<Variable<double>>&);
template std::vector<Variable<double>> split_rows(Tape<double>&, const Variable<double>&, const std::vector<Index>&);
template Variable<double> reshape(Tape<double>&, const Variable<double>&, const Shape&);
template Variable<double> swap_leading(Tape<double>&, const Variable<double>&);

}  // namespace recurra
