// SPDX-License-Identifier: Apache-2.0
// A trainable tensor with its name and role, so that initialisers, files and optimisers can treat a whole model as a
// list. Names are PyTorch's ("encoder.weight_ih_l0"). Example:
//
//   recurra::Parameter<float> bias{"head.bias", recurra::Variable<float>(recurra::Tensor<float>({3}), true), {}};
//   bias.variable.value().fill(0.5f);
#pragma once

#include <optional>
#include <string>

#include "recurra/autograd/tape.h"
#include "recurra/kernels/cell.h"
#include "recurra/tensor/named_tensors.h"

namespace recurra {

enum class ParameterKind {
  input_weight,
  recurrent_weight,
  input_bias,
  recurrent_bias,
  peephole,
  norm,
  weight,
  bias,
  table,
  gain
};

/// Information for initialisers.
struct ParameterRole {
  ParameterKind kind = ParameterKind::weight;
  double bound = 0;               ///< PyTorch's default is uniform in [-bound, bound) for weights and biases
  std::optional<Cell> cell = {};  ///< for the recurrent kinds, which have gate_count(*cell) blocks of rows
};

template <class T>
struct Parameter {
  std::string name;
  Variable<T> variable;
  ParameterRole role;
};

}  // namespace recurra
