// SPDX-License-Identifier: Apache-2.0
// What every task lets its user choose about the recurrent net and the loop that trains it: names, ranges, and the way
// to and from a model file. A task's own options derive from NetOptions. Example:
//
//   recurra::NetOptions options;
//   options.cell = recurra::Cell::gru;
//   recurra::check_net_options(options);
//   const std::string& name = recurra::name_of(recurra::cell_names(), options.cell);      // "gru"
#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "recurra/data/scaler.h"
#include "recurra/io/json_reader.h"
#include "recurra/kernels/cell_names.h"
#include "recurra/nn/init.h"
#include "recurra/nn/recurrent.h"
#include "recurra/train/trainer.h"

namespace recurra {

inline constexpr Index kMostSteps = 1'000'000;  ///< of a window or a sequence that an option may name
/// Stands for a number that a task chooses by its data; no option takes it from a user.
inline constexpr Index kByData = std::numeric_limits<Index>::min();

struct NetOptions {
  Cell cell = Cell::lstm;
  Index hidden = 64, layers = 1;
  bool bidirectional = false;
  double dropout = 0;  ///< between layers and before the head
  InitOptions init;
  TrainOptions train;      ///< the task fills in its settings and seed
  std::uint64_t seed = 1;  ///< of the initial weights, the order and the dropout
};

/// Errors: ValueError "name: expected low to high, found value".
void check_range(const char* name, Index value, Index low, Index high);
/// Errors: ValueError that names the option, what was expected and what was found. A task's check_options calls it: the
/// name differs, so that options whose own check is not in sight cannot pass for checked.
void check_net_options(const NetOptions& options);

/// The same with usual numbers for those that are still kByData, to check the others by.
TrainOptions without_choices(TrainOptions train);

/// cell, hidden, layers, bidirectional, dropout, init, forget_bias, chrono_steps and seed as members of one object, to
/// which a task adds its own; training options are told in the summary.
nlohmann::json net_options_to_json(const NetOptions& options);
/// Errors: FormatError.
void read_net_options(const JsonReader& reader, NetOptions& options);

/// The stack that the options describe.
RecurrentOptions recurrent_options(const NetOptions& options, Index input_size);

}  // namespace recurra
