// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/rivals.h"

#include <algorithm>
#include <memory>

#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/linear_rival.h"
#include "recurra/tasks/forecast/preparation_choice.h"
#include "recurra/tasks/forecast/smoothing.h"

namespace recurra {
namespace {

std::span<const double> history_of(const RivalInputs& in, std::size_t target, Index origin) {
  return std::span(in.series.column(in.options.targets[target])).first(static_cast<std::size_t>(origin));
}

/// Models that are updated along their targets, each up to the requested origin.
template <class Model>
class Runners {
 public:
  Runners(const RivalInputs& in, const std::vector<Index>& seasons)
      : in_(in), at_(in.options.targets.size(), in.train_end) {
    for (std::size_t target = 0; target < in.options.targets.size(); ++target) {
      const auto training = history_of(in, target, in.train_end).subspan(static_cast<std::size_t>(in.train_begin));
      models_.emplace_back(training, seasons[target]);
    }
  }

  std::vector<double> forecast(std::size_t target, Index origin) {
    const auto history = history_of(in_, target, origin);
    for (Index& t = at_[target]; t < origin; ++t) models_[target].update(history[static_cast<std::size_t>(t)]);
    return models_[target].forecast(in_.options.horizon);
  }

 private:
  RivalInputs in_;
  std::vector<Index> at_;
  std::vector<Model> models_;
};

template <class Model>
Method running(const char* name, const RivalInputs& in, const std::vector<Index>& seasons) {
  auto runners = std::make_shared<Runners<Model>>(in, seasons);
  return {name, [runners](std::size_t target, std::size_t, Index origin) { return runners->forecast(target, origin); }};
}

struct PreparedRival {
  ForecastOptions options;
  Preparation preparation;
  Prepared prepared;
  LinearRival rival;
};

/// Fits on windows of the training rows; where there is none, on those up to the end of the validation rows.
LinearRival fit_on_rows(const RivalInputs& in, const WindowSet& windows, LinearKind kind) {
  auto train = window_origins(windows, in.train_begin + windows.lookback, in.train_end);
  if (train.empty()) train = window_origins(windows, 0, in.validation_end);
  require(!train.empty(), in.series.source, ": too few rows before row ", in.validation_end + 1,
          " to fit the linear rival to");
  return fit_linear_rival(windows, train, window_origins(windows, in.train_end, in.validation_end), kind);
}

/// One regression for each target, on its values minus the last of the window.
std::shared_ptr<PreparedRival> prepare_linear_last(const RivalInputs& in) {
  auto out = std::make_shared<PreparedRival>();
  out->options = in.options;
  out->options.difference = DifferenceKind::last;
  out->options.features.clear();
  out->preparation = fit_resolved(in.series, out->options, in.train_end);
  out->prepared = apply_preparation(out->preparation, out->options, in.series);
  out->rival = fit_on_rows(in, out->prepared.windows, LinearKind::per_target);
  return out;
}

Method linear(const char* name, const std::shared_ptr<PreparedRival>& own) {
  return {name, [own](std::size_t target, std::size_t, Index origin) {
            const auto scaled = own->rival.forecast(own->prepared.windows, origin, static_cast<Index>(target));
            return undo_preparation(own->preparation, own->options, own->prepared, target, origin, scaled);
          }};
}

/// "season of the seasonal naive forecast: 24 steps (x), 7 (y)" where it is not the season of the model.
void tell_seasons(const RivalInputs& in, const std::vector<Index>& seasons, std::vector<std::string>& notes) {
  std::string told;
  for (std::size_t target = 0; target < seasons.size(); ++target)
    if (seasons[target] != in.options.season)
      told += concat(told.empty() ? "" : ", ", seasons[target], " steps (", in.options.targets[target], ")");
  if (!told.empty())
    notes.push_back(concat("seasonal-naive", in.options.season > 1 ? ", theta and holt-winters go" : " goes",
                           " by another season than the model: ", told));
}

}  // namespace

std::vector<Method> make_rivals(const RivalInputs& in, std::vector<std::string>& notes) {
  const Index H = in.options.horizon;
  const std::size_t O = in.options.targets.size();
  std::vector<Index> naive;  // which need not be the season that the model's difference does best with
  for (std::size_t target = 0; target < O; ++target) naive.push_back(best_naive_season(in.series, in.options, target));
  std::vector<Method> out;
  out.push_back({"repeat-last", [in, H](std::size_t target, std::size_t, Index origin) {
                   return repeat_last(history_of(in, target, origin), H);
                 }});
  out.push_back({"drift", [in, H](std::size_t target, std::size_t, Index origin) {
                   return drift(history_of(in, target, origin), H);
                 }});
  if (std::any_of(naive.begin(), naive.end(), [](Index season) { return season > 1; })) {
    out.push_back({"seasonal-naive", [in, H, naive](std::size_t target, std::size_t, Index origin) {
                     return seasonal_naive(history_of(in, target, origin), naive[target], H);
                   }});
    tell_seasons(in, naive, notes);
  }
  std::vector<Index> seasons = naive;  // where the model has none, a season did not hold up
  if (in.options.season == 1) seasons.assign(O, 1);
  out.push_back(running<Theta>("theta", in, seasons));
  out.push_back(running<HoltWinters>("holt-winters", in, seasons));
  auto joint = std::make_shared<PreparedRival>(PreparedRival{in.options, in.preparation, in.prepared, {}});
  joint->rival = fit_on_rows(in, in.prepared.windows, LinearKind::joint);
  out.push_back(linear("linear", joint));
  if (O > 1 || in.options.difference != DifferenceKind::last)
    out.push_back(linear("linear-last", prepare_linear_last(in)));
  return out;
}

}  // namespace recurra
