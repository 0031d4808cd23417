// SPDX-License-Identifier: Apache-2.0
// A dense, row-major tensor of one element type over shared storage. A copy shares the storage; clone() copies it.
// A tensor is a handle: const protects the handle, not the elements.
// Views (reshape, slice) share the storage too. Arithmetic is in recurra/ops. Strides other than row-major, lazy
// evaluation and implicit conversion are deliberately absent. Example:
//
//   recurra::Tensor<float> x({20, 32, 10});          // T, B, D, zero-filled
//   recurra::Tensor<float> x_t = x.slice(3, 4).reshape({32, 10});
//   x_t.at({0, 9}) = 1.0f;                           // also seen through x
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recurra/base/aligned.h"
#include "recurra/base/error.h"
#include "recurra/base/memory_pool.h"

namespace recurra {

using Index = std::int64_t;

/// The extents of a tensor. Errors: ShapeError if an extent is negative or the product overflows.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<Index> extents) : Shape(std::vector<Index>(extents)) {}
  explicit Shape(std::vector<Index> extents);

  int rank() const { return static_cast<int>(extents_.size()); }
  Index size() const { return size_; }
  /// The extent of one axis; a negative axis counts from the last. Errors: ShapeError if there is no such axis.
  Index operator[](int axis) const;
  const std::vector<Index>& extents() const { return extents_; }
  std::string str() const;  ///< "[20, 32, 10]"
  bool operator==(const Shape& other) const { return extents_ == other.extents_; }

 private:
  std::vector<Index> extents_;
  Index size_ = 1;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape);

template <class T>
class [[nodiscard]] Tensor {
 public:
  /// No tensor at all: defined() is false, size() is 0.
  Tensor() : shape_({0}) {}
  /// Zero-filled.
  explicit Tensor(Shape shape) : Tensor(shape, allocate_zeroed<T>(static_cast<std::uint64_t>(shape.size()))) {}
  /// Holds `values` in row-major order. Errors: ShapeError if their number differs from the shape's size.
  Tensor(Shape shape, const std::vector<T>& values);
  static Tensor uninitialized(Shape shape) {
    return Tensor(shape, allocate_aligned<T>(static_cast<std::uint64_t>(shape.size())));
  }
  /// Allocates from a pool, such as Context::memory(); the tensor keeps the pool alive.
  static Tensor uninitialized(const std::shared_ptr<MemoryPool>& pool, Shape shape) {
    const auto bytes = static_cast<std::size_t>(shape.size()) * sizeof(T);
    T* block = static_cast<T*>(pool->take(bytes));
    Tensor t;
    t.storage_ = std::shared_ptr<T[]>(block, [pool, bytes](T* p) { pool->give_back(p, bytes); });
    t.shape_ = std::move(shape);
    return t;
  }
  static Tensor zeros(const std::shared_ptr<MemoryPool>& pool, Shape shape) {
    Tensor t = uninitialized(pool, std::move(shape));
    t.fill(T(0));
    return t;
  }
  static Tensor full(Shape shape, T value) {
    Tensor t = uninitialized(std::move(shape));
    t.fill(value);
    return t;
  }

  bool defined() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  Index dim(int axis) const { return shape_[axis]; }
  int rank() const { return shape_.rank(); }
  Index size() const { return defined() ? shape_.size() : 0; }

  T* data() const { return storage_.get() + offset_; }
  std::span<T> span() const { return {data(), static_cast<std::size_t>(size())}; }
  std::vector<T> values() const { return {data(), data() + size()}; }
  T& operator[](Index i) const { return data()[i]; }
  /// One element by its index on each axis. Errors: ShapeError if outside.
  T& at(std::initializer_list<Index> index) const;
  /// The only element. Errors: ShapeError unless size() is 1.
  T item() const;

  /// The same elements with another shape of equal size; shares storage. One extent may be -1 (inferred).
  Tensor reshape(Shape shape) const;
  Tensor reshape(std::initializer_list<Index> extents) const;
  /// Rows [begin, end) of the first axis; shares storage.
  Tensor slice(Index begin, Index end) const;
  Tensor clone() const;
  void fill(T value) const { std::fill_n(data(), size(), value); }
  /// Copies the elements of `from`. Errors: ShapeError unless the shapes are equal.
  void copy_from(const Tensor& from) const;
  template <class U>
  Tensor<U> cast() const;

 private:
  Tensor(Shape shape, AlignedArray<T> block) : shape_(std::move(shape)), storage_(block.release(), AlignedDelete{}) {}

  Shape shape_;
  std::shared_ptr<T[]> storage_;
  Index offset_ = 0;
};

/// Prints the shape and the values, at most eight per line.
template <class T>
std::ostream& operator<<(std::ostream& out, const Tensor<T>& tensor);

template <class T>
template <class U>
Tensor<U> Tensor<T>::cast() const {
  auto out = Tensor<U>::uninitialized(shape_);
  for (Index i = 0; i < size(); ++i) out[i] = static_cast<U>(data()[i]);
  return out;
}

}  // namespace recurra
