// SPDX-License-Identifier: Apache-2.0
// The box below the listing: numbers in, the next ones with their intervals, without a training. The page fetches the
// net beside this module: so an installation has it once, in the command, which serves it.
#include <optional>

#include "operations.h"
#include "recurra/tasks/forecast/now/forecast_now.h"

namespace recurra::wasm {
namespace {

constexpr double kMax = 1e300;
constexpr Index kMaxSteps = 256;
const std::vector<double> kLevels = {0.025, 0.1, 0.5, 0.9, 0.975};
constexpr const char* kNames[] = {"low95", "low80", "median", "high80", "high95"};

std::optional<NowModel> model;

}  // namespace

void now_open(Context&, const Request& request, Reply&) {
  model = parse_now_model(request.bytes("weights"), "now.safetensors");
}

void now_forecast(Context& context, const Request& request, Reply& reply) {
  require<ValueError>(model.has_value(), "now.open comes first: it brings the net");
  const std::vector<double> values = request.numbers("values", -kMax, kMax, 3, 100'000);
  const NowForecast next =
      forecast_now(context, *model, values, {.horizon = request.integer("horizon", 1, kMaxSteps), .levels = kLevels});
  for (std::size_t k = 0; k < kLevels.size(); ++k) {
    std::vector<double> steps;
    for (std::size_t i = k; i < next.forecast.quantiles.size(); i += kLevels.size())
      steps.push_back(next.forecast.quantiles[i]);
    reply.set(kNames[k], steps);
  }
  reply.set("season", static_cast<double>(next.season.season));
  reply.set("why", next.season.why);
}

}  // namespace recurra::wasm
