// SPDX-License-Identifier: Apache-2.0
// A chain of shops as one set of series: reads the synthetic example with its plan and its holidays, and scores the
// mean of the days with the same promotion, compared with that of all days. Run it: build/release/examples/series_set
// examples/data
#include <cmath>
#include <iostream>

#include "recurra/data/holidays.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/window_source.h"

/// The mean absolute error of a mean of the window, of all its steps or of those that have the promotion of the target.
double mean_error(const recurra::SetBatch& batch, bool by_promotion) {
  const recurra::Index T = batch.targets.dim(0), B = batch.targets.dim(1), K = batch.known.dim(2);
  double error = 0, count = 0;
  for (recurra::Index b = 0; b < B; ++b) {
    double sum = 0, steps = 0;
    for (recurra::Index t = 0; t < T; ++t) {
      const bool same = batch.known[(t * B + b) * K] == batch.known[(T * B + b) * K];
      const double y = batch.targets[t * B + b];
      if (std::isnan(y) || (by_promotion && !same)) continue;
      sum += y;
      ++steps;
    }
    if (steps == 0 || std::isnan(batch.future[b])) continue;
    error += std::abs(batch.future[b] - sum / steps);
    ++count;
  }
  return error / count;
}

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "examples/data";
  try {
    recurra::SetRequest request{.id = "shop", .targets = {"sold"}, .known = {"promo"}, .fixed = {"kind", "area"}};
    request.future = folder + "/shop_chain_plan.csv";
    recurra::SeriesSet set = recurra::read_series_set({folder + "/shop_chain.csv"}, request);
    recurra::require_plan(set, 12);
    recurra::add_holidays(set, recurra::read_holidays(folder + "/shop_chain_holidays.csv"), {.horizon = 12});
    for (const std::string& note : set.notes) std::cout << note << '\n';

    const auto parts = recurra::split_series(set, {0.7, 0.1, 0.2});
    const recurra::WindowSource test(set, {.lookback = 48, .horizon = 1}, parts[2]);
    std::vector<recurra::Origin> origins;
    for (recurra::Index i = 0; i < test.count(); ++i) origins.push_back(test.origin(i));
    const recurra::SetBatch batch = test.gather(origins);
    std::cout << "mean absolute error: " << mean_error(batch, false)
              << ", knowing the promotion: " << mean_error(batch, true) << '\n';
  } catch (const recurra::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
