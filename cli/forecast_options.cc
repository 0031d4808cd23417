// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/forecast.h"

namespace recurra {

void TimeFlags::add_to(CLI::App& verb) {
  verb.add_option("--time", column,
                  "Column of time stamps, or several that make them up: date,time; none: each row is one step "
                  "(default: the first column of dates)");
  verb.add_option("--time-format", format,
                  "How stamps are written, as strptime has it: %d/%m/%Y %H:%M; or number, epoch-s, epoch-ms, epoch-us, "
                  "epoch-ns, excel (default: told by the column)");
}

ForecastOptions TimeFlags::applied_to(ForecastOptions options) const {
  if (!column.empty()) options.time_column = column;
  if (!format.empty() || column == "none") options.time_format = format;
  check_usage([&] { check_options(options); });
  return options;
}

void ForecastFlags::add_to(CLI::App& verb, bool with_cell) {
  ForecastOptions& o = options_;
  verb.add_option("--target", o.targets,
                  "Column to forecast; several: a,b, or the option again (a comma within a name: \\,)")
      ->required()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--features", o.features, "Further input columns, named as with --target")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  time_.add_to(verb);
  verb.add_option("--horizon", o.horizon, "Steps to forecast")->required();
  verb.add_option("--lookback", o.lookback, "Steps that the net sees (default: chosen on validation rows)");
  verb.add_option("--season", o.season, "Steps of one season; 1: none (default: looked for in the training rows)");
  add_choice(verb, "--difference", difference_, difference_names(),
             "Forecast changes since the last step, the last season, or the end of the window");
  add_choice(verb, "--scale", scale_, scale_names(), "Fitted on training rows only");
  verb.add_flag("--log", o.log, "Work on the logarithm of the targets");
  verb.add_flag("--log1p", o.log1p, "Work on log(1 + x) of the targets, which may be 0");
  verb.add_option("--split", split_, "Fractions for training, validation and test, oldest first")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  verb.add_flag("--no-skip", no_skip_, "Leave out the linear path beside the net");
  add_choice(verb, "--strategy", strategy_, strategy_names(), "All steps at once, one step fed back, or a decoder");
  forcing_.add_to(verb);
  verb.add_option("--tbptt", o.tbptt, "Steps that gradients flow back through; 0: the whole window")
      ->capture_default_str();
  add_choice(verb, "--loss", loss_, loss_names(), "On the prepared scale");
  verb.add_option("--huber", huber_, "Where the square of the Huber loss ends")->capture_default_str();
  if (with_cell) verb.add_flag("--no-refit", no_refit_, "Leave the net as it was tested, without the newest rows");
  training_.add_to(verb, with_cell);
}

ForecastOptions ForecastFlags::options(const GlobalOptions& global) const {
  ForecastOptions o = time_.applied_to(options_);
  training_.apply_to(o, global);
  o.difference = parse_name(difference_names(), difference_);
  o.scale = parse_name(scale_names(), scale_);
  o.strategy = parse_name(strategy_names(), strategy_);
  o.forcing = forcing_.options();
  require<UsageError>(o.strategy == Strategy::decoder || !forcing_.given(), "--forcing is for --strategy decoder");
  o.loss = {parse_name(loss_names(), loss_), huber_};
  require<UsageError>(
      split_.size() == o.split.size(),
      "--split: expected three fractions, for training, validation and test, such as 0.7,0.1,0.2; found ",
      split_.size());
  std::copy(split_.begin(), split_.end(), o.split.begin());
  o.skip = !no_skip_;
  o.refit = !no_refit_;
  check_usage([&] { check_options(o); });
  return o;
}

void name_columns(ForecastOptions& options, const Table& table) {
  for (std::vector<std::string>* names : {&options.targets, &options.features}) {
    std::vector<std::string> split;
    for (const std::string& name : *names)
      for (std::string& one : table.split_names(name)) split.push_back(std::move(one));
    *names = std::move(split);
  }
  check_usage([&] { check_options(options); });
}

}  // namespace recurra
