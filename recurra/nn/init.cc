// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/init.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace recurra {
namespace {

template <class T>
Tensor<T> gate_block(const Tensor<T>& x, Cell cell, int gate) {
  const Index rows = x.dim(0) / describe(cell).gate_count();
  return x.slice(gate * rows, (gate + 1) * rows);
}

template <class T>
void draw_recurrent_weight(const Tensor<T>& x, ParameterKind kind, Cell cell, Init init, Random& random) {
  for (int gate = 0; gate < describe(cell).gate_count(); ++gate) {
    const Tensor<T> block = gate_block(x, cell, gate);
    if (kind == ParameterKind::input_weight || init == Init::glorot) {
      fill_glorot(block, random);
      continue;
    }
    for (Index row = 0; row < block.dim(0); row += block.dim(1)) {  // one square per head; of a projection the rest
      const Tensor<T> square = block.slice(row, std::min(row + block.dim(1), block.dim(0)));
      init == Init::orthogonal ? fill_orthogonal(square, random) : fill_identity(square);
    }
  }
}

/// Biases add up, so the value goes to b_ih and zero to b_hh.
template <class T>
void set_memory_bias(const Parameter<T>& parameter, const InitOptions& options, Random& random) {
  const Cell cell = *parameter.role.cell;
  const ParameterKind kind = parameter.role.kind;
  const int keep = describe(cell).keeps, admit = describe(cell).admits;
  const bool input = kind == ParameterKind::input_bias;
  const bool chrono = options.chrono_steps > 1;
  if ((keep < 0 && admit < 0) || !(chrono || options.forget_bias)) return;
  const Index H = parameter.variable.value().dim(0) / describe(cell).gate_count();
  std::vector<T> memory(static_cast<std::size_t>(H));
  const double most = std::max(1.0, static_cast<double>(options.chrono_steps - 1));
  for (T& b : memory)
    if (input) b = static_cast<T>(chrono ? std::log(random.uniform(1.0, most)) : *options.forget_bias);
  if (keep >= 0) std::copy(memory.begin(), memory.end(), gate_block(parameter.variable.value(), cell, keep).data());
  // With chrono, the input gate closes as the other opens. In minGRU it is the only gate; closed, it keeps the state.
  if (admit < 0 || (keep >= 0 && !chrono)) return;
  const Tensor<T> input_bias = gate_block(parameter.variable.value(), cell, admit);
  for (Index i = 0; i < H; ++i) input_bias[i] = -memory[static_cast<std::size_t>(i)];
}

template <class T>
void draw(const Parameter<T>& parameter, std::uint64_t seed, const InitOptions& options) {
  const auto& [kind, bound, cell] = parameter.role;
  const Tensor<T>& x = parameter.variable.value();
  Random random(seed, stream_id(parameter.name));
  switch (kind) {
    case ParameterKind::gain:
      return x.fill(T(1));
    case ParameterKind::table:
      return fill_normal(x, 1.0, random);
    case ParameterKind::weight:
    case ParameterKind::bias:
      return fill_uniform(x, bound, random);
    case ParameterKind::peephole:
      return fill_uniform(x, options.recurrent == Init::pytorch ? bound : 0.0, random);
    case ParameterKind::norm:
      x.fill(T(1));
      return x.slice(kBiasOfC, kNormRows).fill(T(0));
    case ParameterKind::input_weight:
    case ParameterKind::recurrent_weight:
      if (options.recurrent == Init::pytorch) return fill_uniform(x, bound, random);
      return draw_recurrent_weight(x, kind, *cell, options.recurrent, random);
    case ParameterKind::input_bias:
    case ParameterKind::recurrent_bias:
      fill_uniform(x, options.recurrent == Init::pytorch ? bound : 0.0, random);
      return set_memory_bias(parameter, options, random);
  }
}

}  // namespace

const Names<Init>& init_names() {
  static const Names<Init> names = {{"pytorch", Init::pytorch},
                                    {"glorot", Init::glorot},
                                    {"orthogonal", Init::orthogonal},
                                    {"identity", Init::identity}};
  return names;
}

template <class T>
void initialize(const std::vector<Parameter<T>>& parameters, std::uint64_t seed, const InitOptions& options) {
  const bool chrono = options.chrono_steps != 0;
  require(!chrono || options.chrono_steps > 1, "initialize: chrono needs at least 2 steps, found ",
          options.chrono_steps);
  require(!(chrono && options.forget_bias), "initialize: a forget bias and chrono exclude each other");
  const bool possible = std::any_of(parameters.begin(), parameters.end(), [](const auto& p) {
    return p.role.kind == ParameterKind::input_bias && describe(*p.role.cell).remembers();
  });
  require(
      possible || !(chrono || options.forget_bias),
      "initialize: a forget bias or chrono needs a cell with a gate that keeps its memory (LSTM, GRU), with biases");
  for (const auto& parameter : parameters) draw(parameter, seed, options);
}

template <class T>
void fill_uniform(const Tensor<T>& x, double bound, Random& random) {
  for (T& v : x.span()) v = static_cast<T>(random.uniform(-bound, bound));
}

template <class T>
void fill_normal(const Tensor<T>& x, double deviation, Random& random) {
  for (T& v : x.span()) v = static_cast<T>(random.normal(0.0, deviation));
}

template <class T>
void fill_glorot(const Tensor<T>& x, Random& random) {
  fill_uniform(x, std::sqrt(6.0 / static_cast<double>(x.dim(0) + x.dim(1))), random);
}

template <class T>
void fill_orthogonal(const Tensor<T>& x, Random& random) {
  const Index O = x.dim(0), D = x.dim(1), count = std::min(O, D), length = std::max(O, D);
  std::vector<std::vector<double>> basis;
  while (static_cast<Index>(basis.size()) < count) {
    std::vector<double> v(static_cast<std::size_t>(length));
    for (double& value : v) value = random.normal();
    for (int pass = 0; pass < 2; ++pass) {  // the second pass removes the rounding errors of the first
      for (const auto& u : basis) {
        double along = 0;
        for (std::size_t i = 0; i < v.size(); ++i) along += u[i] * v[i];
        for (std::size_t i = 0; i < v.size(); ++i) v[i] -= along * u[i];
      }
    }
    double squares = 0;
    for (const double value : v) squares += value * value;
    for (double& value : v) value /= std::sqrt(squares);
    basis.push_back(std::move(v));
  }
  for (Index o = 0; o < O; ++o) {
    for (Index d = 0; d < D; ++d) {
      const auto [vector, element] = O <= D ? std::pair(o, d) : std::pair(d, o);
      x.at({o, d}) = static_cast<T>(basis[static_cast<std::size_t>(vector)][static_cast<std::size_t>(element)]);
    }
  }
}

template <class T>
void fill_identity(const Tensor<T>& x) {
  x.fill(T(0));
  for (Index i = 0; i < std::min(x.dim(0), x.dim(1)); ++i) x.at({i, i}) = T(1);
}

template void initialize(const std::vector<Parameter<float>>&, std::uint64_t, const InitOptions&);
template void initialize(const std::vector<Parameter<double>>&, std::uint64_t, const InitOptions&);
template void fill_uniform(const Tensor<float>&, double, Random&);
template void fill_uniform(const Tensor<double>&, double, Random&);
template void fill_normal(const Tensor<float>&, double, Random&);
template void fill_normal(const Tensor<double>&, double, Random&);
template void fill_glorot(const Tensor<float>&, Random&);
template void fill_glorot(const Tensor<double>&, Random&);
template void fill_orthogonal(const Tensor<float>&, Random&);
template void fill_orthogonal(const Tensor<double>&, Random&);
template void fill_identity(const Tensor<float>&);
template void fill_identity(const Tensor<double>&);

}  // namespace recurra
