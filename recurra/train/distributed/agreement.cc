// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/agreement.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/base/version.h"
#include "recurra/simd/isa.h"
#include "recurra/train/run_settings.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

/// Description of what a rank is about to do: `what` and the program that does it.
Json description(Json what) {
  what["version"] = kVersion;
  what["isa"] = isa_in_use();
  return what;
}

/// In words; empty where nothing differs.
std::string difference(const Json& first, const Json& other) {
  if (first["version"] != other["version"])
    return concat("version ", first["version"].get<std::string>(), " on rank 0, ", other["version"].get<std::string>());
  if (first["isa"] != other["isa"])
    return concat("instruction set ", first["isa"].get<std::string>(), " on rank 0, ", other["isa"].get<std::string>(),
                  ", so their bits would differ; RECURRA_ISA=NAME in the environment makes all use one");
  if (first == other) return "";
  if (first.contains("work")) return "other data or options";
  if (first["settings"] != other["settings"])
    return differences(settings_from_json(JsonReader(first, "rank 0")),
                       settings_from_json(JsonReader(other, "another rank")));
  if (first["items"] != other["items"])
    return concat("training items ", first["items"].get<Index>(), " on rank 0, ", other["items"].get<Index>());
  return "the first weights";
}

void require_same(Ranks& ranks, const Json& own) {
  const std::vector<std::string> said = ranks.gather(description(own).dump());
  const Json first = Json::parse(said[0]);
  for (std::size_t r = 1; r < said.size(); ++r) {
    const std::string differs = difference(first, Json::parse(said[r]));
    require(differs.empty(), "train: rank ", r, " is about to train something else: ", differs);
  }
}

}  // namespace

void require_same_work(Ranks& ranks, std::string_view work) {
  Json own;
  own["work"] = stream_id(work);
  require_same(ranks, own);
}

void require_same_run(Ranks& ranks, const TrainOptions& options, const Problem& problem) {
  const auto weights = problem.parameters().values().span();
  require_same(ranks, {{"settings", settings_to_json(run_settings(options))},
                       {"items", problem.training_items()},
                       {"weights", stream_id({reinterpret_cast<const char*>(weights.data()), weights.size_bytes()})}});
  require(options.shards % ranks.size() == 0, "shards: expected a multiple of the ", ranks.size(), " ranks, found ",
          options.shards, "; each rank computes as many shards of a batch");
}

bool any_rank(Ranks& ranks, bool here) {
  const std::vector<std::string> said = ranks.gather(here ? "y" : "n");
  return std::find(said.begin(), said.end(), "y") != said.end();
}

}  // namespace recurra
