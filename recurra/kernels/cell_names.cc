// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/cell_names.h"

namespace recurra {

const Names<Cell>& cell_names() {
  static const Names<Cell> names = [] {
    Names<Cell> all({});
    for (const CellRow& row : cell_rows()) all.add(row.name, row.cell);
    return all;
  }();
  return names;
}

const Names<Activation>& activation_names() {
  static const Names<Activation> names = {{"identity", Activation::identity},
                                          {"tanh", Activation::tanh},
                                          {"relu", Activation::relu},
                                          {"sigmoid", Activation::sigmoid},
                                          {"hard-sigmoid", Activation::hard_sigmoid},
                                          {"hard-sigmoid-sixth", Activation::hard_sigmoid_sixth}};
  return names;
}

}  // namespace recurra
