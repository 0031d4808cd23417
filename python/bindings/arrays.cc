// SPDX-License-Identifier: Apache-2.0
#include "arrays.h"

#include <string>

namespace recurra::python {
namespace {

std::string name_of(nb::dlpack::dtype type) {
  const auto code = static_cast<nb::dlpack::dtype_code>(type.code);
  const char* kind = code == nb::dlpack::dtype_code::Float    ? "float"
                     : code == nb::dlpack::dtype_code::Int    ? "int"
                     : code == nb::dlpack::dtype_code::UInt   ? "uint"
                     : code == nb::dlpack::dtype_code::Bool   ? "bool"
                     : code == nb::dlpack::dtype_code::Bfloat ? "bfloat"
                                                              : "another type of ";
  return kind + std::to_string(type.bits);
}

/// Copies the elements of axes [axis, rank) in row-major order; returns where the next one goes.
template <class T>
T* copy_axes(const Array& array, std::size_t axis, const T* from, T* to) {
  if (axis == array.ndim()) {  // a number without axes
    *to = *from;
    return to + 1;
  }
  const std::int64_t count = static_cast<std::int64_t>(array.shape(axis)), stride = array.stride(axis);
  const bool last = axis + 1 == array.ndim();
  for (std::int64_t i = 0; i < count; ++i) {
    if (last) {
      *to++ = from[i * stride];
    } else {
      to = copy_axes(array, axis + 1, from + i * stride, to);
    }
  }
  return to;
}

template <class Out, class T>
Out view_as(const Tensor<T>& tensor) {
  const auto& extents = tensor.shape().extents();
  const std::vector<std::size_t> shape(extents.begin(), extents.end());
  const nb::capsule owner(new Tensor<T>(tensor), [](void* held) noexcept { delete static_cast<Tensor<T>*>(held); });
  return Out(tensor.data(), shape.size(), shape.data(), owner);
}

}  // namespace

template <class T>
Tensor<T> tensor_from(const Array& array, const char* name) {
  if (array.dtype() != nb::dtype<T>())
    throw nb::type_error(concat(name, ": expected elements of ", name_of(nb::dtype<T>()), ", found ",
                                name_of(array.dtype()), "; convert them, for example by astype()")
                             .c_str());
  if (array.device_type() != nb::device::cpu::value)
    throw nb::type_error(concat(name, ": expected an array in the processor's memory").c_str());
  std::vector<Index> extents(array.ndim());
  for (std::size_t axis = 0; axis < array.ndim(); ++axis) extents[axis] = static_cast<Index>(array.shape(axis));
  const auto tensor = Tensor<T>::uninitialized(Shape(std::move(extents)));
  if (tensor.size() > 0) copy_axes(array, 0, static_cast<const T*>(array.data()), tensor.data());
  return tensor;
}

template Tensor<float> tensor_from(const Array& array, const char* name);
template Tensor<std::int64_t> tensor_from(const Array& array, const char* name);

Variable<float> variable_from(const Input& input, const char* name) {
  if (const auto* variable = std::get_if<Variable<float>>(&input)) return *variable;
  return Variable<float>(tensor_from<float>(std::get<Array>(input), name));
}

Variable<float> variable_from(const std::optional<Input>& input, const char* name) {
  return input ? variable_from(*input, name) : Variable<float>();
}

Tensor<float> tensor_from(const std::optional<Array>& array, const char* name) {
  return array ? tensor_from<float>(*array, name) : Tensor<float>();
}

View view(const Tensor<float>& tensor) {
  return view_as<View>(tensor);
}

ReadOnlyView read_only_view(const Tensor<float>& tensor) {
  return view_as<ReadOnlyView>(tensor);
}

nb::ndarray<nb::numpy, double> view(const Tensor<double>& tensor) {
  return view_as<nb::ndarray<nb::numpy, double>>(tensor);
}

nb::ndarray<nb::numpy, std::int64_t> view(const Tensor<std::int64_t>& tensor) {
  return view_as<nb::ndarray<nb::numpy, std::int64_t>>(tensor);
}

}  // namespace recurra::python
