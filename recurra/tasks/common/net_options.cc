// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/net_options.h"

namespace recurra {
namespace {

constexpr Index kMaxUnits = 65'536, kMaxLayers = 64;

const Names<Precision>& precision_names() {
  static const Names<Precision> names = {{"f32", Precision::f32}, {"bf16", Precision::bf16}};
  return names;
}

/// The name for the cell's own activation.
constexpr const char* kOfCell = "cell";

void add_activation(OptionTable& t, const char* name, std::optional<Activation>& value, HelpText help) {
  Option& option = t.add(name,
                         TextValue{[&value] { return value ? name_of(activation_names(), *value) : kOfCell; },
                                   [&value](const std::string& text) {
                                     value = {};
                                     if (text != kOfCell) value = parse_name(activation_names(), text);
                                   }},
                         help);
  option.choices = activation_names().names();
  option.choices.insert(option.choices.begin(), kOfCell);
  option.kept_unless(kOfCell);
}

void add_cell_options(OptionTable& t, NetOptions& o) {
  t.group("Cell");
  t.add("projection", o.projection, "LSTM: outputs of a layer, by a linear map of its h; 0: all units")
      .range(0, kMaxUnits)
      .kept_unless("0");
  t.add("heads", o.heads, "sLSTM: diagonal blocks of U; a unit reads only its own block")
      .range(1, kMaxUnits)
      .kept_unless("1");
  t.add("from-end", o.from_end, "Read from the end to the start").kept_unless("false");
  t.add("recurrent-dropout", o.recurrent_dropout,
        "Dropout on h_{t-1} in products, one mask per sequence; not in decoders")
      .range_below(0, 1)
      .kept_unless("0");
  t.add("zoneout-h", o.zoneout_h, "Fraction of units whose h a step leaves unchanged")
      .range_below(0, 1)
      .kept_unless("0");
  t.add("zoneout-c", o.zoneout_c, "LSTM: the same for c").range_below(0, 1).kept_unless("0");
  add_activation(t, "gate-activation", o.changes.gates, "Activation of the gates instead of sigmoid");
  add_activation(t, "candidate-activation", o.changes.candidate,
                 "Activation of the candidate instead of tanh (RNN: its activation)");
  add_activation(t, "output-activation", o.changes.output, "LSTM: activation from c to h instead of tanh");
  t.add("gate-clip", o.changes.clip, "Clip gate sums to this absolute value; 0: off").at_least(0).kept_unless("0");
}

}  // namespace

void check_range(const char* name, Index value, Index low, Index high) {
  require(value >= low && value <= high, name, ": expected ", low, " to ", high, ", found ", value);
}

void add_net_options(OptionTable& t, NetOptions& o) {
  t.group("Net");
  t.add("cell", o.cell, cell_names(), "Recurrent cell").kept();
  t.add("hidden", o.hidden, "Units per layer and direction").range(1, kMaxUnits).kept();
  t.add("layers", o.layers, "Stacked layers").range(1, kMaxLayers).kept();
  t.add("bidirectional", o.bidirectional, "Read in both directions").off("unidirectional").kept();
  t.add("dropout", o.dropout, "Dropout between layers and before the head").range_below(0, 1).kept();
  t.add("init", o.init.recurrent, init_names(), "Initial recurrent weights").kept();
  t.add("forget-bias", o.init.forget_bias, "Initial sum of the forget gate's biases (GRU: update gate)")
      .automatic("as --init")
      .kept();
  t.add("chrono", o.init.chrono_steps, "Chrono initialisation for memories of up to this many steps; 0: off")
      .range(0, kMaxSteps)
      .automatic(o.init.chrono_steps == kByData ? "by the data" : "0")
      .kept("chrono_steps");
  add_cell_options(t, o);
  t.group("Net");
  t.add("seed", o.seed, "Seed of every random choice; the same seed gives the same bits").kept().global();
}

void add_loop_options(OptionTable& t, TrainOptions& o) {
  const auto by_data = [](Option& option) {
    if (option.default_text().empty()) option.automatic("by the data");
  };
  t.group("Training");
  t.add("optimizer", o.optimizer.kind, optimizer_names(), "Optimizer, as in PyTorch");
  t.add("lr", o.optimizer.learning_rate, "Learning rate");
  t.add("momentum", o.optimizer.momentum, "Momentum of sgd");
  t.add("weight-decay", o.optimizer.weight_decay, "Pull each weight towards 0, as the optimizer in PyTorch does");
  t.add("schedule", o.schedule.kind, schedule_names(), "Schedule of the learning rate");
  t.add("warmup", o.schedule.warmup_steps, "Steps in which the learning rate rises linearly from 0");
  t.add("clip", o.clip_norm, "Maximum global norm of the gradient; 0: off");
  t.add("clip-value", o.clip_value, "Maximum absolute gradient element, instead of the norm; 0: off");
  by_data(t.add("batch", o.batch_size, "Windows or sequences per batch"));
  t.add("shards", o.shards, "Parts of a batch whose gradients are added; the bits depend on it, not on --threads");
  by_data(t.add("epochs", o.epochs, "Passes over the training data"));
  by_data(t.add("patience", o.patience, "Epochs without a better validation loss before stopping; 0: never"));
  t.add("precision", o.precision, precision_names(),
        "Precision of the matrix products in training; all else is float32")
      .global();
}

std::string cell_flags(NetOptions options) {
  NetOptions plain;
  OptionTable actual, standard;
  add_cell_options(actual, options);
  add_cell_options(standard, plain);
  return differing_flags(actual, standard);
}

void check_cell_options(const NetOptions& o) {
  require(!o.from_end || !o.bidirectional,
          "from-end: the net reads in both directions as it is; ask for one with --unidirectional");
  check_recurrent_options("net", recurrent_options(o, 1));
}

void check_net_options(NetOptions options) {
  OptionTable table;
  add_net_options(table, options);
  table.check_ranges();
  check_cell_options(options);
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
          .projection = o.projection,
          .direction = o.from_end ? Direction::reverse : Direction::forward,
          .dropout = o.layers > 1 ? o.dropout : 0,
          .heads = o.heads,
          .recurrent_dropout = o.recurrent_dropout,
          .zoneout_h = o.zoneout_h,
          .zoneout_c = o.zoneout_c,
          .changes = o.changes};
}

}  // namespace recurra
