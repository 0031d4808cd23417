// SPDX-License-Identifier: Apache-2.0
// The cells that a test of every cell goes through: those rows of the table that the recurrent driver runs, but for the
// sLSTM, whose states and weights are others (tests/ops/slstm_test.cc).
#pragma once

#include <vector>

#include "recurra/kernels/cell.h"

namespace recurra {

inline std::vector<Cell> recurrent_cells() {
  std::vector<Cell> cells;
  for (const CellRow& row : cell_rows())
    if (row.driver == Driver::recurrent && row.state_count() <= 2) cells.push_back(row.cell);
  return cells;
}

/// Those of them that other activations and a clip go with.
inline std::vector<Cell> changeable_cells() {
  std::vector<Cell> cells = recurrent_cells();
  std::erase_if(cells, [](Cell cell) { return describe(cell).own_kernels; });
  return cells;
}

inline std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const CellRow& row : cell_rows()) cells.push_back(row.cell);
  return cells;
}

}  // namespace recurra
