// SPDX-License-Identifier: Apache-2.0
#include "recurra/tensor/tensor.h"

#include <limits>
#include <ostream>

namespace recurra {

Shape::Shape(std::vector<Index> extents) : extents_(std::move(extents)) {
  // 16 bytes an element and the slack of an allocation still fit in an Index.
  constexpr Index kMax = std::numeric_limits<Index>::max() / 32;
  for (const Index extent : extents_) {
    require<ShapeError>(extent >= 0, "Shape: extent must not be negative, found ", *this);
    require<ShapeError>(extent == 0 || size_ <= kMax / extent, "Shape: too many elements in ", *this);
    size_ *= extent;
  }
}

Index Shape::operator[](int axis) const {
  const int i = axis < 0 ? axis + rank() : axis;
  require<ShapeError>(i >= 0 && i < rank(), "Shape: no axis ", axis, " in ", *this);
  return extents_[static_cast<std::size_t>(i)];
}

std::string Shape::str() const {
  std::string text = "[";
  for (std::size_t i = 0; i < extents_.size(); ++i) text += (i ? ", " : "") + std::to_string(extents_[i]);
  return text + "]";
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << shape.str();
}

template <class T>
Tensor<T>::Tensor(Shape shape, const std::vector<T>& values) : Tensor(uninitialized(std::move(shape))) {
  require<ShapeError>(static_cast<Index>(values.size()) == size(), "Tensor: ", values.size(), " values for shape ",
                      shape_);
  std::copy(values.begin(), values.end(), data());
}

template <class T>
T& Tensor<T>::at(std::initializer_list<Index> index) const {
  require<ShapeError>(static_cast<int>(index.size()) == rank(), "Tensor::at: ", index.size(), " indices for ", shape_);
  Index flat = 0;
  int axis = 0;
  for (const Index i : index) {
    const Index extent = shape_[axis++];
    require<ShapeError>(i >= 0 && i < extent, "Tensor::at: index ", i, " on axis ", axis - 1, " of ", shape_);
    flat = flat * extent + i;
  }
  return data()[flat];
}

template <class T>
T Tensor<T>::item() const {
  require<ShapeError>(size() == 1, "Tensor::item: expected one element, found shape ", shape_);
  return data()[0];
}

template <class T>
Tensor<T> Tensor<T>::reshape(Shape shape) const {
  require<ShapeError>(shape.size() == size(), "Tensor::reshape: ", shape_, " does not fit ", shape);
  Tensor view = *this;
  view.shape_ = std::move(shape);
  return view;
}

template <class T>
Tensor<T> Tensor<T>::reshape(std::initializer_list<Index> extents) const {
  std::vector<Index> filled(extents);
  const auto open = std::find(filled.begin(), filled.end(), Index{-1});
  if (open != filled.end()) {
    *open = 1;
    const Index known = Shape(filled).size();
    require<ShapeError>(known > 0 && size() % known == 0, "Tensor::reshape: ", shape_,
                        " leaves no whole extent for -1");
    *open = size() / known;
  }
  return reshape(Shape(std::move(filled)));
}

template <class T>
Tensor<T> Tensor<T>::slice(Index begin, Index end) const {
  const Index rows = dim(0);
  require<ShapeError>(begin >= 0 && begin <= end && end <= rows, "Tensor::slice: [", begin, ", ", end, ") of ", shape_);
  std::vector<Index> extents = shape_.extents();
  extents[0] = end - begin;
  Tensor view = *this;
  view.offset_ += begin * (rows ? size() / rows : 0);
  view.shape_ = Shape(std::move(extents));
  return view;
}

template <class T>
Tensor<T> Tensor<T>::clone() const {
  if (!defined()) return {};
  Tensor copy = uninitialized(shape_);
  std::copy_n(data(), size(), copy.data());
  return copy;
}

template <class T>
void Tensor<T>::copy_from(const Tensor& from) const {
  require<ShapeError>(from.shape() == shape_, "Tensor::copy_from: ", from.shape(), " into ", shape_);
  std::copy_n(from.data(), size(), data());
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Tensor<T>& tensor) {
  constexpr Index kMaxColumns = 8, kMaxRows = 16;
  const Index columns = tensor.rank() > 0 ? tensor.dim(-1) : 1;
  out << "Tensor" << tensor.shape();
  const Index rows = columns > 0 ? tensor.size() / columns : 0;
  for (Index r = 0; r < std::min(rows, kMaxRows); ++r) {
    out << "\n  ";
    for (Index c = 0; c < std::min(columns, kMaxColumns); ++c) out << (c ? " " : "") << +tensor[r * columns + c];
    if (columns > kMaxColumns) out << " ...";
  }
  if (rows > kMaxRows) out << "\n  ...";
  return out;
}

template class Tensor<float>;
template class Tensor<double>;
template class Tensor<std::int64_t>;
template std::ostream& operator<<(std::ostream&, const Tensor<float>&);
template std::ostream& operator<<(std::ostream&, const Tensor<double>&);
template std::ostream& operator<<(std::ostream&, const Tensor<std::int64_t>&);

}  // namespace recurra
