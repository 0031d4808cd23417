// SPDX-License-Identifier: Apache-2.0
// Initial values for a model's parameters. Each draws from its own stream, named after it, so its values depend only on
// the seed and its name, not on the rest of the model. Example:
//
//   recurra::Variable<float> W(recurra::Tensor<float>({32, 4}), true);
//   const recurra::ParameterRole role{recurra::ParameterKind::input_weight, 0.35, Cell::lstm};
//   recurra::initialize<float>({{"weight_ih_l0", W, role}}, seed, {.recurrent = recurra::Init::orthogonal});
#pragma once

#include <optional>

#include "recurra/autograd/parameter.h"
#include "recurra/base/names.h"
#include "recurra/base/random.h"

namespace recurra {

/// Initialisation of recurrent layers. pytorch: everything uniform within 1 / sqrt(H). The others: W by Glorot, biases
/// and peepholes 0, and U by Glorot, orthogonal (Saxe 2014) or identity (Le, Jaitly, Hinton 2015); each gate block is
/// initialised separately.
enum class Init { pytorch, glorot, orthogonal, identity };

const Names<Init>& init_names();

struct InitOptions {
  Init recurrent = Init::pytorch;
  /// LSTM: the SUM of both forget biases (Gers 2000 and Jozefowicz 2015 use 1). GRU: of both update biases.
  std::optional<double> forget_bias = {};
  /// > 1: chrono initialisation for memories of up to this many steps: b_f = log(u), u uniform in [1, steps - 1),
  /// b_i = -b_f (GRU: b_z = log(u)). Source: Tallec, Ollivier 2018.
  Index chrono_steps = 0;
};

/// Draws every parameter; layers other than recurrent ones always start as in PyTorch.
/// Errors: ValueError if a forget bias is requested for a model without gates or biases, or together with chrono.
template <class T>
void initialize(const std::vector<Parameter<T>>& parameters, std::uint64_t seed, const InitOptions& options = {});

/// Uniform in [-bound, bound).
template <class T>
void fill_uniform(const Tensor<T>& x, double bound, Random& random);
template <class T>
void fill_normal(const Tensor<T>& x, double deviation, Random& random);
/// Shapes: x [O, D]. Uniform within sqrt(6 / (O + D)). Source: Glorot, Bengio 2010.
template <class T>
void fill_glorot(const Tensor<T>& x, Random& random);
/// x [O, D]. Orthonormal rows (O <= D) or columns, uniformly distributed: Gram-Schmidt of normal draws in double.
template <class T>
void fill_orthogonal(const Tensor<T>& x, Random& random);
/// Shapes: x [O, D]. Ones on the diagonal.
template <class T>
void fill_identity(const Tensor<T>& x);

}  // namespace recurra
