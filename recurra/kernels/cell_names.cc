// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/cell_names.h"

namespace recurra {

const Names<Cell>& cell_names() {
  static const Names<Cell> names = {{"rnn", Cell::rnn_tanh},
                                    {"rnn-relu", Cell::rnn_relu},
                                    {"rnn-linear", Cell::rnn_linear},
                                    {"lstm", Cell::lstm},
                                    {"gru", Cell::gru}};
  return names;
}

}  // namespace recurra
