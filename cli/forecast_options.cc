// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/forecast.h"

namespace recurra {
namespace {

template <class Enum>
Enum parse(const std::vector<std::string>& names, const std::string& value) {
  return static_cast<Enum>(std::find(names.begin(), names.end(), value) - names.begin());
}

}  // namespace

void ForecastFlags::add_to(CLI::App& verb) {
  ForecastOptions& o = options_;
  const auto name = [&](const char* flag, std::string& value, const std::vector<std::string>& names, const char* help) {
    verb.add_option(flag, value, help)
        ->check(CLI::IsMember(names))
        ->capture_default_str()
        ->group("Preparation and training");
  };
  verb.add_option("--target", o.targets, "Column to forecast; several: a,b")
      ->required()
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--features", o.features, "Further input columns")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--time", o.time_column, "Column of time stamps (default: the first column of dates)");
  verb.add_option("--horizon", o.horizon, "Steps to forecast")->required();
  verb.add_option("--lookback", o.lookback, "Steps that the net sees (default: two horizons, at least 24)");
  verb.add_option("--season", o.season, "Steps of one season; 1: none (default: guessed by autocorrelation)");
  name("--difference", difference_, difference_names(), "Forecast changes since the last step or season");
  name("--scale", scale_, scale_names(), "Fitted on training rows only");
  verb.add_flag("--log", o.log, "Work on the logarithm of the targets");
  verb.add_option("--split", split_, "Fractions for training, validation and test, oldest first")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(3)
      ->capture_default_str();
  verb.add_option("--hidden", o.hidden, "Units of a layer")->capture_default_str();
  verb.add_option("--layers", o.layers, "Stacked layers")->capture_default_str();
  verb.add_flag("--bidirectional", o.bidirectional, "Read the window in both directions");
  verb.add_option("--dropout", o.dropout, "Between layers and before the head")->capture_default_str();
  verb.add_flag("--no-skip", no_skip_, "Leave out the linear path beside the net");
  forget_bias_given_ =
      verb.add_option("--forget-bias", forget_bias_, "Sum of the forget gate's biases at the start (GRU: update gate)");
  verb.add_option("--chrono", o.init.chrono_steps, "Chrono initialisation for memories of up to N steps");
  name("--init", init_, init_names(), "Initial recurrent weights");
  name("--strategy", strategy_, strategy_names(), "All steps at once, or one step fed back");
  verb.add_option("--tbptt", o.tbptt, "Steps that gradients flow back through; 0: the whole window")
      ->capture_default_str();
  name("--loss", loss_, loss_names(), "On the prepared scale");
  verb.add_option("--huber", huber_, "Where the square of the Huber loss ends")->capture_default_str();
  name("--optimizer", optimizer_, optimizer_names(), "As in PyTorch");
  verb.add_option("--lr", o.train.optimizer.learning_rate, "Learning rate")->capture_default_str();
  verb.add_option("--momentum", o.train.optimizer.momentum, "For sgd")->capture_default_str();
  verb.add_option("--weight-decay", o.train.optimizer.weight_decay)->capture_default_str();
  name("--schedule", schedule_, schedule_names(), "Of the learning rate");
  verb.add_option("--warmup", o.train.schedule.warmup_steps, "Steps of linear warm-up")->capture_default_str();
  verb.add_option("--clip", o.train.clip_norm, "Global gradient norm; 0: off")->capture_default_str();
  verb.add_option("--clip-value", o.train.clip_value, "Each gradient element, instead of the norm; 0: off")
      ->capture_default_str();
  verb.add_option("--batch", o.train.batch_size, "Windows of a batch")->capture_default_str();
  verb.add_option("--epochs", o.train.epochs)->capture_default_str();
  verb.add_option("--patience", o.train.patience, "Epochs without a better validation loss before it stops; 0: never")
      ->capture_default_str();
}

ForecastOptions ForecastFlags::options(const GlobalOptions& global) const {
  ForecastOptions o = options_;
  o.difference = parse<DifferenceKind>(difference_names(), difference_);
  o.scale = parse<ScaleKind>(scale_names(), scale_);
  o.strategy = parse<Strategy>(strategy_names(), strategy_);
  o.loss = {parse<ops::LossKind>(loss_names(), loss_), huber_};
  o.init.recurrent = parse<Init>(init_names(), init_);
  if (forget_bias_given_->count() > 0) o.init.forget_bias = forget_bias_;
  o.train.optimizer.kind = parse<OptimizerKind>(optimizer_names(), optimizer_);
  o.train.schedule.kind = parse<ScheduleKind>(schedule_names(), schedule_);
  std::copy(split_.begin(), split_.end(), o.split.begin());
  o.skip = !no_skip_;
  o.seed = global.seed;
  try {
    check_options(o);
    check_train_options(o.train);
  } catch (const ValueError& error) {
    throw UsageError(error.what());
  }
  return o;
}

Series series_for(const ForecastOptions& options, const Table& table) {
  std::vector<std::string> columns = options.targets;
  columns.insert(columns.end(), options.features.begin(), options.features.end());
  return make_series(table, {options.time_column, columns});
}

}  // namespace recurra
