// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/visibility.h"

#include <cmath>

#include "recurra/nn/init.h"
#include "recurra/nn/recurrent.h"

namespace recurra {
namespace {

/// One copy of the sequence for each output (t, unit): its gradient shows which inputs the output uses. Returns the
/// gradient of the inputs, [T (s), T (t) * 2 H].
Tensor<double> all_gradients(Context& context, const Recurrent<double>& net, const Tensor<double>& x) {
  const Index T = x.dim(0), units = 2 * net.options().hidden_size, B = T * units;
  Tensor<double> copies({T, B, 1}), dy({T, B, units});
  for (Index s = 0; s < T; ++s)
    for (Index b = 0; b < B; ++b) copies[s * B + b] = x[s];
  for (Index b = 0; b < B; ++b) dy.at({b / units, b, b % units}) = 1;
  Tape<double> tape(context);
  const Variable<double> input(copies, true);
  tape.backward({net.forward(tape, input).y}, {dy});
  return input.grad().reshape({T, B});
}

}  // namespace

Visibility trace_visibility(Context& context, const VisibilityOptions& o) {
  require(o.T >= 1 && o.T <= 64, "trace_visibility: expected 1 to 64 steps, found ", o.T);
  require(o.hidden_size >= 1 && o.hidden_size <= 64, "trace_visibility: expected 1 to 64 units, found ", o.hidden_size);
  const Index T = o.T, H = o.hidden_size;
  const Recurrent<double> net({.cell = Cell::lstm, .input_size = 1, .hidden_size = H, .bidirectional = true});
  initialize(net.parameters(), o.seed);
  Visibility out{Tensor<double>({T, 1}), Tensor<double>({T, T}), Tensor<double>({T, T}),
                 Tensor<double>({T, T}), Tensor<double>({2, T}), Tensor<double>({2, T})};
  Random random(o.seed, stream_id("visibility/x"));
  fill_normal(out.x, 1.0, random);
  const Tensor<double> dx = all_gradients(context, net, out.x);
  for (Index t = 0; t < T; ++t) {
    for (Index s = 0; s < T; ++s) {
      double squares[2] = {0, 0};
      for (Index u = 0; u < 2 * H; ++u) {
        const double g = dx.at({s, t * 2 * H + u});
        squares[u / H] += g * g;
      }
      out.forward.at({t, s}) = std::sqrt(squares[0]);
      out.backward.at({t, s}) = std::sqrt(squares[1]);
      out.both.at({t, s}) = std::sqrt(squares[0] + squares[1]);
    }
  }
  for (Index s = 0; s < T; ++s) {
    out.last.at({0, s}) = out.joined.at({0, s}) = out.forward.at({T - 1, s});
    out.last.at({1, s}) = out.backward.at({T - 1, s});
    out.joined.at({1, s}) = out.backward.at({0, s});
  }
  return out;
}

}  // namespace recurra
