// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/evaluate.h"

#include <algorithm>
#include <cmath>

#include "recurra/tasks/regress/baselines.h"

namespace recurra {
namespace {

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

/// Over the sequences whose number is known.
RegressScore score(const std::string& name, const std::vector<double>& actual, const std::vector<double>& guessed,
                   const std::vector<double>& net_errors) {
  RegressScore out{name, static_cast<Index>(actual.size()), 0, 0, 0, {}};
  const double mean = mean_of(actual);
  double squares = 0, spread = 0;
  std::vector<double> errors;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double e = guessed[i] - actual[i];
    errors.push_back(std::abs(e));
    squares += e * e;
    spread += (actual[i] - mean) * (actual[i] - mean);
  }
  out.mae = mean_of(errors);
  out.rmse = std::sqrt(squares / static_cast<double>(actual.size()));
  out.r2 = spread > 0 ? 1 - squares / spread : std::nan("");
  if (!net_errors.empty()) out.against_net = paired_difference(net_errors, errors, 1);
  return out;
}

std::vector<double> column(const std::vector<std::vector<double>>& rows, const std::vector<std::size_t>& items,
                           std::size_t k) {
  std::vector<double> out;
  for (const std::size_t i : items) out.push_back(rows[i][k]);
  return out;
}

}  // namespace

RegressEvaluation evaluate_regressor(Context& context, const RegressModel& model, const MeasuredSequences& test,
                                     const MeasuredSequences* train) {
  RegressEvaluation out{test.set.source, test.set.count(), {}, test.set.warnings};
  require(test.targets == model.targets, test.set.source, ": its targets are not those of the model");
  std::vector<NumberGuesses> methods = {
      {name_of(cell_names(), model.options.cell), predict_numbers(context, model, test.set)}};
  if (train) {
    for (NumberGuesses& rival : number_guesses(context, *train, test.set, model.encoding.kind))
      methods.push_back(std::move(rival));
  } else {
    methods.push_back({"mean", std::vector<std::vector<double>>(test.y.size(), model.target_means)});
    out.notes.push_back("the mean is the only baseline: --train FILE adds a ridge regression and the nearest sequence");
  }
  for (std::size_t k = 0; k < model.targets.size(); ++k) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < test.y.size(); ++i)
      if (!std::isnan(test.y[i][k])) known.push_back(i);
    require(!known.empty(), test.set.source, ": no sequence has a ", model.targets[k], ", so nothing can be scored");
    if (known.size() < test.y.size())
      out.notes.push_back(concat(test.set.source, ": ", test.y.size() - known.size(), " of ", test.y.size(),
                                 " sequences have no ", model.targets[k], " and are not scored for it"));
    RegressTarget& target = out.targets.emplace_back();
    target.name = model.targets[k];
    target.actual = column(test.y, known, k);
    target.guessed = column(methods[0].y, known, k);
    std::vector<double> net_errors;
    for (std::size_t i = 0; i < known.size(); ++i) net_errors.push_back(std::abs(target.guessed[i] - target.actual[i]));
    for (const NumberGuesses& method : methods)
      target.methods.push_back(score(method.name, target.actual, column(method.y, known, k),
                                     &method == &methods[0] ? std::vector<double>() : net_errors));
  }
  return out;
}

std::vector<std::string> verdict(const RegressEvaluation& e) {
  std::vector<std::string> out;
  for (const RegressTarget& target : e.targets) {
    const RegressScore& net = target.methods[0];
    const auto best = std::min_element(target.methods.begin() + 1, target.methods.end(),
                                       [](const auto& a, const auto& b) { return a.mae < b.mae; });
    const std::string start = target.name + ": the " + net.name;
    if (best->against_net.within_noise()) {
      out.push_back(start + " ties with the best baseline, " + best->name + ", within two standard errors");
      continue;
    }
    const bool wins = net.mae < best->mae;
    const double percent = best->mae > 0 ? std::round(std::abs(net.mae / best->mae - 1) * 1000) / 10 : 0;
    out.push_back(concat(start, wins ? " beats " : " loses to ", "the best baseline, ", best->name,
                         percent > 0 ? concat(", by ", percent, " % of mean absolute error") : "",
                         wins ? "" : "; use that baseline instead"));
  }
  return out;
}

}  // namespace recurra
