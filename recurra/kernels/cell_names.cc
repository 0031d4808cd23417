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

}  // namespace recurra
