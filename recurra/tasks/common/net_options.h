// SPDX-License-Identifier: Apache-2.0
// The options of the recurrent net and its training loop that all tasks share. A task's own options derive from
// NetOptions. Example:
//
//   recurra::NetOptions options;
//   options.cell = recurra::Cell::gru;
//   recurra::OptionTable table;
//   recurra::add_net_options(table, options);
//   table.check_ranges();
#pragma once

#include "recurra/kernels/cell_names.h"
#include "recurra/nn/init.h"
#include "recurra/nn/recurrent.h"
#include "recurra/tasks/common/option.h"
#include "recurra/train/trainer.h"

namespace recurra {

inline constexpr Index kMaxSteps = 1'000'000;  ///< maximum of options that count steps of a window or sequence

struct NetOptions {
  Cell cell = Cell::lstm;
  Index hidden = 64, layers = 1;
  bool bidirectional = false, from_end = false;
  double dropout = 0;  ///< between layers and before the head
  Index projection = 0, heads = 1;
  double recurrent_dropout = 0, zoneout_h = 0, zoneout_c = 0;
  CellChanges changes;
  InitOptions init;
  TrainOptions train;      ///< settings and seed are filled in by the task
  std::uint64_t seed = 1;  ///< of the initial weights, the order and the dropout
};

/// The options of the recurrent stack and its initial weights, and the seed: groups "Net" and "Cell".
void add_net_options(OptionTable& table, NetOptions& options);
/// The options of the training loop: group "Training". In a model file they are in the summary.
void add_loop_options(OptionTable& table, TrainOptions& options);

/// The options of the group "Cell" that differ from the cell's defaults, as flags: " --projection 8".
std::string cell_flags(NetOptions options);

/// The table of a task's options, from its add_options.
template <class Options>
OptionTable table_of(Options& options) {
  OptionTable table;
  add_options(table, options);
  return table;
}
/// Checks that the options of the group "Cell" fit the cell and each other. Errors: ValueError.
void check_cell_options(const NetOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found; those of check_cell_options.
template <class Options>
void check_ranges(Options options) {
  table_of(options).check_ranges();
  check_cell_options(options);
}

/// Checks the ranges of the net's own options. Errors: as check_ranges.
void check_net_options(NetOptions options);

/// Errors: ValueError "name: expected low to high, found value".
void check_range(const char* name, Index value, Index low, Index high);

/// The options with typical values instead of kByData, so that the others can be checked.
TrainOptions without_choices(TrainOptions train);

/// The options of the recurrent stack.
RecurrentOptions recurrent_options(const NetOptions& options, Index input_size);

}  // namespace recurra
