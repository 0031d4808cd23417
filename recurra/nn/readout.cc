// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/readout.h"

#include "recurra/autograd/functions/readout.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// The final h of the last layer, both directions side by side.
template <class T>
Variable<T> last_state(Tape<T>& tape, const RecurrentOutput<T>& output) {
  const Variable<T>& h = output.state.h;
  const Index B = h.shape()[1], H = h.shape()[2], directions = output.packed.shape()[1] / H;
  std::vector<Index> counts(static_cast<std::size_t>(directions), 1);
  counts.insert(counts.begin(), h.shape()[0] - directions);
  const std::vector<Variable<T>> parts = split_rows(tape, h, counts);
  std::vector<Variable<T>> last;
  for (std::size_t i = 1; i < parts.size(); ++i) last.push_back(reshape(tape, parts[i], {B, H}));
  return last.size() == 1 ? last[0] : concat_last(tape, last);
}

}  // namespace

template <class T>
Variable<T> read_out(Tape<T>& tape, Readout kind, const RecurrentOutput<T>& output) {
  switch (kind) {
    case Readout::last:
      return last_state(tape, output);
    case Readout::mean:
      return readout(tape, ops::Readout::mean, output.packing, output.packed);
    case Readout::max:
      return readout(tape, ops::Readout::max, output.packing, output.packed);
    case Readout::all:
      return output.y;
  }
  throw ValueError("read_out: unknown readout");
}

template Variable<float> read_out(Tape<float>&, Readout, const RecurrentOutput<float>&);
template Variable<double> read_out(Tape<double>&, Readout, const RecurrentOutput<double>&);

}  // namespace recurra
