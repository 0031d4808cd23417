// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/spelling.h"

#include "recurra/autograd/functions/embedding.h"
#include "recurra/nn/readout.h"

namespace recurra {

template <class T>
Spelling<T>::Spelling(Index letters, Index units)
    : letters_(letters, units),
      recurrent_({.cell = Cell::gru, .input_size = units, .hidden_size = units, .bidirectional = true}) {}

template <class T>
Variable<T> Spelling<T>::forward(Tape<T>& tape, const SpelledTokens& tokens) const {
  const auto read = recurrent_.forward(tape, letters_.forward(tape, tokens.letters), tokens.counts);
  return embedding(tape, read_out(tape, Readout::last, read), tokens.forms);
}

template <class T>
void Spelling<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  letters_.collect(prefix + "letters.", out);
  recurrent_.collect(prefix + "rnn.", out);
}

template class Spelling<float>;
template class Spelling<double>;

}  // namespace recurra
