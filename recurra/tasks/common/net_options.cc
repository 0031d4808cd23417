// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/net_options.h"

#include <cmath>

namespace recurra {
namespace {

constexpr Index kMostUnits = 65'536, kMostLayers = 64;

}  // namespace

void check_range(const char* name, Index value, Index low, Index high) {
  require(value >= low && value <= high, name, ": expected ", low, " to ", high, ", found ", value);
}

void check_net_options(const NetOptions& o) {
  check_range("hidden", o.hidden, 1, kMostUnits);
  check_range("layers", o.layers, 1, kMostLayers);
  require(o.dropout >= 0 && o.dropout < 1, "dropout: expected 0 to below 1, found ", o.dropout);
  require(!o.init.forget_bias || std::isfinite(*o.init.forget_bias), "forget-bias: expected a finite number, found ",
          o.init.forget_bias.value_or(0));
}

TrainOptions without_choices(TrainOptions train) {
  const TrainOptions usual;
  if (train.epochs == kByData) train.epochs = usual.epochs;
  if (train.batch_size == kByData) train.batch_size = usual.batch_size;
  if (train.patience == kByData) train.patience = usual.patience;
  return train;
}

nlohmann::json net_options_to_json(const NetOptions& o) {
  return {{"cell", name_of(cell_names(), o.cell)},
          {"hidden", o.hidden},
          {"layers", o.layers},
          {"bidirectional", o.bidirectional},
          {"dropout", o.dropout},
          {"init", name_of(init_names(), o.init.recurrent)},
          {"forget_bias", o.init.forget_bias ? nlohmann::json(*o.init.forget_bias) : nlohmann::json()},
          {"chrono_steps", o.init.chrono_steps},
          {"seed", o.seed}};
}

void read_net_options(const JsonReader& r, NetOptions& o) {
  o.cell = r.one_of("cell", cell_names());
  o.hidden = r.integer("hidden", 1, kMostUnits);
  o.layers = r.integer("layers", 1, kMostLayers);
  o.bidirectional = r.boolean("bidirectional");
  o.dropout = r.number("dropout");
  o.init.recurrent = r.one_of("init", init_names());
  if (const double bias = r.number("forget_bias", true); !std::isnan(bias)) o.init.forget_bias = bias;
  o.init.chrono_steps = r.integer("chrono_steps", 0, kMostSteps);
  o.seed = static_cast<std::uint64_t>(r.integer("seed", 0, std::numeric_limits<Index>::max()));
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
