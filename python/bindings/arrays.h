// SPDX-License-Identifier: Apache-2.0
// Between Python's arrays and tensors. An array that comes in is copied once, into memory that is aligned for vectors
// and that Python cannot change between a forward pass and its backward pass. A tensor that goes out is not copied: the
// NumPy array is a view that keeps its storage alive.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/variant.h>

#include <optional>
#include <variant>

#include "recurra/autograd/tape.h"

namespace recurra::python {

namespace nb = nanobind;

/// Any array in the processor's memory that speaks the buffer protocol or DLPack, with any strides.
using Array = nb::ndarray<nb::ro>;
using View = nb::ndarray<nb::numpy, float>;
using ReadOnlyView = nb::ndarray<nb::numpy, const float>;

/// Errors: TypeError unless the elements are T: nothing is converted silently. `name` is the argument's name in
/// messages.
template <class T>
Tensor<T> tensor_from(const Array& array, const char* name);

/// The input of a part of a net: an array, or the output of another part.
using Input = std::variant<Variable<float>, Array>;
Variable<float> variable_from(const Input& input, const char* name);
Variable<float> variable_from(const std::optional<Input>& input, const char* name);
Tensor<float> tensor_from(const std::optional<Array>& array, const char* name);

View view(const Tensor<float>& tensor);
ReadOnlyView read_only_view(const Tensor<float>& tensor);
nb::ndarray<nb::numpy, double> view(const Tensor<double>& tensor);
nb::ndarray<nb::numpy, std::int64_t> view(const Tensor<std::int64_t>& tensor);

}  // namespace recurra::python
