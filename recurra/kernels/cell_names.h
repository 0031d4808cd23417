// SPDX-License-Identifier: Apache-2.0
// The names of cells and activations for users. Example:
//
//   const std::string& name = recurra::name_of(recurra::cell_names(), recurra::Cell::rnn_tanh);      // "rnn"
#pragma once

#include "recurra/base/names.h"
#include "recurra/kernels/cell.h"

namespace recurra {

const Names<Cell>& cell_names();
const Names<Activation>& activation_names();

}  // namespace recurra
