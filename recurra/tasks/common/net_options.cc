// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/net_options.h"

namespace recurra {
namespace {

constexpr Index kMostUnits = 65'536, kMostLayers = 64;

const Names<Precision>& precision_names() {
  static const Names<Precision> names = {{"f32", Precision::f32}, {"bf16", Precision::bf16}};
  return names;
}

}  // namespace

void check_range(const char* name, Index value, Index low, Index high) {
  require(value >= low && value <= high, name, ": expected ", low, " to ", high, ", found ", value);
}

void add_net_options(OptionTable& t, NetOptions& o) {
  t.group("Net");
  t.add("cell", o.cell, cell_names(), "Recurrent cell").kept();
  t.add("hidden", o.hidden, "Units per layer and direction").range(1, kMostUnits).kept();
  t.add("layers", o.layers, "Stacked layers").range(1, kMostLayers).kept();
  t.add("bidirectional", o.bidirectional, "Read in both directions").off("unidirectional").kept();
  t.add("dropout", o.dropout, "Between layers and before the head").range_below(0, 1).kept();
  t.add("init", o.init.recurrent, init_names(), "Initial recurrent weights").kept();
  t.add("forget-bias", o.init.forget_bias, "Sum of the forget gate's biases at the start (GRU: update gate)")
      .automatic("as --init")
      .kept();
  t.add("chrono", o.init.chrono_steps, "Chrono initialisation for memories of up to this many steps; 0: off")
      .range(0, kMostSteps)
      .automatic(o.init.chrono_steps == kByData ? "by the data" : "0")
      .kept("chrono_steps");
  t.add("seed", o.seed, "Of every random choice; the same seed gives the same bits").kept().global();
}

void add_loop_options(OptionTable& t, TrainOptions& o) {
  const auto by_data = [](Option& option) {
    if (option.default_text().empty()) option.automatic("by the data");
  };
  t.group("Training");
  t.add("optimizer", o.optimizer.kind, optimizer_names(), "As in PyTorch");
  t.add("lr", o.optimizer.learning_rate, "Learning rate");
  t.add("momentum", o.optimizer.momentum, "Of sgd");
  t.add("weight-decay", o.optimizer.weight_decay, "Pulls each weight towards 0; as the optimizer in PyTorch has it");
  t.add("schedule", o.schedule.kind, schedule_names(), "Of the learning rate");
  t.add("warmup", o.schedule.warmup_steps, "Steps in which the learning rate rises linearly from 0");
  t.add("clip", o.clip_norm, "Largest global norm of the gradient; 0: off");
  t.add("clip-value", o.clip_value, "Largest size of each gradient element, instead of the norm; 0: off");
  by_data(t.add("batch", o.batch_size, "Windows or sequences per batch"));
  t.add("shards", o.shards, "Parts that each batch is a sum over; the bits depend on it, not on --threads");
  by_data(t.add("epochs", o.epochs, "Passes over the training data"));
  by_data(t.add("patience", o.patience, "Epochs without a better validation loss before it stops; 0: never"));
  t.add("precision", o.precision, precision_names(), "Of the matrix products in training; all else is float32")
      .global();
}

void check_net_options(NetOptions options) {
  OptionTable table;
  add_net_options(table, options);
  table.check_ranges();
}

TrainOptions without_choices(TrainOptions train) {
  const TrainOptions usual;
  if (train.epochs == kByData) train.epochs = usual.epochs;
  if (train.batch_size == kByData) train.batch_size = usual.batch_size;
  if (train.patience == kByData) train.patience = usual.patience;
  return train;
}

RecurrentOptions recurrent_options(const NetOptions& o, Index input_size) {
  return {.cell = o.cell,
          .input_size = input_size,
          .hidden_size = o.hidden,
          .layers = o.layers,
          .bidirectional = o.bidirectional,
          .dropout = o.layers > 1 ? o.dropout : 0};
}

}  // namespace recurra
