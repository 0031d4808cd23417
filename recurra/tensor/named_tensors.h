// SPDX-License-Identifier: Apache-2.0
// Tensors by name, in a fixed order, as in files and checkpoints. Example:
//
//   recurra::NamedTensors<float> weights = {{"head.bias", recurra::Tensor<float>({3})}};
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

template <class T>
using NamedTensors = std::vector<std::pair<std::string, Tensor<T>>>;

}  // namespace recurra
