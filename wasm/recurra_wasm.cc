// SPDX-License-Identifier: Apache-2.0
// The engine behind a flat C ABI, for JavaScript: load a model from memory, forecast what follows a CSV. One thread.
// Texts are UTF-8 with their length; a call that fails returns 0 and leaves its message in recurra_error().
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "recurra/data/csv.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace {

std::string last_error;
std::vector<double> last_forecast;

recurra::Series series_of(const recurra::ForecastModel& model, const char* csv, std::size_t size) {
  std::istringstream in(std::string(csv, size));
  std::vector<std::string> columns = model.options.targets;
  columns.insert(columns.end(), model.options.features.begin(), model.options.features.end());
  return recurra::make_series(recurra::read_csv(in, "the CSV"), {model.options.time_column, columns});
}

}  // namespace

extern "C" {

void* recurra_allocate(std::size_t size) {
  return std::malloc(size);
}

void recurra_free(void* block) {
  std::free(block);
}

const char* recurra_error() {
  return last_error.c_str();
}

/// A model, to be freed by recurra_free_model; null on an error.
recurra::ForecastModel* recurra_load_model(const char* bytes, std::size_t size) {
  try {
    return new recurra::ForecastModel(recurra::parse_forecaster({bytes, size}, "the model"));
  } catch (const std::exception& error) {
    last_error = error.what();
    return nullptr;
  }
}

void recurra_free_model(recurra::ForecastModel* model) {
  delete model;
}

/// How many numbers recurra_forecast_values() then holds: horizon for each target, one after the other; 0 on an error.
std::size_t recurra_forecast(const recurra::ForecastModel* model, const char* csv, std::size_t size) {
  try {
    recurra::ThreadTeam team(1);
    last_forecast.clear();
    for (const auto& values : recurra::forecast_next(team, *model, series_of(*model, csv, size)).values)
      last_forecast.insert(last_forecast.end(), values.begin(), values.end());
    return last_forecast.size();
  } catch (const std::exception& error) {
    last_error = error.what();
    return 0;
  }
}

const double* recurra_forecast_values() {
  return last_forecast.data();
}

}  // extern "C"
